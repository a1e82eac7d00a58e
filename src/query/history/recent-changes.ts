import type { MirrorReader } from '../../store/open-reader.ts';
import { changesOfObject, type LoggedChange } from '../../store/rebuild-state.ts';
import { isShown } from '../hidden-rows.ts';
import { placeCondition, type Place } from '../place.ts';
import { toldChange, type ObjectChange } from './object-changes.ts';

/** Which changes are meant. */
export interface ChangeFilter {
  /** Ids of types; of others nothing is told. */
  readonly typeIds: readonly number[];
  readonly place: Place;
  /** Epoch ms; undefined: as far back as the log reaches. */
  readonly sinceMs: number | undefined;
  /** Undefined: all. */
  readonly operations: readonly LoggedChange['operation'][] | undefined;
  /** Only entries behind the first number, up to the second; undefined: all. */
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

/**
 * The newest changes that are meant, oldest first; and whether there are older ones. Rows that may not be read now are left
 * out. Each costs one decompression for each younger change of its object. Must run in one snapshot.
 */
export function recentChanges(
  { sqlite }: MirrorReader,
  { typeIds, place, sinceMs, operations, span = [0, Number.MAX_SAFE_INTEGER] }: ChangeFilter,
  limit: number,
): { readonly changes: readonly SeenChange[]; readonly isCut: boolean } {
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
      JSON.stringify(typeIds),
      ...inPlace.parameters,
      sinceMs ?? 0,
      JSON.stringify(operations ?? ['added', 'updated', 'deleted']),
      limit + 1,
    ) as Entry[];
  const wanted = entries.slice(0, limit);
  const objects = Map.groupBy(wanted, ({ type_id: typeId, key }) => `${typeId} ${key}`);
  const changes = [...objects.values()].flatMap((of) => changesOf(sqlite, of));
  return { changes: changes.sort((one, other) => one.seq - other.seq), isCut: entries.length > limit };
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
