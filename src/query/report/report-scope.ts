import type { MirrorReader } from '../../store/open-reader.ts';
import { typeOfKind, type MirrorType } from '../mirror-type.ts';
import type { Place } from '../place.ts';
import { isRefusedIn, readableParts, typeAt } from '../type-places.ts';

/** What a report of one cluster is about. */
export interface ReportScope {
  readonly reader: MirrorReader;
  /** All types, as `readTypes` has them. */
  readonly types: readonly MirrorType[];
  readonly place: Place;
  /** The range of time (epoch ms). */
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** The type of a kind where something of it may be told in the place of the report; else undefined. */
export function toldType({ types, place }: ReportScope, group: string, kind: string): MirrorType | undefined {
  const type = typeOfKind(types, group, kind);
  return type !== undefined && isTold(type, place) ? type : undefined;
}

/** Whether some rows of a type may be told: a list of them is complete, and not refused. What is in no namespace is in no place. */
export function isTold(type: MirrorType, place: Place): boolean {
  if (isRefusedIn(type, place) || (place !== undefined && !type.namespaced)) return false;
  const parts = place === undefined ? readableParts([type]) : place.map((namespace) => typeAt(type, namespace));
  return parts.some(({ scope }) => scope?.complete === true && scope.phase !== 'denied');
}
