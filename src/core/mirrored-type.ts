import type { ApiResource } from './api-resource.ts';
import type { PrinterColumn } from './printer-column.ts';

/**
 * How a type's objects come into the mirror: followed, listed now and then, followed while it is asked for, answered from
 * another type, or not at all.
 */
export type Retrieval = 'watch' | 'poll' | 'used' | 'alias' | 'off';

/** A type as discovery tells it, and what navi does with it. */
export interface MirroredType extends ApiResource {
  /** All served versions, the preferred one first. */
  readonly versions: readonly string[];
  /** Order of its group in discovery, from 0; and its own order over all types. */
  readonly groupPosition: number;
  readonly position: number;
  /** Columns of the stored cells. */
  readonly columns: readonly PrinterColumn[];
  /** Selectable fields that a CRD declares; undefined for every type that no CRD defines. */
  readonly customFields?: readonly string[] | undefined;
  readonly retrieval: Retrieval;
  /** Why it is not watched, as a phrase; empty where it is. */
  readonly retrievalReason: string;
  /** `plural.group` of the type whose rows answer, with retrieval `alias`. */
  readonly aliasOf?: string | undefined;
}

/** The `retrievalReason` of a type that could be mirrored and is off. */
export const offByConfiguration = 'off in the configuration';

/** Whether the scopes of a type are watched, once they are followed. */
export function isWatchable({ retrieval, verbs }: Pick<MirroredType, 'retrieval' | 'verbs'>): boolean {
  return retrieval === 'watch' || (retrieval === 'used' && verbs.includes('watch'));
}
