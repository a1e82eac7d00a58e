import { int64Text } from '../go-number.ts';
import { type Json, type JsonObject, type RawJson, isJsonObject } from '../json.ts';
import { type ByteText, fromBytes, toBytes } from '../byte-text.ts';

/** What a template has in hand: a Go value, a member of a map or slice, or nothing at all. */
export type Value = GoValue | Member | Nothing;

/** No value: a missing key, or a null that was unpacked. Prints `<no value>`. */
export interface Nothing {
  readonly kind: 'nothing';
}

/** What stands in a map or slice, still packed in Go's `interface {}`, as messages about its type show. */
export interface Member {
  readonly kind: 'member';
  readonly json: Json;
}

/** A value of a known type. */
export type GoValue =
  | { readonly kind: 'bool'; readonly value: boolean }
  | GoNumber
  | { readonly kind: 'string'; readonly value: ByteText }
  | { readonly kind: 'map'; readonly members: JsonObject }
  | { readonly kind: 'slice'; readonly items: readonly Json[] };

export type GoNumber = GoInteger | { readonly kind: 'float64'; readonly value: number };

/** JSON holds int64, constants and lengths are int, bytes of a string uint8. */
export interface GoInteger {
  readonly kind: 'int' | 'int64' | 'uint8';
  readonly value: bigint;
}

export const nothing: Nothing = { kind: 'nothing' };

/** A Go string. */
export function goString(value: ByteText): GoValue {
  return { kind: 'string', value };
}

/** A Go int. */
export function goInt(value: number | bigint): GoInteger {
  return { kind: 'int', value: BigInt(value) };
}

/** A Go bool. */
export function goBool(value: boolean): GoValue {
  return { kind: 'bool', value };
}

/** The value out of its `interface {}`: null becomes nothing, anything but a member stays. */
export function unpacked(value: Value): GoValue | Nothing {
  return value.kind === 'member' ? (goValueOf(value.json) ?? nothing) : value;
}

/** The Go value that kubectl decodes JSON to; undefined for null. */
export function goValueOf(json: Json): GoValue | undefined {
  if (json === null) {
    return undefined;
  }
  if (typeof json === 'string') {
    return goString(toBytes(json));
  }
  if (typeof json === 'boolean') {
    return goBool(json);
  }
  if (Array.isArray(json)) {
    return { kind: 'slice', items: json as readonly Json[] };
  }
  return isJsonObject(json) ? { kind: 'map', members: json } : numberValue(json as number | RawJson);
}

function numberValue(number: number | RawJson): GoValue {
  const digits = int64Text(number);
  if (digits !== undefined) {
    return { kind: 'int64', value: BigInt(digits) };
  }
  return { kind: 'float64', value: typeof number === 'number' ? number : Number(number.rawJSON) };
}

/** The member of a map with such a key; undefined when there is none. */
export function mapMember(members: JsonObject, key: ByteText): Member | undefined {
  const name = fromBytes(key);
  const json = Object.hasOwn(members, name) ? members[name] : undefined;
  // A key that is not UTF-8 equals none, whatever it reads like.
  return json === undefined || toBytes(name) !== key ? undefined : { kind: 'member', json };
}

/** The name of a value's Go type, such as `map[string]interface {}`; of nothing that of Go's nil. */
export function typeName(value: Value): string {
  return longTypeNames[value.kind] ?? value.kind;
}

const longTypeNames: Readonly<Partial<Record<Value['kind'], string>>> = {
  nothing: '<nil>',
  member: 'interface {}',
  map: 'map[string]interface {}',
  slice: '[]interface {}',
};

/** True for an integer of any size. */
export function isInteger(value: Value): value is GoInteger {
  return value.kind === 'int' || value.kind === 'int64' || value.kind === 'uint8';
}

/** True unless the value is nothing, null, false, zero or empty: what `if` and `and` go by. */
export function isTrue(packed: Value): boolean {
  const value = unpacked(packed);
  switch (value.kind) {
    case 'nothing':
      return false;
    case 'bool':
      return value.value;
    case 'string':
      return value.value !== '';
    case 'map':
      return Object.values(value.members).some((member) => member !== undefined);
    case 'slice':
      return value.items.length > 0;
    case 'float64':
      return value.value !== 0;
    case 'int':
    case 'int64':
    case 'uint8':
      return value.value !== 0n;
  }
}
