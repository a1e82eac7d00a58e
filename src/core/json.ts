/** Any JSON value. Integers beyond 2^53 arrive as `RawJson` so that no digit is lost. */
export type Json = null | boolean | number | string | RawJson | readonly Json[] | JsonObject;

/** A JSON object; key order is the sender's until `canonicalJson` sorts it. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** A number kept as its source text (JSON.rawJSON, ECMAScript 2026), because a double would change it. */
export interface RawJson {
  readonly rawJSON: string;
}

/** True for a JSON object, false for arrays, null, scalars and raw numbers. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);
}

/** The object at `value`, or an empty one where it is anything else. */
export function asObject(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The array at `value`, or an empty one where it is anything else. */
export function asArray(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** The string at `value`, or the empty string where it is anything else. */
export function asString(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
