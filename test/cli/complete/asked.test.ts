import { describe, expect, test } from 'vitest';
import { readAsked } from '../../../src/cli/complete/asked.ts';
import { smallTable } from '../../support/small-command-table.ts';

/** The words of a line, the last of which is being typed. */
const asked = (line: string) => readAsked(smallTable, line.split(' '));

describe('what is asked for', () => {
  test.each([
    ['', 'commands'],
    ['ge', 'commands'],
    ['-', ['--help']],
    ['help ', 'commands'],
    ['help filter ', 'commands'],
    ['help get ', 'none'],
    ['filter ', 'commands'],
    ['filter save ', 'saved'],
    ['filter save --force --description x ', 'saved'],
    ['filter save --force mine ', 'resources'],
    ['filter show ', 'filters'],
    ['filter show a ', 'none'],
    ['filter nothing ', 'none'],
    ['get ', 'resources'],
    ['get -', 'flags'],
    ['get --', 'flags'],
    ['get -w', 'flags'],
    ['get -- -', 'resources'],
    ['get -n ', 'namespaces'],
    ['get -wn ', 'namespaces'],
    ['get --namespace ', 'namespaces'],
    ['get -n shop ', 'resources'],
    ['get -nshop ', 'resources'],
    ['get -n -- ', 'resources'],
    ['get --unknown ', 'resources'],
    ['get --watch=', ['true', 'false']],
    ['search ', 'none'],
    ['constructor ', 'none'],
    ['__proto__ x ', 'none'],
  ])('by %j is %j', (line, kind) => {
    expect(asked(line).kind).toEqual(kind);
  });

  test.each([
    ['get -nsh', { typed: 'sh', lead: '-n' }],
    ['get -wnsh', { typed: 'sh', lead: '-wn' }],
    ['get -n=sh', { typed: 'sh', lead: '' }],
    ['get --namespace=sh', { typed: 'sh', lead: '' }],
    ['get --namespace=', { typed: '', lead: '' }],
  ])('by %j is the value alone', (line, expected) => {
    expect(asked(line)).toMatchObject({ kind: 'namespaces', ...expected });
  });

  test('knows what was typed before: flags with their values, arguments, each in order', () => {
    const { line } = asked('get pods -w --context a -n=shop web --context=b -- -x ');
    expect(line.command).toBe('get');
    expect(line.args).toEqual(['pods', 'web', '-x']);
    expect(Object.fromEntries(line.flags)).toEqual({ watch: [''], context: ['a', 'b'], namespace: ['shop'] });
  });

  test('takes what follows the name of a filter for the line of navi get', () => {
    const { line } = asked('filter save mine pods -n shop ');
    expect({ command: line.command, args: line.args, namespace: line.flags.get('namespace') }).toEqual({
      command: 'get',
      args: ['pods'],
      namespace: ['shop'],
    });
  });
});
