import { goNumber } from './go-number.ts';
import { type Json, type RawJson, isJsonObject } from './json.ts';
import { goQuote } from './go-quote.ts';
import { compareUtf8 } from './utf8-order.ts';

/** A value as Go's `%v` writes it: `map[a:1 b:2]`, `[x y]`, `<nil>`, strings bare; map keys in UTF-8 order. */
export function goValueText(value: Json): string {
  if (Array.isArray(value)) {
    return `[${(value as readonly Json[]).map(goValueText).join(' ')}]`;
  }
  if (isJsonObject(value)) {
    return `map[${sortedEntries(value, (key, member) => `${key}:${goValueText(member)}`).join(' ')}]`;
  }
  return value === null ? '<nil>' : typeof value === 'string' ? value : goScalar(value);
}

/** A value as Go's `%#v` writes it: `map[string]interface {}{"a":1}`, `[]interface {}{"x"}`; map keys in UTF-8 order. */
export function goSyntaxText(value: Json): string {
  if (Array.isArray(value)) {
    return `[]interface {}{${(value as readonly Json[]).map(goSyntaxText).join(', ')}}`;
  }
  if (isJsonObject(value)) {
    const members = sortedEntries(value, (key, member) => `${goQuote(key)}:${goSyntaxText(member)}`);
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

function sortedEntries(
  value: { readonly [key: string]: Json | undefined },
  print: (key: string, member: Json) => string,
): string[] {
  const keys = Object.keys(value).sort(compareUtf8);
  return keys.flatMap((key) => (value[key] === undefined ? [] : [print(key, value[key])]));
}
