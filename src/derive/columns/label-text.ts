import { asObject, asString, type Json } from '../../core/json.ts';
import { compareUtf8 } from '../../core/utf8-order.ts';

/** A map as `key=value` pairs in UTF-8 order, joined with commas; `<none>` where it is empty or absent. */
export function labelText(map: Json | undefined): string {
  const pairs = Object.entries(asObject(map)).map(([key, value]) => `${key}=${asString(value)}`);
  return pairs.length === 0 ? '<none>' : pairs.toSorted(compareUtf8).join(',');
}
