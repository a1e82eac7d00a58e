import { cellJson, cellText } from '../../store/cell-columns.ts';
import { isShown, namespaceSql } from '../hidden-rows.ts';
import { storedOf, type MirrorType } from '../mirror-type.ts';
import { placeCondition } from '../place.ts';
import { list, raw, sql, type SqlPart } from '../sql-part.ts';
import type { ObjectName } from '../tree/reference.ts';
import { isTold, type ReportScope } from './report-scope.ts';

/** An object that does not look well by its printed cells. */
export interface Candidate extends ObjectName {
  /** What the cells say. */
  readonly state: string;
  /** Pods that may have to be looked at to say why. */
  readonly podCount: number;
  /** One of its pods that does not look well either. */
  readonly pod: ObjectName | undefined;
}

interface Row {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly state: string;
  readonly pod_count: number;
  readonly owner_uid: string | null;
}

/** Which rows of a type do not look well. */
interface Look {
  readonly condition: SqlPart;
  /** What the cells say, as SQL. */
  readonly state: SqlPart;
  readonly podCount?: SqlPart;
}

/** The kinds that are looked for, `group/Kind`, in the order in which they are told; then those of `usualLook`; pods come last. */
const looks: Readonly<Record<string, (type: MirrorType) => Look | undefined>> = {
  'apps/Deployment': ratioLook,
  'apps/StatefulSet': ratioLook,
  'apps/DaemonSet': (type) => {
    const [ready, desired] = [cell(type, 'Ready'), cell(type, 'Desired')];
    if (ready === undefined || desired === undefined) return undefined;
    const state = sql`${ready} || '/' || ${desired} || ' ready'`;
    return { condition: sql`cast(${ready} as integer) < cast(${desired} as integer)`, state, podCount: desired };
  },
  'batch/Job': (type) => statusLook(type, (status) => sql`${status} in ('Failed', 'FailureTarget')`),
  '/PersistentVolumeClaim': (type) => statusLook(type, (status) => sql`${status} <> 'Bound'`),
};

/** Kinds of which others tell: nodes have a section, and the rest belongs to something that is looked for. */
const toldElsewhere: ReadonlySet<string> = new Set(['/Node', '/Pod', '/ReplicationController', 'apps/ReplicaSet']);

/** Columns that print a condition which is usual for being well. */
const usualColumns = ['READY', 'AVAILABLE', 'HEALTHY', 'SYNCED', 'ESTABLISHED'];

/**
 * What does not look well, workloads first; pods only where nothing that owns them is among it. Of a kind what changed last
 * comes first: where there is too much of it to be looked at, that is what happens now.
 */
export function failingCandidates(scope: ReportScope): readonly Candidate[] {
  const types = storedOf(scope.types).filter((type) => isTold(type, scope.place));
  const kindOf = ({ group, kind }: MirrorType): string => `${group}/${kind}`;
  const named = Object.entries(looks).flatMap(([kind, look]) =>
    types.filter((type) => kindOf(type) === kind).map((type) => ({ type, look: look(type) })),
  );
  const others = types
    .filter((type) => looks[kindOf(type)] === undefined && !toldElsewhere.has(kindOf(type)))
    .map((type) => ({ type, look: usualLook(type) }));
  const found = [...named, ...others].flatMap(({ type, look }) =>
    look === undefined ? [] : rowsOf(scope, type, look).map((row) => ({ type, row })),
  );
  const pods = types.find((type) => kindOf(type) === '/Pod');
  const look = pods && podLook(pods);
  const failing = pods === undefined || look === undefined ? [] : rowsOf(scope, pods, look);
  const uids = new Set(found.map(({ row }) => row.uid));
  const ownerOf = ownerReader(scope);
  const podOf = new Map<string, ObjectName>();
  const alone = failing.filter(({ owner_uid: owner, namespace, name }) => {
    const above = [owner, owner && ownerOf(owner)].find((uid) => uid !== null && uid !== undefined && uids.has(uid));
    if (typeof above !== 'string') return true;
    if (!podOf.has(above)) podOf.set(above, { group: '', kind: 'Pod', namespace, name });
    return false;
  });
  return [
    ...found.map(({ type, row }) => candidateOf(type, row, podOf.get(row.uid))),
    ...(pods === undefined ? [] : alone.map((row) => candidateOf(pods, row, undefined))),
  ];
}

function candidateOf({ group, kind }: MirrorType, row: Row, pod: ObjectName | undefined): Candidate {
  const { namespace, name, state, pod_count: podCount } = row;
  return { group, kind, namespace, name, state, podCount, pod };
}

function rowsOf({ reader: { sqlite }, place }: ReportScope, type: MirrorType, look: Look): readonly Row[] {
  const inPlace = placeCondition(place);
  const query = sql`select ${raw(namespaceSql())} as namespace, object.name, object.uid, ${look.state} as state,
      cast(${look.podCount ?? sql`1`} as integer) as pod_count,
      (select owner_uid from owner where owner.object_id = object.id order by controller desc limit 1) as owner_uid
    from object where object.type_id = ${type.rowTypeId} and ${look.condition}`;
  return sqlite
    .prepare(`${query.text} and ${inPlace.sql} and ${isShown(sqlite)} order by object.changed_at desc, object.key`)
    .all(...query.parameters, ...inPlace.parameters) as Row[];
}

/** The uid of what owns the object with a uid. */
function ownerReader({ reader: { sqlite } }: ReportScope): (uid: string) => string | undefined {
  const owner = sqlite
    .prepare('select owner_uid from object join owner on owner.object_id = object.id where object.uid = ? limit 1')
    .pluck();
  return (uid) => owner.get(uid) as string | undefined;
}

/** The cell of a column as SQL; undefined where the type has no such column. */
function cell({ columns }: MirrorType, name: string): SqlPart | undefined {
  const index = columns.findIndex((column) => column.name.toUpperCase() === name.toUpperCase());
  return index === -1 ? undefined : raw(cellText(cellJson('object', index)));
}

/** `READY` as `1/2`. */
function ratioLook(type: MirrorType): Look | undefined {
  const ready = cell(type, 'Ready');
  if (ready === undefined) return undefined;
  const [have, want] = ratio(ready);
  return { condition: sql`${have} < ${want}`, state: sql`${ready} || ' ready'`, podCount: want };
}

function ratio(text: SqlPart): readonly [have: SqlPart, want: SqlPart] {
  const slash = sql`instr(${text}, '/')`;
  return [sql`cast(substr(${text}, 1, ${slash} - 1) as integer)`, sql`cast(substr(${text}, ${slash} + 1) as integer)`];
}

function statusLook(type: MirrorType, isBad: (status: SqlPart) => SqlPart): Look | undefined {
  const status = cell(type, 'Status');
  return status && { condition: isBad(status), state: status };
}

function podLook(type: MirrorType): Look | undefined {
  const [ready, status] = [cell(type, 'Ready'), cell(type, 'Status')];
  if (ready === undefined || status === undefined) return undefined;
  const [have, want] = ratio(ready);
  return {
    condition: sql`${status} not in ('Completed', 'Succeeded') and (${status} <> 'Running' or ${have} < ${want})`,
    state: status,
  };
}

/** `False`, `False (MissingEndpoints)`, `Unknown` in a column that is usual. */
function usualLook(type: MirrorType): Look | undefined {
  const cells = usualColumns.flatMap((name) => cell(type, name) ?? []);
  const [first] = cells;
  if (first === undefined) return undefined;
  const bad = cells.map((each) => sql`${each} like 'False%' or ${each} like 'Unknown%'`);
  return { condition: sql`(${list(bad, ' or ')})`, state: first };
}
