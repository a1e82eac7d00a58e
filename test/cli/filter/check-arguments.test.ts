import { describe, expect, test } from 'vitest';
import { checkArguments } from '../../../src/cli/filter/check-arguments.ts';
import type { NaviError } from '../../../src/errors/navi-error.ts';
import { thrownBy } from '../../support/thrown-by.ts';

const secret = 'correct-horse';

describe('the arguments of a filter', () => {
  test.each<readonly string[]>([
    ['pods'],
    ['pods', '-A', '--where', 'cols.RESTARTS > 5', '--order-by', 'RESTARTS desc'],
    ['pods', '--order-by', 'NOMINATED NODE desc, READINESS GATES, AGE'],
    ['services', '--group-by', 'PORT(S)'],
    ['crd', '--order-by', 'CREATED AT, metadata.name.size() desc'],
    ['pod/web-0', 'service/web', '-o', 'yaml'],
    ['pods', 'web-0', '--', '-odd'],
    ['nosuch.v1.example.com', '-l', 'app in (a, b),!c', '--field-selector', 'spec.nodeName!=x'],
    ['pods', '-o', 'jsonpath={.items[*].metadata.name}'],
    ['pods', '-o', 'custom-columns-file=not/there/yet'],
    ['pods', '-o', 'go-template-file', '--template', 'not/there/yet'],
    ['--where', 'true', '-A'],
    ['-f', 'not-there.yaml', '--context', 'not-there', '--server', 'https://127.0.0.1:1'],
    ['--raw', '/version'],
    ['pods', '-w', '--output-watch-events'],
  ])('may be %j', (...words) => {
    checkArguments(words);
  });

  test.each<readonly [readonly string[], RegExp]>([
    [[], /^a filter needs arguments/],
    [['', ' '], /^a filter needs arguments/],
    [['navi', 'get', 'pods'], /^a filter has what stands behind navi get$/],
    [['kubectl', 'get', 'pods'], /^a filter has what stands behind kubectl get$/],
    [['@other', '-A'], /^a filter cannot be made of another one, such as @other$/],
    [['pods', '--filters', 'x.toml'], /^a filter cannot name a file of filters$/],
    [['pods', '--bogus'], /^unknown flag: --bogus$/],
    [['pods', '-n'], /^flag needs an argument: 'n' in -n$/],
    [['pods', '--show-labels=maybe'], /^invalid argument "maybe" for "--show-labels" flag/],
    [['pods', '-l', 'app in'], /^--selector: /],
    [['pods', '--field-selector', 'a'], /^--field-selector: invalid selector: /],
    [['pods', 'x', '-l', 'a=b'], /^name cannot be provided when a selector is specified$/],
    [['pod/a', 'b'], /^there is no need to specify a resource type/],
    [['pods', '-o', 'nope'], /^unable to match a printer/],
    [['pods', '-o', 'jsonpath={.a'], /^error parsing jsonpath|unclosed action/],
    [['pods', '-o', 'json', '--show-labels'], /^--show-labels option cannot be used with json printer$/],
    [['pods', '--where', 'status.phase = "x"'], /^--where: .*at character 14$/],
    [['pods', '--where', '"text"'], /^--where: /],
    [['pods', '--where', ''], /^--where needs an expression$/],
    [['pods', '--order-by', 'nope('], /^--order-by: /],
    [['pods', '--group-by', 'a b c ('], /^--group-by: /],
    [['pods', '--limit', 'x'], /^--limit takes a whole number/],
    [['pods', '--count', '--group-by', 'kind'], /exclude each other$/],
    [['pods', '--max-age', 'x'], /^"x" is no duration for --max-age$/],
  ])('cannot be %j', (words, says) => {
    const error = thrownBy(() => checkArguments(words)) as NaviError;
    expect(error).toMatchObject({ name: 'NaviError', exitCode: 2 });
    expect(error.message).toMatch(says);
    expect(error.message).toMatch(/^[^A-Z].*[^.]$/s);
    expect(error.hints.length).toBeGreaterThan(0);
  });

  test.each<readonly string[]>([
    ['--token', secret],
    [`--password=${secret}`],
    ['--username', secret],
    ['--client-key', secret],
    ['--client_certificate', secret],
    ['--server', `https://me:${secret}@127.0.0.1`],
    ['-f', `a.yaml,https://${secret}@127.0.0.1/b.yaml`],
  ])('never hold a credential, and no error tells it: %j', (...words) => {
    const error = thrownBy(() => checkArguments(['pods', ...words])) as NaviError;
    expect(error.message).toMatch(/a filter never holds/);
    expect([error.message, ...error.hints].join()).not.toContain(secret);
    expect(error.exitCode).toBe(2);
  });
});
