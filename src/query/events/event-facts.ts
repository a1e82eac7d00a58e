import { asObject, asString, isJsonObject, type Json, type JsonObject } from '../../core/json.ts';

/** What an event is about, as the event itself names it; texts are empty where it does not. */
export interface EventObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** What a core Event says. Times are epoch milliseconds. */
export interface EventFacts {
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  /** How often it happened; at least 1. */
  readonly count: number;
  /** Null where it tells no time at all. */
  readonly firstAtMs: number | null;
  readonly lastAtMs: number | null;
  /** The component that tells it. */
  readonly reportedBy: string;
  readonly object: EventObject;
}

/**
 * Reads a core Event, in whichever of its forms: a series, a count with two times, or a single time. The last time is the
 * one that the server prints; an event without one happened when it was made.
 */
export function eventFacts(event: JsonObject): EventFacts {
  const metadata = asObject(event['metadata']);
  const { series, eventTime, firstTimestamp, lastTimestamp } = event;
  const involved = asObject(event['involvedObject']);
  const { creationTimestamp } = metadata;
  const lastTimes = isJsonObject(series) ? [series['lastObservedTime']] : [lastTimestamp, firstTimestamp, eventTime];
  return {
    namespace: asString(metadata['namespace']),
    name: asString(metadata['name']),
    type: asString(event['type']),
    reason: asString(event['reason']),
    message: asString(event['message']).trim(),
    count: countOf(isJsonObject(series) ? series['count'] : event['count']),
    firstAtMs: firstInstant([eventTime, firstTimestamp, lastTimestamp, creationTimestamp]),
    lastAtMs: firstInstant([...lastTimes, creationTimestamp]),
    reportedBy: asString(event['reportingComponent']) || asString(asObject(event['source'])['component']),
    object: {
      apiVersion: asString(involved['apiVersion']),
      kind: asString(involved['kind']),
      namespace: asString(involved['namespace']),
      name: asString(involved['name']),
      uid: asString(involved['uid']),
    },
  };
}

function countOf(count: Json | undefined): number {
  return typeof count === 'number' && count >= 1 ? count : 1;
}

/** The first that is a time. */
function firstInstant(times: readonly (Json | undefined)[]): number | null {
  for (const time of times) {
    const at = Date.parse(asString(time));
    if (!Number.isNaN(at)) return at;
  }
  return null;
}
