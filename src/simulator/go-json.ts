import type { Json, JsonObject } from '../core/json.ts';
import { isJsonObject } from '../core/json.ts';

const escapes: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

function escapeAsGo(text: string): string {
  return text.replace(/[<>&\u2028\u2029]/g, (character) => escapes[character] ?? character);
}

/** JSON as Go's encoder writes it: compact, with `<`, `>`, `&` and the two line separators escaped; no line end. */
export function goJson(value: Json): string {
  return escapeAsGo(JSON.stringify(value));
}

/** The indented form, which the API server uses for browsers, curl and some errors. No line end. */
export function goJsonIndented(value: Json): string {
  return escapeAsGo(JSON.stringify(value, null, 2));
}

const texts = new WeakMap<JsonObject, string>();

/** `goJson` of a value that never changes, remembered as long as the value lives. */
export function rememberedGoJson(value: JsonObject): string {
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = goJson(value);
  texts.set(value, text);
  return text;
}

/** A copy with the keys of every object in byte order, as the API server writes custom resources. */
export function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sortKeys);
  if (!isJsonObject(value)) return value;
  const sorted: Record<string, Json> = {};
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) sorted[key] = sortKeys(member);
  }
  return sorted;
}

/** Parses a request body; integers beyond 2^53 keep every digit. @throws SyntaxError */
export function parseJson(text: string): Json {
  if (!/\d{16}/.test(text)) return JSON.parse(text) as Json;
  return JSON.parse(text, (_key, value, { source }) => {
    const exact = typeof value !== 'number' || Number.isSafeInteger(value) || !/^-?\d+$/.test(source ?? '');
    return exact ? value : JSON.rawJSON(source ?? '');
  }) as Json;
}
