import type { SinceCell } from '../../core/cell.ts';
import type { Json } from '../../core/json.ts';
import type { KubeObject } from '../../core/kube-object.ts';
import { parseRfc3339, zeroTimeMs } from './rfc3339.ts';

/** Epoch milliseconds of the time at `value`; null where it is absent, unreadable or Go's zero time. */
export function instantOf(value: Json | undefined): number | null {
  if (typeof value !== 'string') return null;
  const instantMs = parseRfc3339(value);
  return instantMs === undefined || instantMs === zeroTimeMs ? null : instantMs;
}

/**
 * True where an optional time is there. The server writes Go's zero time as null and leaves out a time that is not
 * there, so null counts.
 */
export function isTimeSet(value: Json | undefined): boolean {
  return value !== undefined;
}

/** The time passed since the time at `value`; `<unknown>` where that is absent or zero. */
export function sinceCell(value: Json | undefined): SinceCell {
  return { sinceMs: instantOf(value) };
}

/** The AGE cell: the time passed since metadata.creationTimestamp. */
export function ageCell(object: KubeObject): SinceCell {
  return { sinceMs: instantOf(object.metadata.creationTimestamp) };
}
