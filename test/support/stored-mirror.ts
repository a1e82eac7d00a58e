import { globSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import type { KubeObject } from '../../src/core/kube-object.ts';
import { unpackText } from '../../src/store/state-blob.ts';
import { deepDifference, parseExactJson, serverObjects, type ListedType } from './compare.ts';
import type { RealCluster } from './real-cluster.ts';
import type { StoreView } from './store-view.ts';

/** The mirror.db files of a data directory: those in use, or those that were set aside. */
export function mirrorFiles(dataDir: string, setAside = false): readonly string[] {
  return globSync(join(dataDir, 'mirrors', '*', 'mirror.db')).filter(
    (file) => file.includes('quarantined') === setAside,
  );
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

/** The types that are to be mirrored and have no complete list yet, or that no discovery has told: one line each. */
export function waitingTypes(view: StoreView): readonly string[] {
  const types = view.all<{ resource: string; phase: string | null }>(
    `select resource, phase from resource_type left join scope on type_id = resource_type.id
     where retrieval in ('watch', 'poll') and absent_since is null`,
  );
  if (types.length === 0) return ['no types are known'];
  return types.flatMap(({ resource, phase }) =>
    phase === null || phase === 'pending' || phase === 'listing' ? [`${resource} waits`] : [],
  );
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
  /** One text per type that differs: where, and what its scope says of itself. */
  readonly differences: readonly string[];
  readonly typeCount: number;
  readonly objectCount: number;
}

/** Which types are compared; every watched one unless said. */
export type ComparedTypes = (type: StoredTypeRow) => boolean;

interface ComparedType {
  readonly type: StoredTypeRow;
  readonly objectCount: number;
  readonly difference: string | undefined;
}

/** Compares watched types of the server with the store, object by object, managedFields included. */
export async function compareMirror(
  cluster: Pick<RealCluster, 'request'>,
  file: string,
  includes: ComparedTypes = () => true,
): Promise<MirrorComparison> {
  return summary(await compareTypes(cluster, file, watchedTypes(file, includes)));
}

/**
 * Resolves once store and server are equal; rejects with the differences when they are not within the time after a first
 * look at all of it, which may take long itself. The server must be quiet.
 */
export async function untilEqual(
  cluster: Pick<RealCluster, 'request'>,
  file: string,
  timeoutMs = 30_000,
  includes: ComparedTypes = () => true,
): Promise<MirrorComparison> {
  let giveUpAt: number | undefined;
  for (;;) {
    const all = await compareTypes(cluster, file, watchedTypes(file, includes));
    giveUpAt ??= performance.now() + timeoutMs;
    let differing = differingOf(all);
    if (differing.length === 0) return summary(all);
    while (differing.length > 0) {
      if (performance.now() > giveUpAt) throw new Error(differenceText(differing));
      await pause(lookEveryMs);
      const types = differing.map(({ type }) => type);
      differing = differingOf(await compareTypes(cluster, file, types));
    }
  }
}

const lookEveryMs = 50;

function watchedTypes(file: string, includes: ComparedTypes): readonly StoredTypeRow[] {
  return storedTypes(file).filter((type) => type.retrieval === 'watch' && includes(type));
}

function differingOf(compared: readonly ComparedType[]): readonly ComparedType[] {
  return compared.filter(({ difference }) => difference !== undefined);
}

function differenceText(differing: readonly ComparedType[]): string {
  return `store and server differ:\n${differing.map(({ difference }) => difference).join('\n')}`;
}

function summary(compared: readonly ComparedType[]): MirrorComparison {
  return {
    differences: compared.flatMap(({ difference }) => difference ?? []),
    typeCount: compared.length,
    objectCount: compared.reduce((sum, { objectCount }) => sum + objectCount, 0),
  };
}

async function compareTypes(
  cluster: Pick<RealCluster, 'request'>,
  file: string,
  types: readonly StoredTypeRow[],
): Promise<readonly ComparedType[]> {
  const compared: ComparedType[] = [];
  for (const type of types) {
    const expected = (await serverObjects(cluster, type)).map((object) =>
      type.resource === 'secrets' ? withoutValues(object) : object,
    );
    const stored = storedObjects(file, type);
    const where = objectDifference(expected, stored);
    const difference =
      where === undefined ? undefined : `${type.resource}.${type.group}: ${where}; scope: ${scopeText(file, type)}`;
    compared.push({ type, objectCount: stored.length, difference });
  }
  return compared;
}

/** Which objects only one side has, else the first place where the two sides of one differ. */
function objectDifference(expected: readonly KubeObject[], stored: readonly KubeObject[]): string | undefined {
  const missing = namesBeyond(expected, stored);
  const surplus = namesBeyond(stored, expected);
  if (missing.length === 0 && surplus.length === 0) return deepDifference(expected, stored);
  const parts = [
    `${expected.length} objects / ${stored.length}`,
    ...(missing.length === 0 ? [] : [`only on the server: ${missing.slice(0, 5).join(', ')}`]),
    ...(surplus.length === 0 ? [] : [`only in the store: ${surplus.slice(0, 5).join(', ')}`]),
  ];
  return parts.join(', ');
}

function namesBeyond(these: readonly KubeObject[], those: readonly KubeObject[]): readonly string[] {
  const name = ({ metadata }: KubeObject): string =>
    `${metadata.namespace ?? ''}/${metadata.name} ${metadata.uid} at ${metadata.resourceVersion}`;
  const uids = new Set(those.map(({ metadata }) => metadata.uid));
  return these.filter(({ metadata }) => !uids.has(metadata.uid)).map(name);
}

/** What a scope says of itself: whether rows that differ are on their way can be seen from it. */
function scopeText(file: string, type: StoredTypeRow): string {
  const columns =
    'phase, resource_version, resource_version_kind, mode, health, reason, last_error, next_attempt_at, as_of';
  const rows = withStore(file, (database) =>
    database.prepare(`select namespace, ${columns} from scope where type_id = ? limit 3`).all(type.id),
  );
  return `${JSON.stringify(rows)} at ${Date.now()}`;
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
