import { describe, expect, test } from 'vitest';
import type { KubeObject, ObjectMetadata } from '../../src/core/kube-object.ts';
import { ownerReferences } from '../../src/derive/owner-references.ts';

function objectWith(metadata: Partial<ObjectMetadata>): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', ...metadata } };
}

describe('ownerReferences', () => {
  test('keep the order of the object and say which owner manages it', () => {
    const references = [
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'c', uid: 'u1' },
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'u2', controller: true, blockOwnerDeletion: true },
      { apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'u3', controller: false },
    ];
    expect(ownerReferences(objectWith({ ownerReferences: references }))).toEqual([
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'c', uid: 'u1', controller: false },
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'u2', controller: true },
      { apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'u3', controller: false },
    ]);
  });

  test('are none where the object names none', () => {
    expect(ownerReferences(objectWith({}))).toEqual([]);
  });

  test('leave out entries that name nothing', () => {
    expect(ownerReferences(objectWith({ ownerReferences: [null, 'x', { name: 'n' }] }))).toEqual([]);
  });
});
