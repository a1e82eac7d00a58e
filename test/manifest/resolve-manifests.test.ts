import { describe, expect, test } from 'vitest';
import type { ApiResource } from '../../src/core/api-resource.ts';
import { decodeManifest } from '../../src/manifest/decode-manifest.ts';
import { type ManifestOutcome, manifestErrorText } from '../../src/manifest/manifest-errors.ts';
import { type ManifestScope, type ResolvedManifest, resolveManifests } from '../../src/manifest/resolve-manifests.ts';

function type(kind: string, group: string, namespaced: boolean): ApiResource {
  const names = { resource: `${kind.toLowerCase()}s`, singular: '', shortNames: [], categories: [], verbs: [] };
  return { ...names, kind, group, version: 'v1', namespaced };
}

const types = [type('Pod', '', true), type('Node', '', false), type('Deployment', 'apps', true)];
const scope: ManifestScope = { namespace: 'default', isNamespaceGiven: false, allNamespaces: false };

interface Parts {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly name?: string;
  readonly namespace?: string;
}

function resolve(parts: readonly Parts[], more: Partial<ManifestScope> = {}): readonly ResolvedManifest<ApiResource>[] {
  const entries = parts.map(({ kind = 'Pod', apiVersion = 'v1', name = 'a', namespace }) =>
    decodeManifest(JSON.stringify({ apiVersion, kind, metadata: { name, namespace } }), 'f.yaml'),
  );
  return resolveManifests(entries, types, { ...scope, ...more });
}

describe('resolveManifests', () => {
  test('asks for an object in its own namespace, else in that of the scope', () => {
    expect(resolve([{ namespace: 'far' }, {}, { kind: 'Node', namespace: 'far' }])).toMatchObject([
      { form: 'request', type: types[0], name: 'a', namespace: 'far', doubtedNamespace: 'far' },
      { form: 'request', namespace: 'default', doubtedNamespace: undefined },
      { form: 'request', type: types[1], namespace: undefined, doubtedNamespace: 'far' },
    ]);
  });

  test('finds a kind in lower case, but no plural and no other version', () => {
    const kinds = [
      { kind: 'pod' },
      { kind: 'Pods' },
      { apiVersion: 'v2' },
      { kind: 'Deployment', apiVersion: 'apps/v1' },
    ];
    expect(resolve(kinds).map(({ form }) => form)).toEqual(['request', 'fault', 'fault', 'request']);
  });

  test('an object that no path leads to is not served', () => {
    const odd = [{ kind: 'List' }, { kind: 'PodList' }, { apiVersion: '' }];
    expect(resolve(odd).map(({ form }) => form)).toEqual(['unserved', 'unserved', 'unserved']);
  });

  test('an object without a name stays as it is, with its namespace', () => {
    expect(resolve([{ name: '' }, { kind: 'Node', name: '', namespace: 'far' }])).toMatchObject([
      { form: 'local', object: { kind: 'Pod', metadata: { namespace: 'default' } } },
      { form: 'local', object: { kind: 'Node', metadata: {} } },
    ]);
    expect(resolve([{ kind: 'Node', name: '', namespace: 'far' }])[0]).not.toHaveProperty('object.metadata.namespace');
  });

  test('with all namespaces an object must name its own', () => {
    const all = { allNamespaces: true, isNamespaceGiven: true };
    expect(resolve([{}, { namespace: 'far' }, { kind: 'Node' }], all)).toMatchObject([
      { form: 'fault', message: 'no namespace set on resource /v1, Resource=pods "a"' },
      { form: 'request', namespaceFault: undefined },
      { form: 'request' },
    ]);
  });
});

describe('manifestErrorText', () => {
  const failed: ManifestOutcome = { form: 'failed', reason: 'NotFound', message: 'pods "a" not found' };
  const flags = { isTable: true, isSingleImplied: true, ignoreNotFound: false };
  const listed = (...entries: readonly ResolvedManifest<ApiResource>[]): ResolvedManifest<ApiResource> => ({
    form: 'list',
    items: entries.filter((entry) => entry.form !== 'list'),
  });

  test('is empty where everything was found', () => {
    expect(manifestErrorText(resolve([{}, {}]), () => ({ form: 'found' }), flags)).toBe('');
  });

  test('repeated errors of a list are told once in a table and each in other formats', () => {
    const entries = [listed(...resolve([{}, {}, { kind: 'Foo' }]))];
    const foo =
      'resource mapping not found for name: "a" namespace: "" from "f.yaml": no matches for kind "Foo" in version "v1"\nensure CRDs are installed first';
    expect(manifestErrorText(entries, () => failed, flags)).toBe(`[pods "a" not found, ${foo}]`);
    const line = 'Error from server (NotFound): pods "a" not found';
    expect(manifestErrorText(entries, () => failed, { ...flags, isTable: false })).toBe(`${line}\n${line}\n${foo}`);
  });

  test('an object in another namespace counts once it was found, and comes first', () => {
    const entries = resolve([{ kind: 'Foo' }, { namespace: 'far' }], { isNamespaceGiven: true });
    const misplaced =
      'the namespace from the provided object "far" does not match the namespace "default". ' +
      "You must pass '--namespace=far' to perform this operation.";
    expect(manifestErrorText(entries, () => ({ form: 'found' }), flags).split('\n')[0]).toBe(misplaced);
    expect(manifestErrorText(entries.slice(1), () => ({ form: 'found' }), flags)).toBe(`error: ${misplaced}`);
    expect(manifestErrorText(entries.slice(1), () => ({ form: 'filtered' }), flags)).toBe('');
    expect(manifestErrorText(entries.slice(1), () => failed, flags)).toBe(
      'Error from server (NotFound): pods "a" not found',
    );
  });

  test('what is not found may be passed over, what is not served with it', () => {
    const entries = resolve([{}, { kind: 'List' }]);
    expect(manifestErrorText(entries, () => failed, { ...flags, ignoreNotFound: true })).toBe('');
  });
});
