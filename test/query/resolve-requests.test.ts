import { describe, expect, test } from 'vitest';
import { parseResourceArguments } from '../../src/query/resource-arguments.ts';
import { resolveRequests } from '../../src/query/resolve-requests.ts';
import { typeEntries } from '../support/type-entries.ts';

const types = typeEntries({
  '/v1': [
    { resource: 'events', kind: 'Event', shortNames: ['ev'] },
    { resource: 'nodes', kind: 'Node', shortNames: ['no'], namespaced: false },
    { resource: 'pods', kind: 'Pod', shortNames: ['po'], categories: ['all'] },
  ],
  'apps/v1': [{ resource: 'deployments', kind: 'Deployment', shortNames: ['deploy'], categories: ['all'] }],
  'events.k8s.io/v1': [{ resource: 'events', kind: 'Event', shortNames: ['ev'] }],
  'autoscaling/v2': [{ resource: 'autoscalers', kind: 'Autoscaler', categories: ['all'] }],
  'autoscaling/v1': [{ resource: 'autoscalers', kind: 'Autoscaler', categories: ['all'] }],
  'example.com/v1': [
    { resource: 'solos', kind: 'Solo', categories: ['alone'] },
    { resource: 'nicknames', kind: 'Nickname', categories: ['pods'] },
  ],
});

function resolve(args: readonly string[], allNamespaces = false): string | readonly string[] {
  const parsed = parseResourceArguments(args, { hasSelector: false });
  if (!parsed.ok) throw new Error(parsed.message);
  const resolved = resolveRequests(parsed.requests, types, { allNamespaces });
  if (!resolved.ok) return resolved.message;
  return resolved.form === 'list'
    ? resolved.types.map((type) => `${type.resource}.${type.version}.${type.group}`)
    : resolved.objects.map(({ type, name }) => `${type.resource}/${name}`);
}

const unknown = (name: string): string => `error: the server doesn't have a resource type "${name}"`;

describe('resolveRequests', () => {
  test('lists every type once, in the order of its first mention', () => {
    expect(resolve(['nodes,no,node,events'])).toEqual(['nodes.v1.', 'events.v1.']);
    expect(resolve(['ev,events.events.k8s.io,events'])).toEqual(['events.v1.', 'events.v1.events.k8s.io']);
  });

  test('puts the types of a category in discovery order, one version of each', () => {
    expect(resolve(['all'])).toEqual(['pods.v1.', 'deployments.v1.apps', 'autoscalers.v2.autoscaling']);
    expect(resolve(['all,nodes,deploy'])).toEqual([
      'pods.v1.',
      'deployments.v1.apps',
      'autoscalers.v2.autoscaling',
      'nodes.v1.',
    ]);
  });

  test('takes a category before a type of the same name', () => {
    expect(resolve(['pods'])).toEqual(['nicknames.v1.example.com']);
    expect(resolve(['po'])).toEqual(['pods.v1.']);
  });

  test('fails as a whole for the first unknown type', () => {
    expect(resolve(['nodes,foo,bar'])).toBe(unknown('foo'));
    expect(resolve(['node/a', 'foo/b', 'pod/c'])).toBe(unknown('foo'));
    expect(resolve(['nodes,'])).toBe(unknown(''));
  });

  test('keeps the order and repetitions of objects', () => {
    expect(resolve(['deploy', 'b', 'a', 'b'])).toEqual(['deployments/b', 'deployments/a', 'deployments/b']);
    expect(resolve(['no,po', 'x'])).toEqual(['nodes/x', 'pods/x']);
    expect(resolve(['no/x', 'po/x', 'node/x'])).toEqual(['nodes/x', 'pods/x', 'nodes/x']);
  });

  test('expands a category with names only where one type is left', () => {
    expect(resolve(['all', 'x'])).toBe('error: you must specify only one resource');
    expect(resolve(['alone', 'x'])).toEqual(['solos/x']);
    expect(resolve(['all/x'])).toBe(unknown('all'));
    expect(resolve(['all,nodes', 'x'])).toBe(unknown('all'));
  });

  test('refuses names of namespaced types across all namespaces, after the types are known', () => {
    const refused = 'error: a resource cannot be retrieved by name across all namespaces';
    expect(resolve(['po', 'x'], true)).toBe(refused);
    expect(resolve(['node/n', 'pod/p'], true)).toBe(refused);
    expect(resolve(['pod/p', 'foo/x'], true)).toBe(unknown('foo'));
    expect(resolve(['no', 'x'], true)).toEqual(['nodes/x']);
    expect(resolve(['po'], true)).toEqual(['pods.v1.']);
  });

  test('gives each warning once, also before an error', () => {
    const warnings = ['short name "ev" could also match lower priority resource events.events.k8s.io'];
    expect(resolveRequests({ form: 'list', types: 'ev,foo' }, types, { allNamespaces: false })).toEqual({
      ok: false,
      message: unknown('foo'),
      warnings,
    });
    const objects = ['a', 'b'].map((name) => ({ type: 'ev', name }));
    const resolved = resolveRequests({ form: 'objects', objects }, types, { allNamespaces: false });
    expect(resolved.warnings).toEqual(warnings);
  });
});
