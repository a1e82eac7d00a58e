import type { Json } from '../core/json.ts';

/**
 * Makes what is at the path, as far as that leads, a value as expressions have it: integers are ints, everything else
 * stays. It is changed in place: the object must belong to the caller.
 */
export function convertAt(object: Record<string, unknown>, path: readonly string[]): void {
  let parent = object;
  for (const [index, name] of path.entries()) {
    if (!Object.hasOwn(parent, name)) return;
    const value = parent[name];
    const isLast = index === path.length - 1 || typeof value !== 'object' || value === null || Array.isArray(value);
    if (isLast) {
      parent[name] = celValue(value as Json);
      return;
    }
    parent = value as Record<string, unknown>;
  }
}

function celValue(value: Json): unknown {
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
