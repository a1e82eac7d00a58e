import type { KubeObject } from '../../src/core/kube-object.ts';
import { canonicalJson } from '../../src/core/canonical-json.ts';
import { asObject } from '../../src/core/json.ts';
import { compareResourceVersions } from '../../src/core/resource-version.ts';
import type { ClusterState } from '../../src/simulator/cluster-state.ts';
import { deepDifference } from './compare.ts';
import { storedObjects, storedTypes, withStore, type StoredTypeRow } from './stored-mirror.ts';

/** What a test knows that the store and the server cannot tell. */
export interface OracleOptions {
  /** etcd was restored: what was deleted may be back, and resume points cannot be looked up in its history. */
  readonly restored?: boolean;
  /** Rows may be ahead of their resume point until their watch is proven, as after a metadata-first list. */
  readonly ahead?: boolean;
  /** A type was listed again in another shape: one state may stand in the change log once for each. */
  readonly reshaped?: boolean;
}

const nameOf = ({ resource, group }: StoredTypeRow): string => (group === '' ? resource : `${resource}.${group}`);

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** A server's object as the store is to hold it. */
function asStored(type: string, object: KubeObject): KubeObject {
  if (type !== 'secrets') return object;
  const { managedFields: _managed, annotations, ...metadata } = object.metadata;
  const { [lastApplied]: _applied, ...kept } = asObject(annotations);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...metadata, ...(Object.keys(kept).length > 0 ? { annotations: kept } : {}) },
    type: object['type'] ?? '',
  } as unknown as KubeObject;
}

/** The first difference between what is stored of a type and `expected`; undefined when there is none. */
function typeDifference(file: string, type: StoredTypeRow, expected: readonly KubeObject[]): string | undefined {
  const wanted = expected.map((object) => asStored(nameOf(type), object)).toSorted(byKey);
  const stored = [...storedObjects(file, type)].toSorted(byKey);
  const names = (objects: readonly KubeObject[]): readonly string[] =>
    objects.map(({ metadata }) => `${keyOf(metadata)}@${metadata.resourceVersion}`);
  const [server, store] = [new Set(names(wanted)), new Set(names(stored))];
  const lacking = [...server].filter((name) => !store.has(name));
  const ghosts = [...store].filter((name) => !server.has(name));
  if (lacking.length + ghosts.length > 0) {
    return `${lacking.length} lacking: ${lacking.slice(0, 5).join(' ')}; ${ghosts.length} ghosts: ${ghosts.slice(0, 5).join(' ')}`;
  }
  return deepDifference(
    wanted.map((object) => JSON.parse(canonicalJson(object))),
    stored,
  );
}

const keyOf = ({ namespace, name }: KubeObject['metadata']): string => `${namespace ?? ''}/${name}`;

function byKey(a: KubeObject, b: KubeObject): number {
  const [left, right] = [keyOf(a.metadata), keyOf(b.metadata)];
  return left < right ? -1 : left > right ? 1 : 0;
}

interface Scope {
  readonly type_id: number;
  readonly phase: string;
  readonly resource_version: string | null;
  readonly health: string;
}

function scopes(file: string): ReadonlyMap<number, Scope> {
  const rows = withStore(file, (database) =>
    database.prepare('select type_id, phase, resource_version, health from scope').all(),
  ) as Scope[];
  return new Map(rows.map((row) => [row.type_id, row]));
}

/** Where the stored objects are not those of the server now, for all types that are watched and not refused. */
export function mirrorDifferences(file: string, state: ClusterState): readonly string[] {
  const byType = scopes(file);
  return storedTypes(file).flatMap((type) => {
    const phase = byType.get(type.id)?.phase;
    if (type.retrieval !== 'watch' || phase === 'denied') return [];
    const served = state.types.named(nameOf(type)) === undefined ? [] : state.list(nameOf(type));
    const difference = typeDifference(file, type, served);
    return difference === undefined ? [] : [`${nameOf(type)}: ${difference}`];
  });
}

/**
 * What is committed, held against the promises: I1 (a scope with a resume point has the server's objects of that
 * revision), I2 (no object beside its own tombstone), I3 (each state once in the change log, each object's states in
 * order), I5 (a tombstone for each deletion of the log).
 */
export function brokenInvariants(file: string, state: ClusterState, options: OracleOptions): readonly string[] {
  const history = options.restored === true ? [] : [...brokenPrefixes(file, state, options), ...resurrections(file)];
  return [...history, ...brokenChanges(file, options)];
}

function brokenPrefixes(file: string, state: ClusterState, { ahead }: OracleOptions): readonly string[] {
  const byType = scopes(file);
  return storedTypes(file).flatMap((type) => {
    const scope = byType.get(type.id);
    const resumePoint = scope?.resource_version ?? null;
    if (resumePoint === null || state.types.named(nameOf(type)) === undefined) return [];
    if (ahead === true && scope?.health !== 'healthy') return [];
    const difference = typeDifference(file, type, state.stateAt(Number(resumePoint), nameOf(type)));
    return difference === undefined ? [] : [`I1 ${nameOf(type)} at ${resumePoint}: ${difference}`];
  });
}

function resurrections(file: string): readonly string[] {
  const rows = withStore(file, (database) =>
    database
      .prepare(
        `select object.key as key, object.uid as uid from object
         join tombstone on tombstone.type_id = object.type_id and tombstone.uid = object.uid where cause <> 'purge'`,
      )
      .all(),
  ) as { key: string; uid: string }[];
  return rows.map(({ key, uid }) => `I2 ${key} ${uid} is back`);
}

interface Change {
  readonly type_id: number;
  readonly key: string;
  readonly operation: string;
  readonly uid: string;
  readonly resource_version: string;
  readonly has_tombstone: number;
}

function brokenChanges(file: string, options: OracleOptions): readonly string[] {
  const changes = withStore(file, (database) =>
    database
      .prepare(
        `select type_id, key, operation, uid, resource_version, exists (select 1 from tombstone
           where tombstone.type_id = change.type_id and tombstone.key = change.key and tombstone.uid = change.uid
             and tombstone.resource_version = change.resource_version) as has_tombstone
         from change order by seq`,
      )
      .all(),
  ) as Change[];
  const broken: string[] = [];
  const last = new Map<string, Change>();
  for (const change of changes) {
    const object = `${change.type_id} ${change.key} ${change.uid}`;
    const before = last.get(object);
    const order =
      before === undefined ? 1 : (compareResourceVersions(change.resource_version, before.resource_version) ?? 1);
    // A sweep and a purge know no revision of the deletion: they carry that of the last state.
    const isRepeat = order === 0 && change.operation !== 'deleted' && options.reshaped !== true;
    if (options.restored !== true && (order < 0 || isRepeat)) {
      broken.push(`I3 ${object}: ${change.operation} ${change.resource_version} after ${before?.resource_version}`);
    }
    if (change.operation === 'deleted' && change.has_tombstone === 0) broken.push(`I5 ${object} has no tombstone`);
    if (change.operation === 'deleted' && before?.operation === 'deleted') broken.push(`I3 ${object} deleted twice`);
    last.set(object, change);
  }
  return broken;
}
