import { beforeEach, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/kube-object.ts';
import { CustomDefinitions } from '../../src/daemon/custom-definitions.ts';

let definitions: CustomDefinitions;

beforeEach(() => {
  definitions = new CustomDefinitions();
});

function definition(name: string, uid: string, generation: number, more: object = {}): KubeObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name, uid, generation, resourceVersion: '7', managedFields: [{}] },
    spec: {
      group: 'example.com',
      versions: [
        {
          name: 'v1',
          schema: { openAPIV3Schema: { description: 'megabytes' } },
          additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
          selectableFields: [{ jsonPath: '.spec.color' }],
        },
      ],
    },
    ...more,
  } as unknown as KubeObject;
}

describe('a definition', () => {
  test('is news when it is new, changed or made anew, not when only its status or labels changed', () => {
    expect(definitions.put(definition('a', 'u1', 1))).toBe(true);
    expect(definitions.put(definition('a', 'u1', 1, { status: { conditions: [] } }))).toBe(false);
    expect(definitions.put(definition('a', 'u1', 2))).toBe(true);
    expect(definitions.put(definition('a', 'u2', 2))).toBe(true);
    expect(definitions.put(definition('a', 'u2', 2))).toBe(false);
  });

  test('is kept without its schema', () => {
    definitions.put(definition('a', 'u1', 1));
    expect(definitions.byName.get('a')).toEqual({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'a', uid: 'u1', generation: 1 },
      spec: {
        versions: [
          {
            name: 'v1',
            additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
            selectableFields: [{ jsonPath: '.spec.color' }],
          },
        ],
      },
    });
  });

  test('without versions is kept too', () => {
    expect(definitions.put(definition('a', 'u1', 1, { spec: null }))).toBe(true);
    expect(definitions.byName.get('a')?.['spec']).toEqual({ versions: [] });
  });

  test('that was deleted is news when it comes back, even unchanged', () => {
    definitions.put(definition('a', 'u1', 1));
    definitions.delete('a');
    expect(definitions.byName.size).toBe(0);
    expect(definitions.put(definition('a', 'u1', 1))).toBe(true);
  });
});

test('a complete list tells the new, the changed and the gone, and nothing else', () => {
  for (const name of ['kept', 'changed', 'gone']) definitions.put(definition(name, 'u', 1));
  const list = [definition('kept', 'u', 1), definition('changed', 'u', 2), definition('new', 'u', 1)];
  expect([...definitions.replaceAll(list)].toSorted()).toEqual(['changed', 'gone', 'new']);
  expect([...definitions.byName.keys()].toSorted()).toEqual(['changed', 'kept', 'new']);
  expect(definitions.replaceAll(list)).toEqual([]);
  expect(definitions.replaceAll([])).toHaveLength(3);
});
