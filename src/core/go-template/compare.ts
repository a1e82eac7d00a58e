import type { ByteText } from '../byte-text.ts';
import { plainFlags } from './format-flags.ts';
import { formatValue, plainText } from './format-value.ts';
import { FunctionError } from './function-error.ts';
import { type GoValue, type Nothing, type Value, isInteger, typeName, unpacked } from './value.ts';

/** What values compare as; maps, slices and nothing have no order and no equal. */
type Basis = 'bool' | 'float' | 'int' | 'uint' | 'string' | undefined;

const badType = 'invalid type for comparison';

/** The template function `eq`: true when the first value equals any other. @throws FunctionError */
export function isEqual(first: Value, others: readonly Value[]): boolean {
  if (others.length === 0) {
    throw new FunctionError('missing argument for comparison');
  }
  const left = unpacked(first);
  return others.some((other) => equals(left, unpacked(other)));
}

function equals(left: GoValue | Nothing, right: GoValue | Nothing): boolean {
  if (isInteger(left) && isInteger(right)) {
    return left.value === right.value;
  }
  if (basisOf(left) !== basisOf(right)) {
    return left.kind === 'nothing' || right.kind === 'nothing' ? false : incompatible(left, right);
  }
  if ('value' in left && 'value' in right) {
    return left.value === right.value;
  }
  if (left.kind === 'nothing' || right.kind === 'nothing') {
    return left.kind === right.kind;
  }
  return notComparable(left, right);
}

/** @throws FunctionError always; Go names the two values in such an order */
function notComparable(left: GoValue, right: GoValue): never {
  const types = [typeName(left), typeName(right)] as const;
  throw new FunctionError(
    left.kind === right.kind
      ? `non-comparable type ${stringText(right)}: ${types[1]}`
      : `non-comparable types ${stringText(left)}: ${types[0]}, ${types[1]}: ${plainText(right)}`,
  );
}

function stringText(value: GoValue): ByteText {
  return formatValue(value, 's', plainFlags);
}

/** The template function `lt`. @throws FunctionError */
export function isLess(first: Value, second: Value): boolean {
  const left = unpacked(first);
  const right = unpacked(second);
  if (basisOf(left) === undefined || basisOf(right) === undefined) {
    throw new FunctionError(badType);
  }
  if (isInteger(left) && isInteger(right)) {
    return left.value < right.value;
  }
  if (basisOf(left) !== basisOf(right)) {
    return incompatible(left, right);
  }
  if (left.kind === 'string' && right.kind === 'string') {
    return left.value < right.value;
  }
  if (left.kind === 'float64' && right.kind === 'float64') {
    return left.value < right.value;
  }
  throw new FunctionError(badType);
}

/** The template function `le`. @throws FunctionError */
export function isLessOrEqual(first: Value, second: Value): boolean {
  return isLess(first, second) || isEqual(first, [second]);
}

function incompatible(left: Value, right: Value): never {
  throw new FunctionError(`incompatible types for comparison: ${typeName(left)} and ${typeName(right)}`);
}

function basisOf(value: GoValue | Nothing): Basis {
  return bases[value.kind];
}

const bases: Readonly<Partial<Record<Value['kind'], Basis>>> = {
  bool: 'bool',
  string: 'string',
  float64: 'float',
  int: 'int',
  int64: 'int',
  uint8: 'uint',
};
