import { keyRange } from '../../core/key-range.ts';
import { HistoryReader } from '../../store/history-reader.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { splitState, unpackText } from '../../store/state-blob.ts';
import type { MirrorType } from '../mirror-type.ts';
import type { EventFilter } from './event-filter.ts';

/** How far the clock of whoever reports events may be ahead of the clock by which deletions are stamped (ms). */
const clockToleranceMs = 600_000;

/**
 * The last bodies of events that the server deleted, by namespace and name, as far back as tombstones are kept; of a time or an object
 * that is asked for also those that only the history still has. What left the mirror alone (cause `purge`), what came back, and all but the
 * last deletion of an event are left out. Nothing has an index but places and, of tombstones, times, so of a filter only these leave any
 * unread; unpacking one takes some 50 µs, which is why the history, which may have millions, is not looked through for all there ever was.
 */
export function* expiredStates(
  reader: MirrorReader,
  { rowTypeId: typeId }: MirrorType,
  { namespace, sinceMs, about }: EventFilter,
): Iterable<string> {
  const range = namespace === undefined ? { from: '', to: '\u{10FFFF}' } : keyRange(namespace);
  // An event is deleted after its last time.
  const deletedSince = sinceMs === undefined ? 0 : sinceMs - clockToleranceMs;
  if (sinceMs !== undefined || about !== undefined)
    yield* olderStates(reader, typeId, { ...range, sinceMs: deletedSince });
  const rows = reader.sqlite
    .prepare(
      `select last_state from tombstone gone
       where type_id = @typeId and key >= @from and key < @to and cause <> 'purge' and deleted_at >= @deletedSince
         and not exists (select 1 from tombstone later where later.type_id = gone.type_id and later.key = gone.key
           and later.uid = gone.uid and later.id > gone.id)
         and not exists (select 1 from object where object.type_id = gone.type_id and object.key = gone.key
           and object.uid = gone.uid)
       order by key`,
    )
    .pluck()
    .iterate({ typeId, ...range, deletedSince });
  for (const blob of rows as Iterable<Buffer>) yield splitState(unpackText(blob)).body;
}

/** Those that the mirror has forgotten. */
function* olderStates(
  reader: MirrorReader,
  typeId: number,
  span: { readonly from: string; readonly to: string; readonly sinceMs: number },
): Iterable<string> {
  const { sqlite } = reader;
  const oldest = sqlite.prepare('select min(deleted_at) from tombstone').pluck().get() as number | null;
  if (oldest !== null && oldest < span.sinceMs) return;
  const history = HistoryReader.open(reader);
  if (history === undefined) return;
  try {
    const name = `select resource || iif(api_group = '', '', '.' || api_group) from resource_type where id = ?`;
    const type = sqlite.prepare(name).pluck().get(typeId) as string;
    const isKnown = sqlite
      .prepare(
        `select exists (select 1 from object where type_id = @typeId and key = @key and uid = @uid)
           or exists (select 1 from tombstone where type_id = @typeId and key = @key and uid = @uid)`,
      )
      .pluck();
    const found = history.olderDeletions(type, { ...span, ownFromMs: oldest ?? Number.MAX_SAFE_INTEGER });
    for (const { key, uid, state } of found)
      if (isKnown.get({ typeId, key, uid }) === 0) yield splitState(unpackText(state)).body;
  } finally {
    history.close();
  }
}
