import { describe, expect, test } from 'vitest';
import { type TypeEntry, resolveResource } from '../../src/query/resolve-resource.ts';
import { typeEntries } from '../support/type-entries.ts';

const types = typeEntries({
  '/v1': [
    { resource: 'events', kind: 'Event', shortNames: ['ev'] },
    { resource: 'nodes', kind: 'Node', shortNames: ['no'], namespaced: false },
    { resource: 'pods', kind: 'Pod', shortNames: ['po'] },
    { resource: 'services', kind: 'Service', shortNames: ['svc'] },
    { resource: 'odds', singular: 'odd', kind: 'StrangeCore' },
  ],
  'apps/v1': [{ resource: 'deployments', kind: 'Deployment', shortNames: ['deploy'] }],
  'events.k8s.io/v1': [{ resource: 'events', kind: 'Event', shortNames: ['ev'] }],
  'autoscaling/v2': [{ resource: 'horizontalpodautoscalers', kind: 'HorizontalPodAutoscaler', shortNames: ['hpa'] }],
  'autoscaling/v1': [
    { resource: 'horizontalpodautoscalers', kind: 'HorizontalPodAutoscaler', shortNames: ['hpa'] },
    { resource: 'oldthings', kind: 'OldThing' },
    { resource: 'twins', kind: 'Twin' },
    { resource: 'pairs', singular: 'twins', kind: 'Pair' },
  ],
  'storage.k8s.io/v1': [{ resource: 'storageclasses', kind: 'StorageClass', shortNames: ['sc'], namespaced: false }],
  'example.com/v1': [
    { resource: 'widgets', kind: 'Widget', shortNames: ['po', 'w'] },
    { resource: 'queer', singular: 'queerling', kind: 'StrangeKind' },
    { resource: 'services', kind: 'Service', shortNames: ['ksvc'] },
  ],
  'example.com/v1alpha1': [{ resource: 'widgets', kind: 'Widget', shortNames: ['po', 'w'] }],
  'example.community/v1': [{ resource: 'widgets', kind: 'Widget', singular: '' }],
});

function named(type: TypeEntry): string {
  return `${type.resource}.${type.version}.${type.group}`;
}

function resolved(text: string): string {
  const result = resolveResource(text, types);
  return result.ok ? named(result.type) : result.message;
}

describe('resolveResource', () => {
  test.each([
    ['pods', 'pods.v1.'],
    ['pod', 'pods.v1.'],
    ['po', 'pods.v1.'],
    ['Pod', 'pods.v1.'],
    ['PODS', 'pods.v1.'],
    ['pods.', 'pods.v1.'],
    ['pods.v1.', 'pods.v1.'],
    ['Pod.v1.', 'pods.v1.'],
    ['deployments.apps', 'deployments.v1.apps'],
    ['deployment.v1.apps', 'deployments.v1.apps'],
    ['Deployment.v1.apps', 'deployments.v1.apps'],
    ['DEPLOYMENTS', 'deployments.v1.apps'],
    ['deployments.ap', 'deployments.v1.apps'],
    ['deploy.ap', 'deployments.v1.apps'],
    ['deploy.v1.ap', 'deployments.v1.apps'],
    ['storageclass.storage', 'storageclasses.v1.storage.k8s.io'],
    ['widgets.example', 'widgets.v1.example.com'],
    ['widgets.example.community', 'widgets.v1.example.community'],
    ['widget.example.community', 'widgets.v1.example.community'],
    ['widgets.v1alpha1.example.com', 'widgets.v1alpha1.example.com'],
    ['hpa', 'horizontalpodautoscalers.v2.autoscaling'],
    ['horizontalpodautoscalers.v1.autoscaling', 'horizontalpodautoscalers.v1.autoscaling'],
    ['services', 'services.v1.'],
    ['services.example.com', 'services.v1.example.com'],
    ['ksvc', 'services.v1.example.com'],
    ['events', 'events.v1.'],
    ['events.events.k8s.io', 'events.v1.events.k8s.io'],
    ['ev.events.k8s.io', 'events.v1.events.k8s.io'],
    ['oldthings', 'oldthings.v1.autoscaling'],
  ])('finds %s as %s', (text, expected) => {
    expect(resolved(text)).toBe(expected);
  });

  test('takes a short name over the version asked for', () => {
    expect(resolved('hpa.v1.autoscaling')).toBe('horizontalpodautoscalers.v2.autoscaling');
    expect(resolved('deploy.v7.apps')).toBe('deployments.v1.apps');
  });

  test('takes the later of two types of one version that share a name', () => {
    expect(resolved('twins')).toBe('pairs.v1.autoscaling');
    expect(resolved('twin')).toBe('twins.v1.autoscaling');
  });

  test('takes a version before a last dot as one of any group', () => {
    expect(resolved('deployments.v1.')).toBe('deployments.v1.apps');
    expect(resolved('horizontalpodautoscalers.v1.')).toBe('horizontalpodautoscalers.v1.autoscaling');
  });

  test.each([
    ['StrangeKind.example.com', 'queer.v1.example.com'],
    ['StrangeKind.v1.example.com', 'queer.v1.example.com'],
    ['strangekind.example.com', 'queer.v1.example.com'],
    ['StrangeCore', 'odds.v1.'],
  ])('finds %s by its kind, which is no name of its type', (text, expected) => {
    expect(resolved(text)).toBe(expected);
  });

  test.each([
    ['foo', 'foo'],
    ['PO', 'PO'],
    ['nodes.v1', 'nodes'],
    ['foo.v1.bar', 'foo'],
    ['pods.core', 'pods'],
    ['deployments.v2.apps', 'deployments'],
    ['deployments.v1.ap', 'deployments'],
    ['StrangeKind', 'StrangeKind'],
    ['STRANGEKIND.example.com', 'STRANGEKIND'],
    ['StrangeKind.example', 'StrangeKind'],
    ['', ''],
    ['.apps', ''],
    ['a"b', String.raw`a\"b`],
  ])('knows no type %j and names it %j', (text, name) => {
    expect(resolved(text)).toBe(`error: the server doesn't have a resource type "${name}"`);
  });

  test('warns once of every other type with the same short name', () => {
    expect(resolveResource('ev', types).warnings).toEqual([
      'short name "ev" could also match lower priority resource events.events.k8s.io',
    ]);
    expect(resolveResource('po', types).warnings).toEqual([
      'short name "po" could also match lower priority resource widgets.example.com',
    ]);
    expect(resolveResource('ev.v1.', types).warnings).toHaveLength(1);
  });

  test('does not warn where a group or a full name leaves no doubt', () => {
    for (const text of ['events', 'ev.events.k8s.io', 'po.example.com', 'hpa', 'w']) {
      expect(resolveResource(text, types)).toMatchObject({ ok: true, warnings: [] });
    }
  });
});
