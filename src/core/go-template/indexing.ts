import { FunctionError } from './function-error.ts';
import {
  type GoValue,
  type Member,
  type Nothing,
  type Value,
  goString,
  isInteger,
  mapMember,
  typeName,
  unpacked,
} from './value.ts';

const missing: Member = { kind: 'member', json: null };

/** The template function `index`: a missing key of a map gives null. @throws FunctionError */
export function indexValue(first: Value, indexes: readonly Value[]): Value {
  if (unpacked(first).kind === 'nothing') {
    throw new FunctionError('index of untyped nil');
  }
  let item: Value = unpacked(first);
  for (const index of indexes) {
    const container = unpacked(item);
    if (container.kind === 'nothing') {
      throw new FunctionError('index of nil pointer');
    }
    item = indexOnce(container, unpacked(index));
  }
  return item;
}

function indexOnce(container: GoValue, index: GoValue | Nothing): Value {
  if (container.kind === 'string') {
    const at = position(index, container.value.length);
    return at < container.value.length ? byteAt(container.value, at) : outOfRange('string');
  }
  if (container.kind === 'slice') {
    const json = container.items[position(index, container.items.length)];
    return json === undefined ? outOfRange('slice') : { kind: 'member', json };
  }
  if (container.kind === 'map') {
    return mapMember(container.members, mapKey(index)) ?? missing;
  }
  throw new FunctionError(`can't index item of type ${typeName(container)}`);
}

function byteAt(text: string, at: number): GoValue {
  return { kind: 'uint8', value: BigInt(text.charCodeAt(at)) };
}

/** An index equal to the length passes the check of the template function, and fails in Go's reflection. */
function outOfRange(what: 'string' | 'slice'): never {
  throw new FunctionError(`reflect: ${what} index out of range`);
}

function mapKey(index: GoValue | Nothing): string {
  if (index.kind === 'nothing') {
    throw new FunctionError('value is nil; should be of type string');
  }
  if (index.kind !== 'string') {
    throw new FunctionError(`value has type ${typeName(index)}; should be string`);
  }
  return index.value;
}

/** An index as a number from 0 to `largest`; a packed one is none, which only `slice` gives. @throws FunctionError */
function position(index: Value, largest: number): number {
  if (index.kind === 'nothing') {
    throw new FunctionError('cannot index slice/array with nil');
  }
  if (!isInteger(index)) {
    throw new FunctionError(`cannot index slice/array with type ${typeName(index)}`);
  }
  if (index.value < 0n || index.value > BigInt(largest)) {
    throw new FunctionError(`index out of range: ${index.value}`);
  }
  return Number(index.value);
}

/**
 * The template function `slice`, on a string in bytes. Go's arrays may have room behind their end, these have none.
 * @throws FunctionError
 */
export function sliceValue(packed: Value, indexes: readonly Value[]): Value {
  const item = unpacked(packed);
  if (item.kind === 'nothing') {
    throw new FunctionError('slice of untyped nil');
  }
  if (indexes.length > 3) {
    throw new FunctionError(`too many slice indexes: ${indexes.length}`);
  }
  if (item.kind !== 'string' && item.kind !== 'slice') {
    throw new FunctionError(`can't slice item of type ${typeName(item)}`);
  }
  if (item.kind === 'string' && indexes.length === 3) {
    throw new FunctionError('cannot 3-index slice a string');
  }
  const { length } = item.kind === 'string' ? item.value : item.items;
  const [start = 0, end = length, limit = length] = indexes.map((index) => position(index, length));
  if (start > end) {
    throw new FunctionError(`invalid slice index: ${start} > ${end}`);
  }
  if (end > limit) {
    throw new FunctionError(`invalid slice index: ${end} > ${limit}`);
  }
  return item.kind === 'string'
    ? goString(item.value.slice(start, end))
    : { kind: 'slice', items: item.items.slice(start, end) };
}

/** kubectl's template function `exists`: true where `index` would give something else than null. */
export function existsAt(first: Value, indexes: readonly Value[]): boolean {
  let item: Value = first;
  for (const index of indexes) {
    const next = existingItem(unpacked(item), unpacked(index));
    if (next === undefined) {
      return false;
    }
    item = next;
  }
  return item.kind !== 'member' || item.json !== null;
}

function existingItem(container: GoValue | Nothing, index: GoValue | Nothing): Value | undefined {
  if (container.kind === 'map') {
    // kubectl takes nil for the key that Go's string starts as: the empty one.
    const key = index.kind === 'nothing' ? '' : index.kind === 'string' ? index.value : undefined;
    return key === undefined ? undefined : (mapMember(container.members, key) ?? missing);
  }
  if ((container.kind !== 'slice' && container.kind !== 'string') || !isInteger(index)) {
    return undefined;
  }
  const at = Number(index.value);
  if (container.kind === 'slice') {
    const json = container.items[at];
    return json === undefined ? undefined : { kind: 'member', json };
  }
  return at >= 0 && at < container.value.length ? byteAt(container.value, at) : undefined;
}
