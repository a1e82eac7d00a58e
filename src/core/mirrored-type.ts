import type { ApiResource } from './api-resource.ts';
import type { PrinterColumn } from './printer-column.ts';

/** How a type's objects come into the mirror: followed, listed now and then, answered from another type, or not at all. */
export type Retrieval = 'watch' | 'poll' | 'alias' | 'off';

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
