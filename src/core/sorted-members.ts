import type { Json, JsonObject } from './json.ts';
import { compareUtf8 } from './utf8-order.ts';

/** The members of an object in UTF-8 order of their keys, as Go prints maps; those that are undefined are left out. */
export function sortedMembers(object: JsonObject): readonly (readonly [key: string, value: Json])[] {
  const keys = Object.keys(object).sort(compareUtf8);
  return keys.flatMap((key) => {
    const value = object[key];
    return value === undefined ? [] : [[key, value] as const];
  });
}
