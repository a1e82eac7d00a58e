import type { Severity } from './alert-rule.ts';

/** Pending: its condition holds, not yet for long enough. Firing: people are told. Resolved: over. */
export type IncidentState = 'pending' | 'firing' | 'resolved';

/** What people are told of: that an incident began to fire, or that it is over. */
export type IncidentTransition = 'firing' | 'resolved';

/** Something that is wrong with one object, by one rule, from its beginning to its end. Times are epoch milliseconds. */
export interface Incident {
  /** The same from the beginning to the end, and no other's ever. */
  readonly id: string;
  readonly mirrorId: string;
  /** Name of the context when it was written last. */
  readonly context: string;
  readonly rule: string;
  readonly severity: Severity;
  /** What the rule said of the object when it was written last. */
  readonly summary: string;
  /** `plural.group`, or `cluster`. */
  readonly type: string;
  /** `namespace/name`, or the name of a cluster-scoped object; empty for the cluster itself. */
  readonly key: string;
  /** Of the object; empty for the cluster itself. */
  readonly uid: string;
  readonly state: IncidentState;
  /** When its condition was seen to hold first. */
  readonly sinceMs: number;
  readonly firedAtMs: number | null;
  readonly resolvedAtMs: number | null;
  /** When its condition was last known to hold. */
  readonly lastSeenMs: number;
  /** From when on its condition no longer held; null while it does. */
  readonly clearedAtMs: number | null;
}

/** Who takes care of an incident, and until when it is silent. */
export interface IncidentCare {
  readonly ackedBy: string | null;
  readonly ackedAtMs: number | null;
  /** The later end of a silence of it and one of its rule; null where there is none. */
  readonly silencedUntilMs: number | null;
}

/** An object as people write it: `pods/shop/web-0`; the context for the cluster itself. */
export function incidentObject({ type, key, context }: Pick<Incident, 'type' | 'key' | 'context'>): string {
  return key === '' ? context : `${type}/${key}`;
}
