import { canonicalJson, parseJson } from '../../src/core/canonical-json.ts';
import { asObject } from '../../src/core/json.ts';
import type { KubeObject } from '../../src/core/kube-object.ts';
import { compareResourceVersions } from '../../src/core/resource-version.ts';
import { toServed } from '../../src/simulator/object-shape.ts';
import type { ServedType } from '../../src/simulator/served-type.ts';
import type { ClusterState } from '../../src/simulator/cluster-state.ts';
import { hashPrefix } from '../../src/daemon/object-source.ts';
import { unpackText } from '../../src/store/state-blob.ts';
import { deepDifference } from './compare.ts';
import type { ServerHistory } from './server-history.ts';
import type { StoreView } from './store-view.ts';

/** What a test knows that the store and the server cannot tell. */
export interface OracleOptions {
  /** etcd was restored: what was deleted may be back. */
  readonly restored?: boolean;
  /** The wall clock was set, or a stream died in silence: proofs cannot be compared with the times of writes. */
  readonly timesUnsure?: boolean;
  /** Rows may be ahead of their resume point until their watch is proven, as after a metadata-first list. */
  readonly ahead?: boolean;
  /** A type was listed again in another shape: one state may stand in the change log once for each. */
  readonly reshaped?: boolean;
  /** How often audits were to find rows that are not the server's; never unless given. */
  readonly driftCount?: number;
}

/** What the oracle compares: the store, the cluster now, and all that it ever was. */
export interface Compared {
  readonly view: StoreView;
  readonly state: ClusterState;
  readonly history: ServerHistory;
}

/** A scope as it is committed, with its type. */
interface ScopeRow {
  readonly id: number;
  readonly type_id: number;
  /** `plural.group`. */
  readonly type: string;
  readonly retrieval: string;
  readonly namespace: string;
  readonly phase: string;
  readonly mode: string;
  readonly health: string;
  readonly reason: string;
  readonly complete: number;
  readonly resource_version: string | null;
  readonly as_of: number | null;
  readonly absent: number;
}

interface StoredRow {
  readonly type_id: number;
  readonly scope_id: number;
  readonly key: string;
  readonly uid: string;
  readonly resource_version: string;
  readonly json: string;
  readonly zstd: Buffer | null;
}

function scopesOf(view: StoreView): readonly ScopeRow[] {
  return view.all<ScopeRow>(
    `select scope.id, type_id, case api_group when '' then resource else resource || '.' || api_group end as type, retrieval,
       scope.namespace, phase, mode, health, reason, complete, scope.resource_version, as_of, absent_since is not null as absent
     from scope join resource_type on resource_type.id = type_id order by scope.id`,
  );
}

/** Every stored row, by type. */
function rowsOf(view: StoreView): ReadonlyMap<number, readonly StoredRow[]> {
  const rows = view.all<StoredRow>(
    `select object.type_id, scope_id, key, uid, resource_version, json, zstd from object
     left join body on body.object_id = object.id left join managed_fields on managed_fields.object_id = object.id`,
  );
  return Map.groupBy(rows, ({ type_id }) => type_id);
}

/** The rows in the place of a scope, whichever scope wrote them. */
function rowsIn({ type_id: typeId, namespace }: ScopeRow, rows: ReturnType<typeof rowsOf>): readonly StoredRow[] {
  const ofType = rows.get(typeId) ?? [];
  return namespace === '' ? ofType : ofType.filter(({ key }) => key.startsWith(`${namespace}/`));
}

const placeOf = ({ type, namespace }: ScopeRow): string => (namespace === '' ? type : `${type} in ${namespace}`);

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

const wholeTexts = new WeakMap<KubeObject, string>();

/** The canonical text of an object as the store is to hold it, managedFields apart. */
function expectedText(type: string, object: KubeObject): string {
  const known = wholeTexts.get(object);
  if (known !== undefined) return known;
  const { metadata, ...rest } = asStored(type, object);
  const { managedFields, ...others } = metadata;
  const text = textOf(canonicalJson({ ...rest, metadata: others } as never), managedFields as never);
  wholeTexts.set(object, text);
  return text;
}

const textOf = (body: string, managedFields: Parameters<typeof canonicalJson>[0] | undefined): string =>
  managedFields === undefined ? body : `${body}\n${canonicalJson(managedFields)}`;

const unpacked = new Map<string, string>();

/** The same of a stored row. */
function storedText({ json, zstd }: StoredRow): string {
  if (zstd === null) return json;
  const packed = zstd.toString('latin1');
  const known = unpacked.get(packed);
  if (known !== undefined) return `${json}\n${known}`;
  if (unpacked.size > 10_000) unpacked.clear();
  const text = canonicalJson(parseJson(unpackText(zstd)));
  unpacked.set(packed, text);
  return `${json}\n${text}`;
}

const keyOf = ({ metadata: { namespace, name } }: KubeObject): string =>
  namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;

const partsOf = (text: string): unknown => text.split('\n').map((part) => parseJson(part));

/** The first difference between the rows of a scope and `objects`; undefined when there is none. */
function difference(
  scope: ScopeRow,
  rows: readonly StoredRow[],
  objects: readonly KubeObject[],
  inVersionOf?: (row: StoredRow, object: KubeObject) => KubeObject,
): string | undefined {
  const wanted = new Map<string, KubeObject>();
  for (const object of objects) {
    if (scope.namespace === '' || object.metadata.namespace === scope.namespace) wanted.set(keyOf(object), object);
  }
  const stored = new Map(rows.map((row) => [row.key, row]));
  const named = ({ metadata }: KubeObject, key: string): string => `${key}@${metadata.resourceVersion}`;
  const lacking = [...wanted].flatMap(([key, object]) =>
    stored.get(key)?.resource_version === object.metadata.resourceVersion ? [] : [named(object, key)],
  );
  const ghosts = rows.filter(
    ({ key, resource_version: version }) => wanted.get(key)?.metadata.resourceVersion !== version,
  );
  if (lacking.length + ghosts.length > 0) {
    const ghostNames = ghosts.map((row) => `${row.key}@${row.resource_version}`);
    return `${lacking.length} lacking: ${lacking.slice(0, 5).join(' ')}; ${ghosts.length} ghosts: ${ghostNames.slice(0, 5).join(' ')}`;
  }
  for (const row of rows) {
    const object = wanted.get(row.key) as KubeObject;
    const expected = expectedText(scope.type, inVersionOf?.(row, object) ?? object);
    const text = storedText(row);
    if (text === expected) continue;
    return `${row.key}: ${deepDifference(partsOf(expected), partsOf(text)) ?? 'the same in another form'}`;
  }
  return undefined;
}

/** Where the stored objects are not those of the server now, for all scopes that are watched now and not refused. */
export function mirrorDifferences({ view, state }: Pick<Compared, 'view' | 'state'>): readonly string[] {
  const rows = rowsOf(view);
  return scopesOf(view).flatMap((scope) => {
    const isWatched = scope.retrieval === 'watch' || (scope.retrieval === 'used' && scope.reason !== 'unused');
    if (!isWatched || scope.phase === 'denied' || scope.absent === 1) return [];
    const served = state.types.named(scope.type) === undefined ? [] : state.list(scope.type);
    const found = difference(scope, rowsIn(scope, rows), served);
    return found === undefined ? [] : [`${placeOf(scope)}: ${found}`];
  });
}

/**
 * What is committed, held against the promises: I1 (a scope with a resume point has the server's objects of that
 * revision), I2 (no object beside its own tombstone; no row that the server never had), I3 (each state once in the
 * change log, each object's states in order, the newest one the row), I5 (a tombstone for each deletion of the log), I6
 * (what was the server's before `as_of` is there).
 */
export function brokenInvariants(compared: Compared, options: OracleOptions): readonly string[] {
  const { view } = compared;
  const scopes = scopesOf(view);
  const rows = rowsOf(view);
  const perScope = scopes.flatMap((scope) => {
    const type = compared.state.types.named(scope.type);
    if (type === undefined) return [];
    const found = { scope, type, rows: rowsIn(scope, rows) };
    return [
      ...inventions(compared, found),
      ...brokenPrefix(compared, found, options),
      ...(options.timesUnsure === true ? [] : staleClaims(compared, found)),
    ];
  });
  const known = new Set(scopes.map(({ id }) => id));
  const homeless = [...rows.values()].flatMap((of) =>
    of.flatMap(({ scope_id: id, key }) => (known.has(id) ? [] : [`I5 ${key} is of no scope`])),
  );
  return [
    ...perScope,
    ...homeless,
    ...(options.restored === true ? [] : resurrections(view)),
    ...brokenChanges(view, options),
  ];
}

interface FoundScope {
  readonly scope: ScopeRow;
  readonly type: ServedType;
  readonly rows: readonly StoredRow[];
}

/** The type in the version of a row: a definition that changes its versions is followed with the next list. */
function versionOf(type: ServedType, { json }: StoredRow): ServedType {
  const version = /^{"apiVersion":"(?:[^"/]*\/)?([^"/]+)"/.exec(json)?.[1] ?? type.version;
  return version === type.version ? type : { ...type, version };
}

/** Rows that are no state of their object. */
function inventions({ history }: Compared, { scope, type, rows }: FoundScope): readonly string[] {
  return rows.flatMap((row) => {
    // Of an API without resourceVersions the server's history cannot be asked for one state.
    if (row.resource_version.startsWith(hashPrefix)) return [];
    const slash = row.key.indexOf('/');
    const metadata = {
      ...(slash < 0 ? {} : { namespace: row.key.slice(0, slash) }),
      name: row.key.slice(slash + 1),
      uid: row.uid,
      resourceVersion: row.resource_version,
    };
    const states = history.statesOf(versionOf(type, row), { metadata } as KubeObject);
    const text = storedText(row);
    if (states.some((state) => expectedText(scope.type, state) === text)) return [];
    return [`I2 ${scope.type} ${row.key}@${row.resource_version} ${row.uid} never was`];
  });
}

function brokenPrefix({ history }: Compared, found: FoundScope, { ahead }: OracleOptions): readonly string[] {
  const { scope, type, rows } = found;
  if (scope.resource_version === null || (ahead === true && scope.health !== 'healthy')) return [];
  const differences: string[] = [];
  for (const objects of history.stateAt(type, Number(scope.resource_version))) {
    const different = difference(scope, rows, objects, (row, object) => toServed(versionOf(type, row), object));
    if (different === undefined) return [];
    differences.push(different);
  }
  return [`I1 ${placeOf(scope)} at ${scope.resource_version}: ${differences[0]}`];
}

/** A write that a scope with a resume point lacks although it was made before the time that the scope names. */
function staleClaims({ history }: Compared, { scope, type }: FoundScope): readonly string[] {
  if (scope.resource_version === null || scope.as_of === null || history.restoreCount > 0) return [];
  const missed = history
    .missed(type, Number(scope.resource_version), scope.as_of)
    .filter(({ key }) => scope.namespace === '' || key.startsWith(`${scope.namespace}/`));
  return missed.slice(0, 1).map(({ key, revision, atMs }) => {
    return `I6 ${placeOf(scope)} ${scope.mode} ${scope.health} as of ${scope.as_of}: lacks ${key}@${revision} of ${atMs}`;
  });
}

function resurrections(view: StoreView): readonly string[] {
  const rows = view.all<{ key: string; uid: string }>(
    `select object.key as key, object.uid as uid from object
     join tombstone on tombstone.type_id = object.type_id and tombstone.uid = object.uid where cause <> 'purge'`,
  );
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

function brokenChanges(view: StoreView, options: OracleOptions): readonly string[] {
  const changes = view.all<Change>(
    `select type_id, key, operation, uid, resource_version, exists (select 1 from tombstone
       where tombstone.type_id = change.type_id and tombstone.key = change.key and tombstone.uid = change.uid
         and tombstone.resource_version = change.resource_version) as has_tombstone
     from change order by seq`,
  );
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
  return [...broken, ...unlogged(view, changes)];
}

/** Objects whose newest change is not what the store has of them. */
function unlogged(view: StoreView, changes: readonly Change[]): readonly string[] {
  const rows = view.all<StoredRow>('select type_id, key, uid, resource_version from object');
  const stored = new Map(rows.map((row) => [`${row.type_id} ${row.key}`, row]));
  const newest = new Map(changes.map((change) => [`${change.type_id} ${change.key}`, change]));
  return [...newest].flatMap(([object, change]) => {
    const row = stored.get(object);
    if (change.operation === 'deleted')
      return row === undefined ? [] : [`I3 ${object} is there, its last change is its end`];
    if (row?.uid === change.uid && row.resource_version === change.resource_version) return [];
    return [`I3 ${object}@${row?.resource_version} is not what its last change left: ${change.resource_version}`];
  });
}
