import type { Json, RawJson } from '../json.ts';

/**
 * Values that a template makes itself and that no JSON text gives kubectl: its numbers have Go types of their own, and
 * one value is none at all. They travel as raw numbers, so that everything prints them like any other.
 */

/** The Go types of such numbers. */
export type TemplateType = 'int' | 'uint8' | 'float64';

const goTypes = new WeakMap<RawJson, TemplateType>();

function marked(text: string, type: TemplateType): RawJson {
  const raw = JSON.rawJSON(text);
  goTypes.set(raw, type);
  return raw;
}

const bytes: readonly RawJson[] = Array.from({ length: 256 }, (_, value) => marked(String(value), 'uint8'));

/** The bytes of a text in UTF-8, which a wildcard makes of a string. */
export function textBytes(text: string): readonly RawJson[] {
  return Array.from(new TextEncoder().encode(text), (byte) => bytes[byte] ?? marked(String(byte), 'uint8'));
}

/** An integer that stands in the template. */
export function literalInteger(digits: string): RawJson {
  return marked(digits, 'int');
}

/** A float of a whole value that stands in the template, such as `1.0`. */
export function literalWholeFloat(value: number): RawJson {
  return marked(`${Object.is(value, -0) ? '-0' : value}.0`, 'float64');
}

/** The Go type of a value that the template made itself; undefined for one that came with the object. */
export function templateType(value: Json): TemplateType | undefined {
  return JSON.isRawJSON(value) ? goTypes.get(value as RawJson) : undefined;
}

/** What the body of a range over a null, or over nothing, has as its root. */
export const noValue: RawJson = JSON.rawJSON('"<no value>"');
