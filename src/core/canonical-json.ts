import type { Json, JsonObject, RawJson } from './json.ts';
import { levelCountMax } from './json-depth.ts';
import { compareUtf8 } from './utf8-order.ts';

/**
 * Compact JSON text with the keys of every object in UTF-8 order, integer-like ones too, raw numbers as they came.
 * Two values that differ only in key order give the same text. Members that are undefined are left out.
 * @param levelCount how many levels it may have
 * @throws RangeError for more, however much of the stack is free
 */
export function canonicalJson(value: Json, levelCount = levelCountMax): string {
  if (typeof value === 'string') {
    return quoted(value);
  }
  if (typeof value !== 'object' || value === null) {
    return String(value);
  }
  if (levelCount === 0) throw new RangeError(`a value is nested more than ${levelCountMax} levels deep`);
  return Array.isArray(value)
    ? arrayText(value as readonly Json[], levelCount - 1)
    : objectText(value as JsonObject | RawJson, levelCount - 1);
}

/** Parses a JSON text; integers beyond 2^53 come as `RawJson`. Throws the `SyntaxError` of `JSON.parse`. */
export function parseJson(text: string): Json {
  return (longInteger.test(text) ? JSON.parse(text, keepLongInteger) : JSON.parse(text)) as Json;
}

/** At the start of a token: long runs of digits inside a string, such as a digest, rarely cost the slow way. */
const longInteger = /(?:^|[-:,[\s])\d{16}/;

function keepLongInteger(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  const { source } = context;
  const changed = typeof value === 'number' && !Number.isSafeInteger(value);
  return changed && source !== undefined && /^-?\d+$/.test(source) ? JSON.rawJSON(source) : value;
}

// The text grows by +=, which V8 makes a rope of: faster than joining an array at every level.
function arrayText(items: readonly Json[], levelCount: number): string {
  let text = '[';
  for (let index = 0; index < items.length; index += 1) {
    text += (index === 0 ? '' : ',') + canonicalJson(items[index] ?? null, levelCount);
  }
  return `${text}]`;
}

function objectText(value: JsonObject | RawJson, levelCount: number): string {
  const keys = sortKeys(Object.keys(value));
  if (keys.length === 1 && JSON.isRawJSON(value)) {
    return (value as RawJson).rawJSON;
  }
  let text = '';
  for (const key of keys) {
    const member = (value as JsonObject)[key];
    if (member !== undefined) {
      text += (text === '' ? '{' : ',') + quotedKey(key) + canonicalJson(member, levelCount);
    }
  }
  return text === '' ? '{}' : `${text}}`;
}

/** Above this many keys insertion sort loses to the built-in sort; objects of the API have few. */
const insertionSortLimit = 32;

function sortKeys(keys: string[]): string[] {
  if (keys.length > insertionSortLimit) {
    return keys.sort(compareUtf8);
  }
  for (let index = 1; index < keys.length; index += 1) {
    const key = keys[index] ?? '';
    let slot = index;
    for (let before = keys[slot - 1]; before !== undefined && compareUtf8(before, key) > 0; before = keys[slot - 1]) {
      keys[slot] = before;
      slot -= 1;
    }
    keys[slot] = key;
  }
  return keys;
}

/** Anything but what JSON takes as it is; surrogates are left to JSON.stringify, which knows a lone one. */
const needsEscape = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

function quoted(text: string): string {
  return needsEscape.test(text) ? JSON.stringify(text) : `"${text}"`;
}

/** Field names repeat in every object, so their quoted form is kept; names from users come and go with the limit. */
const quotedKeys = new Map<string, string>();
const quotedKeysLimit = 4096;

function quotedKey(key: string): string {
  let text = quotedKeys.get(key);
  if (text === undefined) {
    text = `${quoted(key)}:`;
    if (quotedKeys.size >= quotedKeysLimit) {
      quotedKeys.clear();
    }
    quotedKeys.set(key, text);
  }
  return text;
}
