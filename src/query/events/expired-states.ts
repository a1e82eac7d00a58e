import { keyRange } from '../../core/key-range.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { splitState, unpackText } from '../../store/state-blob.ts';
import type { MirrorType } from '../mirror-type.ts';
import type { EventFilter } from './event-filter.ts';

/** How far the clock of whoever reports events may be ahead of the clock by which deletions are stamped (ms). */
const clockToleranceMs = 600_000;

/**
 * The last bodies of events that the server deleted, by namespace and name, as far back as tombstones are kept. What left
 * the mirror alone (cause `purge`), what came back, and all but the last deletion of an event are left out. Tombstones
 * have no index but by place and by time, so of a filter only these two leave any unread; unpacking one takes some 50 µs.
 */
export function* expiredStates(
  reader: MirrorReader,
  { rowTypeId }: MirrorType,
  { namespace, sinceMs }: EventFilter,
): Iterable<string> {
  const range = namespace === undefined ? { from: '', to: '\u{10FFFF}' } : keyRange(namespace);
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
    // An event is deleted after its last time.
    .iterate({ typeId: rowTypeId, ...range, deletedSince: sinceMs === undefined ? 0 : sinceMs - clockToleranceMs });
  for (const blob of rows as Iterable<Buffer>) yield splitState(unpackText(blob)).body;
}
