import type { ApiResource } from '../../src/core/api-resource.ts';
import type { TypeEntry } from '../../src/query/resolve-resource.ts';

/** What a test says about a type; the rest follows from the kind. */
export interface TypeDescription {
  readonly resource: string;
  readonly kind: string;
  readonly singular?: string;
  readonly namespaced?: boolean;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

/**
 * Discovery from a table of group versions in the server's order, keyed `group/version`, core as `/v1`. The first
 * version of a group is its preferred one.
 */
export function typeEntries(discovery: Readonly<Record<string, readonly TypeDescription[]>>): readonly TypeEntry[] {
  const groups: string[] = [];
  return Object.entries(discovery).flatMap(([groupVersion, types]) => {
    const [group = '', version = ''] = groupVersion.split('/');
    const preferred = !groups.includes(group);
    if (preferred) groups.push(group);
    return types.map((type) => ({
      group,
      version,
      resource: type.resource,
      singular: type.singular ?? type.kind.toLowerCase(),
      kind: type.kind,
      namespaced: type.namespaced ?? true,
      shortNames: type.shortNames ?? [],
      categories: type.categories ?? [],
      verbs: ['get', 'list', 'watch'],
      groupPosition: groups.indexOf(group),
      preferred,
    }));
  });
}

/** One type of the core group. */
export function coreType(resource: string, kind: string): ApiResource {
  return typeEntries({ '/v1': [{ resource, kind }] })[0] as ApiResource;
}
