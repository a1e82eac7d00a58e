import type { Cell } from '../../core/cell.ts';
import { asArray, asObject, type Json, type JsonObject, type RawJson } from '../../core/json.ts';

/** Reading fields the way the printers do: what is absent has a default, and nothing throws. */

/** `object.spec`, or an empty object. */
export function specOf(object: JsonObject): JsonObject {
  return asObject(object['spec']);
}

/** `object.status`, or an empty object. */
export function statusOf(object: JsonObject): JsonObject {
  return asObject(object['status']);
}

/** False for null as well: the API treats an explicit null as a field that is not there. */
export function isPresent(value: Json | undefined): value is Json {
  return value !== undefined && value !== null;
}

/** The number at `value`, or 0. For counts, which stay far below 2^53. */
export function integerOf(value: Json | undefined): number {
  return typeof value === 'number' ? value : 0;
}

/** The source text of an integer beyond 2^53; undefined for everything else. */
export function rawDigits(value: Json | undefined): string | undefined {
  return JSON.isRawJSON(value) ? (value as RawJson).rawJSON : undefined;
}

/** A whole number as a cell; one beyond 2^53 keeps its digits as text. Absent is 0. */
export function integerCell(value: Json | undefined): Cell {
  return rawDigits(value) ?? integerOf(value);
}

/** The string at `value`, or `fallback` where it is empty or absent. */
export function textOr(value: Json | undefined, fallback: string): string {
  return typeof value === 'string' && value !== '' ? value : fallback;
}

/** The string at `value`, even an empty one, or `fallback` where it is absent. */
export function presentOr(value: Json | undefined, fallback: string): string {
  return typeof value === 'string' ? value : fallback;
}

/** How many items the list at `value` has. */
export function itemCount(value: Json | undefined): number {
  return asArray(value).length;
}

/** How many keys the map at `value` has. */
export function keyCount(value: Json | undefined): number {
  return Object.keys(asObject(value)).length;
}

/** The strings of the list at `value`, others left out. */
export function stringsOf(value: Json | undefined): readonly string[] {
  return asArray(value).filter((item) => typeof item === 'string');
}

/** The quantity under `key` of a resource list, `0` where the entry is missing. */
export function quantityOf(resources: Json | undefined, key: string): string {
  return textOr(asObject(resources)[key], '0');
}
