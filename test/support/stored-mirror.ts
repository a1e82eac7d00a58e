import { globSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import type { KubeObject } from '../../src/core/kube-object.ts';
import { unpackText } from '../../src/store/state-blob.ts';
import { deepDifference, parseExactJson, serverObjects, type ListedType } from './compare.ts';
import type { RealCluster } from './real-cluster.ts';

/** The mirror.db files of a data directory. */
export function mirrorFiles(dataDir: string): readonly string[] {
  return globSync(join(dataDir, 'mirrors', '*', 'mirror.db')).filter((file) => !file.includes('quarantined'));
}

/** A mirrored type as the store has it. */
export interface StoredTypeRow extends ListedType {
  readonly id: number;
  readonly retrieval: string;
}

/** Types with rows of their own, in discovery order. */
export function storedTypes(file: string): readonly StoredTypeRow[] {
  return withStore(file, (database) =>
    database
      .prepare(
        `select id, api_group as "group", version, resource, kind, retrieval from resource_type
         where retrieval in ('watch', 'poll') and absent_since is null order by position`,
      )
      .all(),
  ) as StoredTypeRow[];
}

/** Every object of a type as it is stored, whole, in list order. */
export function storedObjects(file: string, type: StoredTypeRow): readonly KubeObject[] {
  const rows = withStore(file, (database) =>
    database
      .prepare(
        `select json, zstd from object join body on body.object_id = object.id
         left join managed_fields on managed_fields.object_id = object.id where type_id = ? order by key`,
      )
      .all(type.id),
  ) as { json: string; zstd: Buffer | null }[];
  return rows.map(({ json, zstd }) => {
    const object = parseExactJson(json) as KubeObject;
    if (zstd === null) return object;
    return {
      ...object,
      metadata: { ...object.metadata, managedFields: parseExactJson(unpackText(zstd)) },
    } as KubeObject;
  });
}

/** Runs a query over a store and closes it. */
export function withStore<T>(file: string, work: (database: SqliteDatabase.Database) => T): T {
  const database = new SqliteDatabase(file, { readonly: true });
  try {
    return work(database);
  } finally {
    database.close();
  }
}

/** How the store and the server compare. */
export interface MirrorComparison {
  /** One line per difference, at most one per type. */
  readonly differences: readonly string[];
  readonly typeCount: number;
  readonly objectCount: number;
}

/** Compares every watched type of the server with the store, object by object, managedFields included. */
export async function compareMirror(cluster: RealCluster, file: string): Promise<MirrorComparison> {
  const differences: string[] = [];
  let objectCount = 0;
  const types = storedTypes(file).filter((type) => type.retrieval === 'watch');
  for (const type of types) {
    const expected = (await serverObjects(cluster, type)).map((object) =>
      type.resource === 'secrets' ? withoutValues(object) : object,
    );
    const stored = storedObjects(file, type);
    objectCount += stored.length;
    const difference =
      stored.length === expected.length
        ? deepDifference(expected, stored)
        : `${expected.length} objects / ${stored.length}`;
    if (difference !== undefined) differences.push(`${type.resource}.${type.group}: ${difference}`);
  }
  return { differences, typeCount: types.length, objectCount };
}

/**
 * Resolves once store and server are equal; rejects with the differences when they are not within the time. The server
 * must be quiet.
 */
export async function untilEqual(cluster: RealCluster, file: string, timeoutMs = 30_000): Promise<MirrorComparison> {
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    const comparison = await compareMirror(cluster, file);
    if (comparison.differences.length === 0) return comparison;
    if (performance.now() > giveUpAt) throw new Error(`store and server differ:\n${comparison.differences.join('\n')}`);
  }
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** What navi keeps of a Secret: its metadata without managedFields and last-applied, and its type. */
function withoutValues(secret: KubeObject): KubeObject {
  const { managedFields: _managed, annotations, ...metadata } = secret.metadata;
  const { [lastApplied]: _applied, ...kept } = annotations ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...metadata, ...(Object.keys(kept).length > 0 ? { annotations: kept } : {}) },
    type: secret['type'],
  } as unknown as KubeObject;
}
