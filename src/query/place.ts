import { keyRange } from '../core/key-range.ts';
import { resourceName } from '../core/api-resource.ts';
import { NaviError } from '../errors/navi-error.ts';
import { leftOut } from './left-out.ts';
import type { MirrorType } from './mirror-type.ts';
import { unmirrored } from './unmirrored.ts';
import { isRefused, readableParts, refusalOf, typeAt } from './type-places.ts';

/** The namespaces that are asked about; undefined for all of them. */
export type Place = readonly string[] | undefined;

/** SQL condition on what has the `key` of a namespaced type under this alias: it is in the place; and its parameters. */
export function placeCondition(
  place: Place,
  alias = 'object',
): { readonly sql: string; readonly parameters: readonly string[] } {
  if (place === undefined) return { sql: 'true', parameters: [] };
  const ranges = place.map(() => `(${alias}.key >= ? and ${alias}.key < ?)`);
  return {
    sql: `(${ranges.join(' or ')})`,
    parameters: place.map(keyRange).flatMap(({ from, to }) => [from, to]),
  };
}

/** That a type may not be listed, in the server's words. */
export function refusedType(type: MirrorType): NaviError {
  const name = resourceName(type);
  return new NaviError('NAVI_REFUSED', refusalOf(type) ?? `${name} may not be listed`, {
    hints: [`navi status ${name} says since when`],
  });
}

/** What rows of a place come from. */
export interface PlaceParts {
  /** The parts of a type, at least one. */
  readonly from: readonly MirrorType[];
  /** See `leftOut`: with all namespaces some parts may be missing. */
  readonly leftOut: readonly string[];
}

/**
 * The parts of a type that rows of a place come from.
 * @param type undefined where the cluster serves none
 * @param what the type for people, where it is not served
 * @throws NAVI_REFUSED, NAVI_NOT_FOUND where the cluster has no such type, and what `unmirrored` makes where it was not
 * listed yet or is not mirrored
 */
export function partsIn(type: MirrorType | undefined, place: Place, what: string): PlaceParts {
  if (type === undefined) throw new NaviError('NAVI_NOT_FOUND', `the cluster serves no ${what}`);
  const parts = place === undefined ? readableParts([type]) : place.map((namespace) => typeAt(type, namespace));
  const refused = place === undefined && isRefused(type) ? type : parts.find(({ scope }) => scope?.phase === 'denied');
  if (refused !== undefined) throw refusedType(refused);
  const known = parts.filter(({ scope }) => scope?.complete === true);
  if (known.length > 0 && (place === undefined || known.length === parts.length))
    return { from: known, leftOut: leftOut([type], place) };
  throw unmirrored(
    type,
    `${leftOut([type], place).join('; ')}${type.retrieval === 'off' ? `: ${type.retrievalReason}` : ''}`,
  );
}
