import { parseJson } from '../../core/canonical-json.ts';
import { asObject, asString, type JsonObject } from '../../core/json.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import type { MirrorType } from '../mirror-type.ts';
import { readObjects } from '../object-query.ts';

/** What an event says of an object. */
export interface ObjectEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  /** Epoch milliseconds of its last time; null where it does not say. */
  readonly lastAtMs: number | null;
}

/** The events about an object, the newest first. @param type that of core Events */
export function eventsAbout(reader: MirrorReader, type: MirrorType, uid: string): readonly ObjectEvent[] {
  const fields = [{ field: 'involvedObject.uid', operator: 'equals', value: uid }] as const;
  const rows = readObjects(reader, { typeId: type.rowTypeId, labels: [], fields }, 'body');
  return Array.from(rows, ({ json }) => objectEvent(asObject(parseJson(json ?? '{}')))).sort(
    (a, b) => (b.lastAtMs ?? 0) - (a.lastAtMs ?? 0),
  );
}

function objectEvent(event: JsonObject): ObjectEvent {
  const series = asObject(event['series']);
  const times = [series['lastObservedTime'], event['lastTimestamp'], event['eventTime'], event['firstTimestamp']];
  const at = Date.parse(times.map(asString).find((time) => time !== '') ?? '');
  const count = series['count'] ?? event['count'];
  return {
    type: asString(event['type']),
    reason: asString(event['reason']),
    message: asString(event['message']),
    count: typeof count === 'number' ? count : 1,
    lastAtMs: Number.isNaN(at) ? null : at,
  };
}
