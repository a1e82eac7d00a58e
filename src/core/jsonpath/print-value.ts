import { canonicalJson } from '../canonical-json.ts';
import { goJsonNumber, goNumber } from '../go-number.ts';
import { type Json, type RawJson, isJsonObject } from '../json.ts';
import { noValue } from './unlike-json.ts';

const stringOrLongInteger = /"(?:[^"\\]|\\.)*"|-?\d{19,}/g;
const markup = /[<>&\u2028\u2029]/g;

/**
 * One result of a path as kubectl 1.36 prints it: strings bare, numbers as Go does, null as `null`, maps and arrays as
 * compact JSON with `< > &` escaped.
 */
export function printJsonPathValue(value: Json): string {
  if (typeof value === 'string') {
    return value;
  }
  if (Array.isArray(value) || isJsonObject(value)) {
    return compactGoJson(value);
  }
  if (value === noValue) {
    return '<no value>';
  }
  return value === null || typeof value === 'boolean' ? String(value) : goNumber(value as number | RawJson);
}

/** A value as Go's JSON encoder writes it on one line: keys in UTF-8 order, `< > &` and U+2028/2029 escaped. */
export function compactGoJson(value: Json): string {
  const text = canonicalJson(value);
  const numbers = /\d{19}/.test(text)
    ? text.replace(stringOrLongInteger, (token) => (token.startsWith('"') ? token : goJsonNumber(token)))
    : text;
  return escapeMarkup(numbers);
}

function escapeMarkup(json: string): string {
  return json.replace(markup, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
