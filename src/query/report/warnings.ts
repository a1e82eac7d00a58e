import { instantText } from '../../core/instant-text.ts';
import { readEvents, type KnownEvent } from '../events/read-events.ts';
import { groupEvents } from '../events/group-events.ts';
import { toldType, type ReportScope } from './report-scope.ts';
import { briefText, firstRows, type Section } from './section.ts';
import { bucketOf, timeBuckets } from './time-buckets.ts';

/** Warnings of one reason about objects of one kind in one namespace; times are RFC 3339. */
export interface ReportWarning {
  readonly reason: string;
  readonly namespace: string;
  readonly kind: string;
  /** How often it happened, as the events count; an event that began before the range counts whole. */
  readonly eventCount: number;
  /** Different objects that it happened to. */
  readonly objectCount: number;
  /** The last of these, and what was said of it. */
  readonly name: string;
  readonly message: string;
  readonly firstSeenAt: string | null;
  readonly lastSeenAt: string | null;
}

/** The warnings of the range. */
export interface ReportWarnings extends Section<ReportWarning> {
  readonly bucketMs: number;
  /** Events by their last times, oldest first, empty ones too. */
  readonly buckets: readonly { readonly start: string | null; readonly eventCount: number }[];
}

/** The warning events of the range, expired ones too, the most frequent first; null where events may not be told of. */
export function reportWarnings(scope: ReportScope): ReportWarnings | null {
  const type = toldType(scope, '', 'Event');
  if (type === undefined) return null;
  const { reader, place, sinceMs, untilMs } = scope;
  const events = (place ?? [undefined]).flatMap((namespace) =>
    readEvents(reader, type, { namespace, types: ['warning'], about: undefined, sinceMs }),
  );
  const parts = timeBuckets(sinceMs, untilMs);
  const counts = Array.from({ length: parts.count }, () => 0);
  for (const { lastAtMs } of events) {
    const at = bucketOf(parts, lastAtMs ?? sinceMs);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return {
    ...firstRows(warningsOf(events)),
    bucketMs: parts.widthMs,
    buckets: counts.map((eventCount, index) => ({
      start: instantText(parts.startMs + index * parts.widthMs),
      eventCount,
    })),
  };
}

function warningsOf(events: readonly KnownEvent[]): readonly ReportWarning[] {
  const alike = Map.groupBy(groupEvents(events), ({ reason, object: { kind, namespace } }) =>
    JSON.stringify([reason, kind, namespace]),
  );
  const rows = [...alike.values()].flatMap((group): readonly ReportWarning[] => {
    // They come in the order of their last times.
    const newest = group.at(-1);
    if (newest === undefined) return [];
    const { kind, namespace, name } = newest.object;
    const first = Math.min(...group.map(({ firstAtMs, lastAtMs }) => firstAtMs ?? lastAtMs ?? Infinity));
    return [
      {
        reason: newest.reason,
        namespace,
        kind,
        eventCount: group.reduce((sum, { count }) => sum + count, 0),
        objectCount: new Set(group.map(({ object }) => `${object.namespace}/${object.name}`)).size,
        name,
        message: briefText(newest.message),
        firstSeenAt: instantText(Number.isFinite(first) ? first : null),
        lastSeenAt: instantText(newest.lastAtMs),
      },
    ];
  });
  return rows.sort((one, other) => other.eventCount - one.eventCount);
}
