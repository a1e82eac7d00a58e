import { apiVersion, resourceName } from '../core/api-resource.ts';
import type { Health, RetrievalMode } from '../core/scope-status.ts';
import type { MirrorReader } from '../store/open-reader.ts';
import { countShown } from './hidden-rows.ts';
import type { MirrorType } from './mirror-type.ts';
import { isRefused } from './type-places.ts';

/** A type as `navi types` shows it. */
export interface TypeRow {
  /** `plural.group`. */
  readonly type: string;
  readonly shortNames: readonly string[];
  readonly apiVersion: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly categories: readonly string[];
  /** Null where nothing is mirrored, or may be seen. */
  readonly objectCount: number | null;
  /** Null for a type that is not mirrored. */
  readonly mode: RetrievalMode | null;
  readonly health: Health | null;
  /** Why it is not mirrored, or what is wrong; empty where nothing is. */
  readonly reason: string;
}

/** Types with the numbers of their objects, in discovery order. */
export function readTypeRows(reader: MirrorReader, types: readonly MirrorType[]): readonly TypeRow[] {
  const countOf = countShown(reader.sqlite);
  return types.map((type) => typeRow(type, countOf.get(type.rowTypeId) ?? 0));
}

function typeRow(type: MirrorType, count: number): TypeRow {
  const scope = type.scope ?? [...type.namespaceScopes.values()][0];
  const isKnown = scope !== undefined && scope.complete && !isRefused(type);
  const isHealthy = scope === undefined || scope.reason === 'none';
  return {
    type: resourceName(type),
    shortNames: type.shortNames,
    apiVersion: apiVersion(type),
    namespaced: type.namespaced,
    kind: type.kind,
    verbs: type.verbs,
    categories: type.categories,
    objectCount: isKnown ? count : null,
    mode: scope?.mode ?? null,
    health: scope?.health ?? null,
    reason: scope === undefined ? type.retrievalReason : isHealthy ? '' : scope.reason,
  };
}
