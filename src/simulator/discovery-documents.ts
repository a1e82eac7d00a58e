import type { Json, JsonObject } from '../core/json.ts';
import type { ServedType, Subresource } from './served-type.ts';
import type { ServedGroup } from './type-registry.ts';

/** The discovery documents of kube-apiserver 1.36, aggregated and plain. */

function omitEmpty(entries: Readonly<Record<string, readonly string[]>>): JsonObject {
  return Object.fromEntries(Object.entries(entries).filter(([, list]) => list.length > 0));
}

function responseKind(type: ServedType, subresource?: Subresource): JsonObject {
  const own = type.custom === undefined ? { group: '', version: '' } : { group: type.group, version: type.version };
  if (subresource === undefined) return { ...own, kind: type.kind };
  const elsewhere = subresource.group === '' ? own : { group: subresource.group, version: subresource.version };
  return { ...elsewhere, kind: subresource.kind };
}

function aggregatedResource(type: ServedType): JsonObject {
  const subresources = type.subresources.map((subresource) => ({
    subresource: subresource.name,
    responseKind: responseKind(type, subresource),
    verbs: subresource.verbs,
  }));
  return {
    resource: type.resource,
    responseKind: responseKind(type),
    scope: type.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: type.singular,
    verbs: type.verbs,
    ...omitEmpty({ shortNames: type.shortNames, categories: type.categories }),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}

/** Aggregated discovery v2 of the groups given; a stale group-version has no `resources`. */
export function aggregatedDiscovery(
  groups: readonly ServedGroup[],
  isStale: (group: string, version: string) => boolean,
): JsonObject {
  const items = groups.map(({ name, versions }) => ({
    metadata: name === '' ? {} : { name },
    versions: versions.map(({ version, types }) =>
      isStale(name, version)
        ? { version, freshness: 'Stale' }
        : { version, resources: types.map(aggregatedResource), freshness: 'Current' },
    ),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

/** `/api`; `address` is host and port. */
export function coreVersions(address: string): JsonObject {
  const serverAddressByClientCIDRs = [{ clientCIDR: '0.0.0.0/0', serverAddress: address }];
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs };
}

function groupEntry(group: ServedGroup): JsonObject {
  const versions = group.versions.map(({ version }) => ({ groupVersion: `${group.name}/${version}`, version }));
  return { name: group.name, versions, preferredVersion: versions[0] ?? null };
}

/** `/apis`. */
export function groupList(groups: readonly ServedGroup[]): JsonObject {
  const named = groups.filter(({ name }) => name !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: named.map(groupEntry) };
}

/** `/apis/<group>`. */
export function groupDocument(group: ServedGroup): JsonObject {
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group) };
}

function plainSubresource(type: ServedType, subresource: Subresource): JsonObject {
  return {
    name: `${type.resource}/${subresource.name}`,
    singularName: '',
    namespaced: type.namespaced,
    ...(subresource.group === '' ? {} : { group: subresource.group, version: subresource.version }),
    kind: subresource.kind,
    verbs: subresource.verbs,
  };
}

function plainResources(type: ServedType): readonly Json[] {
  const own = {
    name: type.resource,
    singularName: type.singular,
    namespaced: type.namespaced,
    kind: type.kind,
    verbs: type.verbs,
    ...omitEmpty({ shortNames: type.shortNames, categories: type.categories }),
  };
  return [own, ...type.subresources.map((subresource) => plainSubresource(type, subresource))];
}

/** `/api/v1` and `/apis/<group>/<version>`, without the storage version hashes of a real server. */
export function resourceList(group: string, version: string, types: readonly ServedType[]): JsonObject {
  const resources = types.flatMap(plainResources);
  if (group === '') return { kind: 'APIResourceList', groupVersion: version, resources };
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: `${group}/${version}`, resources };
}
