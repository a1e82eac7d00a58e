import type { Json } from '../../core/json.ts';

/**
 * A JSON value as expressions have it: integers are ints, everything else stays. Objects and lists are changed in place:
 * the value must belong to the caller.
 */
export function celValue(value: Json | undefined): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const list = value as unknown[];
    for (let index = 0; index < list.length; index += 1) list[index] = celValue(list[index] as Json);
    return list;
  }
  if (JSON.isRawJSON(value)) return BigInt((value as unknown as { readonly rawJSON: string }).rawJSON);
  const members = value as Record<string, unknown>;
  for (const key in members) {
    const member = members[key];
    // Most members are texts: nothing is written for them.
    if (typeof member === 'number' || typeof member === 'object') members[key] = celValue(member as Json);
  }
  return members;
}
