import { goNumber } from './go-number.ts';
import { type Json, type RawJson, isJsonObject } from './json.ts';
import { goQuote } from './go-quote.ts';
import { sortedMembers } from './sorted-members.ts';

/** A value as Go's `%v` writes it: `map[a:1 b:2]`, `[x y]`, `<nil>`, strings bare; map keys in UTF-8 order. */
export function goValueText(value: Json): string {
  if (Array.isArray(value)) {
    return `[${(value as readonly Json[]).map(goValueText).join(' ')}]`;
  }
  if (isJsonObject(value)) {
    const members = sortedMembers(value).map(([key, member]) => `${key}:${goValueText(member)}`);
    return `map[${members.join(' ')}]`;
  }
  return value === null ? '<nil>' : typeof value === 'string' ? value : goScalar(value);
}

/** A value as Go's `%#v` writes it: `map[string]interface {}{"a":1}`, `[]interface {}{"x"}`; map keys in UTF-8 order. */
export function goSyntaxText(value: Json): string {
  if (Array.isArray(value)) {
    return `[]interface {}{${(value as readonly Json[]).map(goSyntaxText).join(', ')}}`;
  }
  if (isJsonObject(value)) {
    const members = sortedMembers(value).map(([key, member]) => `${goQuote(key)}:${goSyntaxText(member)}`);
    return `map[string]interface {}{${members.join(', ')}}`;
  }
  return value === null ? 'interface {}(nil)' : typeof value === 'string' ? goQuote(value) : goScalar(value);
}

/** The Go type that kubectl holds a JSON value in, such as `map[string]interface {}` or `int64`. */
export function goTypeName(value: Json): string {
  if (Array.isArray(value)) {
    return '[]interface {}';
  }
  if (isJsonObject(value)) {
    return 'map[string]interface {}';
  }
  if (typeof value === 'string') {
    return 'string';
  }
  return typeof value === 'boolean' ? 'bool' : /^-?\d+$/.test(goScalar(value)) ? 'int64' : 'float64';
}

function goScalar(value: Json): string {
  return typeof value === 'boolean' ? String(value) : goNumber(value as number | RawJson);
}
