import { keyRange } from '../../core/key-range.ts';
import { HistoryReader } from '../../store/history-reader.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { changesOfObject, type LoggedChange } from '../../store/rebuild-state.ts';
import { isShown } from '../hidden-rows.ts';
import { placeCondition, type Place } from '../place.ts';
import { toldChange, type ObjectChange } from './object-changes.ts';

/** Which changes are meant. */
export interface ChangeFilter {
  /** Ids of types with their names, `plural.group`; of others nothing is told. */
  readonly types: ReadonlyMap<number, string>;
  readonly place: Place;
  /** Epoch ms; undefined: as far back as the log reaches. */
  readonly sinceMs: number | undefined;
  /** Undefined: all. */
  readonly operations: readonly LoggedChange['operation'][] | undefined;
  /** Only entries of the mirror's own log behind the first number, up to the second; undefined: all, and those of the history. */
  readonly span?: readonly [after: number, upTo: number] | undefined;
}

/** A change of some object. */
export interface SeenChange extends ObjectChange {
  readonly typeId: number;
  readonly key: string;
}

interface Entry {
  readonly seq: number;
  readonly type_id: number;
  readonly key: string;
}

/** Changes that were found. */
export interface RecentChanges {
  /** Oldest first. */
  readonly changes: readonly SeenChange[];
  /** There are older ones. */
  readonly isCut: boolean;
  /** Some before this time (epoch ms) are lost: the history could not be kept then. */
  readonly gapAtMs: number | undefined;
}

/**
 * The newest changes that are meant. Of the mirror's own log rows that may not be read now are left
 * out. Each costs one decompression for each younger change of its object. Must run in one snapshot.
 */
export function recentChanges(reader: MirrorReader, filter: ChangeFilter, limit: number): RecentChanges {
  const own = ownChanges(reader, filter, limit + 1);
  const isFound = filter.span !== undefined || own.length > limit;
  const older = isFound ? nothingOlder : olderChanges(reader, filter, limit + 1 - own.length);
  const found = [...older.changes, ...own];
  return { changes: found.slice(-limit), isCut: found.length > limit, gapAtMs: older.gapAtMs };
}

const nothingOlder = { changes: [], gapAtMs: undefined };

/** Of the history. */
function olderChanges(reader: MirrorReader, filter: ChangeFilter, limit: number): Omit<RecentChanges, 'isCut'> {
  const { types, place, sinceMs = 0, operations = allOperations } = filter;
  const history = HistoryReader.open(reader);
  if (history === undefined) return nothingOlder;
  try {
    const ids = new Map([...types].map(([id, name]) => [name, id]));
    const asked = { types: [...ids.keys()], ranges: place?.map(keyRange), sinceMs, operations };
    const changes = history.recent(asked, limit).map(({ type, change }) => ({
      typeId: ids.get(type) ?? 0,
      key: change.key,
      ...toldChange(change),
    }));
    return { changes: changes.toReversed(), gapAtMs: history.lastGap(sinceMs) };
  } finally {
    history.close();
  }
}

const allOperations = ['added', 'updated', 'deleted'] as const;

/** Of the mirror's own log, oldest first. */
function ownChanges(
  { sqlite }: MirrorReader,
  { types, place, sinceMs, operations = allOperations, span = [0, Number.MAX_SAFE_INTEGER] }: ChangeFilter,
  limit: number,
): readonly SeenChange[] {
  const inPlace = placeCondition(place, 'change');
  // The log is read from its end; an index by type would have to be sorted.
  const entries = sqlite
    .prepare(
      `select seq, type_id, key from change
       where seq > ? and seq <= ? and +type_id in (select value from json_each(?)) and ${inPlace.sql} and at >= ?
         and operation in (select value from json_each(?)) and ${isShown(sqlite, 'change')}
       order by seq desc limit ?`,
    )
    .all(
      ...span,
      JSON.stringify([...types.keys()]),
      ...inPlace.parameters,
      sinceMs ?? 0,
      JSON.stringify(operations),
      limit,
    ) as Entry[];
  const objects = Map.groupBy(entries, ({ type_id: typeId, key }) => `${typeId} ${key}`);
  const changes = [...objects.values()].flatMap((of) => changesOf(sqlite, of));
  return changes.sort((one, other) => one.seq - other.seq);
}

/** @param entries of one object, newest first */
function changesOf(sqlite: MirrorReader['sqlite'], entries: readonly Entry[]): readonly SeenChange[] {
  const [newest, oldest] = [entries[0], entries.at(-1)];
  if (newest === undefined || oldest === undefined) return [];
  const { type_id: typeId, key } = newest;
  const wanted = new Set(entries.map(({ seq }) => seq));
  return changesOfObject(sqlite, key, { typeId, after: oldest.seq - 1, upTo: newest.seq })
    .filter(({ seq }) => wanted.has(seq))
    .map((change) => ({ typeId, key, ...toldChange(change) }));
}
