import { apiVersion, type ApiResource, resourceName } from '../../../../src/core/api-resource.ts';
import type { RealCluster } from '../../../support/real-cluster.ts';
import type { ObjectSchema } from '../../../support/schema-objects.ts';

/** A type that the API server serves, with all schemas of its group version. */
export interface ServedType {
  readonly type: ApiResource;
  /** The name of its definition among `schemas`. */
  readonly definition: string;
  readonly schemas: Readonly<Record<string, ObjectSchema>>;
}

interface DiscoveredGroup {
  readonly name: string;
  /** The preferred one first. */
  readonly versions: readonly { readonly version: string }[];
}

interface Entry {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

type GroupVersionKind = { readonly group: string; readonly version: string; readonly kind: string };
type NamedSchemas = Readonly<
  Record<string, ObjectSchema & { readonly 'x-kubernetes-group-version-kind'?: readonly GroupVersionKind[] }>
>;

async function get<Answer>(cluster: RealCluster, path: string): Promise<Answer> {
  const { status, text } = await cluster.request(path);
  if (status !== 200) throw new Error(`GET ${path}: ${status} ${text}`);
  return JSON.parse(text) as Answer;
}

async function typesOf(cluster: RealCluster, group: string, version: string): Promise<readonly ApiResource[]> {
  const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const { resources } = await get<{ readonly resources: readonly Entry[] }>(cluster, path);
  return resources
    .filter(({ name, verbs }) => !name.includes('/') && verbs.includes('list') && verbs.includes('watch'))
    .map(({ name, kind, namespaced, verbs }) => {
      const names = { resource: name, singular: '', kind, shortNames: [], categories: [] };
      return { group, version, namespaced, verbs, ...names };
    });
}

function definitionOf(schemas: NamedSchemas, { group, version, kind }: ApiResource): string {
  const found = Object.entries(schemas).find(([, schema]) =>
    schema['x-kubernetes-group-version-kind']?.some(
      (named) => named.group === group && named.version === version && named.kind === kind,
    ),
  );
  if (found === undefined) throw new Error(`no schema for ${kind} in ${group}/${version}`);
  return found[0];
}

/** Every built-in type that can be watched, each in the first version that serves it. */
export async function servedTypes(cluster: RealCluster): Promise<readonly ServedType[]> {
  const { groups } = await get<{ readonly groups: readonly DiscoveredGroup[] }>(cluster, '/apis');
  const found = new Map<string, ServedType>();
  for (const { name: group, versions } of [{ name: '', versions: [{ version: 'v1' }] }, ...groups]) {
    for (const { version } of versions) {
      const types = (await typesOf(cluster, group, version)).filter((type) => !found.has(resourceName(type)));
      if (types.length === 0) continue;
      const path = group === '' ? `api/${version}` : `apis/${apiVersion({ group, version })}`;
      const document = await get<{ readonly components: { readonly schemas: NamedSchemas } }>(
        cluster,
        `/openapi/v3/${path}`,
      );
      const { schemas } = document.components;
      for (const type of types)
        found.set(resourceName(type), { type, definition: definitionOf(schemas, type), schemas });
    }
  }
  return [...found.values()];
}
