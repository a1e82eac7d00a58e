import { describe, expect, test } from 'vitest';
import { nameFault, parseResourceArguments, splitTypes } from '../../src/query/resource-arguments.ts';

const parse = (args: readonly string[], hasSelector = false) => parseResourceArguments(args, { hasSelector });

const mixedSlashes =
  'error: there is no need to specify a resource type as a separate argument when passing arguments in resource/name ' +
  "form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'";
const twoSlashes = 'error: arguments in resource/name form may not have more than one slash';
const notOneEach = 'error: arguments in resource/name form must have a single resource and name';

describe('parseResourceArguments', () => {
  test.each([
    [['pods'], { form: 'list', types: 'pods' }],
    [['pods,svc'], { form: 'list', types: 'pods,svc' }],
    [['pods,'], { form: 'list', types: 'pods,' }],
    [[''], { form: 'list', types: '' }],
    [['pods', 'a', 'b', 'a'], { form: 'names', types: 'pods', names: ['a', 'b', 'a'] }],
    [['pods', 'a,b'], { form: 'names', types: 'pods', names: ['a,b'] }],
    [['pods', ''], { form: 'names', types: 'pods', names: [''] }],
    [['pods,pods', 'a'], { form: 'names', types: 'pods,pods', names: ['a'] }],
    [['all', 'a'], { form: 'names', types: 'all', names: ['a'] }],
    [['pods/a'], { form: 'objects', objects: [{ type: 'pods', name: 'a' }] }],
    [['pods/x,y'], { form: 'objects', objects: [{ type: 'pods', name: 'x,y' }] }],
    [
      ['pods/a', 'svc/b'],
      {
        form: 'objects',
        objects: [
          { type: 'pods', name: 'a' },
          { type: 'svc', name: 'b' },
        ],
      },
    ],
    [
      ['pods,deploy', 'web', 'a'],
      {
        form: 'objects',
        objects: [
          { type: 'pods', name: 'web' },
          { type: 'pods', name: 'a' },
          { type: 'deploy', name: 'web' },
          { type: 'deploy', name: 'a' },
        ],
      },
    ],
    [['pods,pods/x'], { form: 'objects', objects: [{ type: 'pods,pods', name: 'x' }] }],
  ])('reads %j', (args, requests) => {
    expect(parse(args)).toEqual({ ok: true, requests });
  });

  test.each([
    [['pods', 'a/b'], mixedSlashes],
    [['pods/a', 'b'], mixedSlashes],
    [['a/b/c'], twoSlashes],
    [['a/b', 'c/d/e'], twoSlashes],
    [['pods,svc', 'a/b'], twoSlashes],
    [['a,b/x', 'y'], twoSlashes],
    [['pods/'], notOneEach],
    [['/x'], notOneEach],
    [['a,b/x'], notOneEach],
    [['pods/a', 'pods/'], notOneEach],
    [['pods,', 'x'], notOneEach],
    [['pods,svc', ''], notOneEach],
  ])('refuses %j', (args, message) => {
    expect(parse(args)).toEqual({ ok: false, message });
  });

  test('refuses names beside a selector, after faults of the arguments themselves', () => {
    expect(parse(['foo', 'x'], true)).toEqual({
      ok: false,
      message: 'error: name cannot be provided when a selector is specified',
    });
    expect(parse(['foo/x'], true)).toEqual({
      ok: false,
      message: 'error: selectors and the all flag cannot be used when passing resource/name arguments',
    });
    expect(parse(['foo/x/y'], true)).toEqual({ ok: false, message: twoSlashes });
    expect(parse(['foo/x', 'y'], true)).toEqual({ ok: false, message: mixedSlashes });
    expect(parse(['pods,svc'], true)).toEqual({ ok: true, requests: { form: 'list', types: 'pods,svc' } });
  });

  test('explains itself when there is no argument', () => {
    expect(parse([], true)).toEqual({
      ok: false,
      message: [
        'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.',
        '',
        'error: Required resource not specified.',
        'Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).',
        "See 'kubectl get -h' for help and examples",
      ].join('\n'),
    });
  });
});

describe('nameFault', () => {
  test.each([
    ['web-1', undefined],
    ['a b', undefined],
    ['...', undefined],
    ['', 'resource name may not be empty'],
    ['.', `invalid resource name ".": [may not be '.']`],
    ['..', `invalid resource name "..": [may not be '..']`],
    ['a%b', `invalid resource name "a%b": [may not contain '%']`],
    ['"%', String.raw`invalid resource name "\"%": [may not contain '%']`],
  ])('of %j is %j', (name, fault) => {
    expect(nameFault(name)).toBe(fault);
  });
});

describe('splitTypes', () => {
  test('keeps each text once, empty ones too', () => {
    expect(splitTypes('b,a,,b,')).toEqual(['b', 'a', '']);
  });
});
