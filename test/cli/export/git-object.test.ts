import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { isControlled, isPassing, wantedObject, yamlFile } from '../../../src/cli/export/git-object.ts';

const applied = 'kubectl.kubernetes.io/last-applied-configuration';

describe('wantedObject', () => {
  test('leaves out the status and what the server writes into metadata, and nothing else', () => {
    const served = {
      uid: 'u',
      resourceVersion: '5',
      generation: 2,
      creationTimestamp: 'now',
      selfLink: '/x',
      managedFields: [],
    };
    const wanted = { name: 'web', labels: { a: 'b' }, annotations: { note: 'x' }, ownerReferences: [{ uid: 'o' }] };
    const object = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...wanted, ...served },
      spec: { uid: 'kept' },
      status: {},
    };
    expect(wantedObject(object)).toEqual({ apiVersion: 'v1', kind: 'Pod', metadata: wanted, spec: { uid: 'kept' } });
  });

  test('leaves out the copy of kubectl apply, and annotations where that was all', () => {
    expect(wantedObject({ metadata: { annotations: { [applied]: '{}', a: 'b' } } })).toEqual({
      metadata: { annotations: { a: 'b' } },
    });
    expect(wantedObject({ metadata: { name: 'x', annotations: { [applied]: '{}' } } })).toEqual({
      metadata: { name: 'x' },
    });
  });
});

test('what a controller made is what an owner reference says it controls', () => {
  expect(isControlled({ metadata: { ownerReferences: [{ uid: 'a' }, { uid: 'b', controller: true }] } })).toBe(true);
  expect(isControlled({ metadata: { ownerReferences: [{ uid: 'a', controller: false }] } })).toBe(false);
  expect(isControlled({ metadata: {} })).toBe(false);
});

test('events, endpoints and leases pass; a custom type of the same name does not', () => {
  expect(isPassing({ group: '', resource: 'events' })).toBe(true);
  expect(isPassing({ group: 'coordination.k8s.io', resource: 'leases' })).toBe(true);
  expect(isPassing({ group: 'example.com', resource: 'events' })).toBe(false);
  expect(isPassing({ group: '', resource: 'pods' })).toBe(false);
});

describe('yamlFile', () => {
  test('is what kubectl prints', () => {
    expect(yamlFile({ kind: 'A', data: { x: 'one\ntwo\n', y: 'yes' } })).toBe(
      'data:\n  x: |\n    one\n    two\n  "y": "yes"\nkind: A\n',
    );
  });

  test.each([['next\u0085line'], ['delete\u007F'], ['\u009B2J'], ['\uFFFF'], ['\uFFFE']])(
    'of a text that kubectl would change or refuse, %j, is YAML that has it as it is',
    (text) => {
      const made = yamlFile({ kind: 'A', data: { [`k${text}`]: text } });
      expect(load(made)).toEqual({ kind: 'A', data: { [`k${text}`]: text } });
      expect(made).not.toMatch(/[\u007F-\u009F\uFFFE\uFFFF]/);
    },
  );
});
