import type { EventFacts } from './event-facts.ts';
import type { KnownEvent } from './read-events.ts';

/** Events that say the same of the same object. */
export interface EventGroup extends Omit<EventFacts, 'name'> {
  /** Names of the events, in the order of their last times. */
  readonly names: readonly string[];
  /** The server has none of them any longer. */
  readonly isExpired: boolean;
}

/** Each event alone, in the same order. */
export function ungrouped(events: readonly KnownEvent[]): readonly EventGroup[] {
  return events.map((event) => groupOf([event], event));
}

/**
 * Events with the same object, type, reason, message and reporter as one, with the sum of their counts: in the order of
 * their last times.
 * @param events the oldest last time first
 */
export function groupEvents(events: readonly KnownEvent[]): readonly EventGroup[] {
  const groups = new Map<string, KnownEvent[]>();
  for (const event of events) {
    const key = groupKey(event);
    const members = groups.get(key);
    if (members === undefined) groups.set(key, [event]);
    else {
      members.push(event);
      // A map keeps the order of insertion: a group stands where its last event does.
      groups.delete(key);
      groups.set(key, members);
    }
  }
  return [...groups.values()].flatMap((members) => {
    const newest = members.at(-1);
    return newest === undefined ? [] : [groupOf(members, newest)];
  });
}

function groupKey({ namespace, type, reason, message, reportedBy, object }: KnownEvent): string {
  const about = object.uid === '' ? [object.kind, object.namespace, object.name] : [object.uid];
  return JSON.stringify([namespace, type, reason, message, reportedBy, ...about]);
}

function groupOf(members: readonly KnownEvent[], newest: KnownEvent): EventGroup {
  const { name: _name, ...facts } = newest;
  return {
    ...facts,
    count: members.length === 1 ? newest.count : totalCount(members),
    firstAtMs: members.reduce((first: number | null, { firstAtMs }) => earlier(first, firstAtMs), null),
    names: [...new Set(members.map(({ name }) => name))],
    isExpired: members.every(({ isExpired }) => isExpired),
  };
}

function earlier(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

/**
 * An event that the server deleted while its reporter still counts comes back under its name with its first time, and goes
 * on counting (client-go): of these the newest has counted for all.
 */
function totalCount(members: readonly KnownEvent[]): number {
  const counts = new Map<string, number>();
  for (const { name, firstAtMs, count } of members) {
    const recorded = `${name} ${firstAtMs}`;
    counts.set(recorded, Math.max(counts.get(recorded) ?? 0, count));
  }
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
