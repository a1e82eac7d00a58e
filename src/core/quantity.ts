/**
 * An amount of a resource such as `100m`, `1.5Gi` or `2e3`: `unscaled` times ten to the power of `exponent`, exactly.
 */
export interface Quantity {
  readonly unscaled: bigint;
  readonly exponent: number;
}

/**
 * Reads a quantity as apimachinery 0.36 does; undefined for anything else. Signs, points and suffixes without a digit
 * count as zero (`-`, `.`, `m`, `Ti`), save those beyond `Ti` and below `n`. What is finer than a billionth is rounded
 * away from zero, and a binary amount never exceeds 2^63 - 1.
 */
export function parseQuantity(text: string): Quantity | undefined {
  const match = quantityPattern.exec(text);
  if (match === null || text === '') {
    return undefined;
  }
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match;
  const number: DecimalText = { negative: sign === '-', whole, fraction };
  const base = binaryPowers.has(suffix) ? 2 : 10;
  const power = binaryPowers.get(suffix) ?? decimalPowers.get(suffix) ?? exponentOf(suffix);
  if (power === undefined || (whole === '' && fraction === '' && !passesWithoutDigits(base, power))) {
    return undefined;
  }
  return base === 2 ? binaryQuantity(number, power) : roundUp(unscaledOf(number), power - fraction.length);
}

/** Negative when `first` is less, positive when it is more, 0 when they are the same amount. */
export function compareQuantities(first: Quantity, second: Quantity): number {
  const firstSign = signOf(first.unscaled);
  const secondSign = signOf(second.unscaled);
  if (firstSign !== secondSign || firstSign === 0) {
    return firstSign - secondSign;
  }
  // Amounts of different length need no common exponent, which could have billions of digits.
  const longer = magnitude(first) - magnitude(second);
  if (longer !== 0) {
    return longer * firstSign;
  }
  const exponent = Math.min(first.exponent, second.exponent);
  return signOf(unscaledAt(first, exponent) - unscaledAt(second, exponent));
}

/**
 * A quantity in whole units of ten to the power of minus `digits`, rounded up as kubectl does; 0 for what is below that, or no quantity.
 * Never more than a double holds exactly.
 */
export function wholeUnits(text: string, digits: number): number {
  const quantity = parseQuantity(text);
  if (quantity === undefined || quantity.unscaled <= 0n) return 0;
  const shift = quantity.exponent + digits;
  // More than any machine has: an exponent may have billions of digits.
  if (shift > 20) return Number.MAX_SAFE_INTEGER;
  const scale = 10n ** BigInt(Math.abs(shift));
  const whole = shift >= 0 ? quantity.unscaled * scale : (quantity.unscaled + scale - 1n) / scale;
  return Math.min(Number(whole), Number.MAX_SAFE_INTEGER);
}

/** A number as it is written; parts may be empty. */
interface DecimalText {
  readonly negative: boolean;
  readonly whole: string;
  readonly fraction: string;
}

const quantityPattern = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*(?:[+-]?\d*))$/;

const decimalPowers: ReadonlyMap<string, number> = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);

const binaryPowers: ReadonlyMap<string, number> = new Map([
  ['Ki', 10],
  ['Mi', 20],
  ['Gi', 30],
  ['Ti', 40],
  ['Pi', 50],
  ['Ei', 60],
]);

const finestExponent = -9;
const int64Max = 2n ** 63n - 1n;

/** What is read exactly, because 64 bits may not do, needs a digit. */
function passesWithoutDigits(base: 2 | 10, power: number): boolean {
  return base === 2 ? power <= 40 : power >= finestExponent;
}

/** The power of ten in `e3` or `E-3`, which wraps round at 32 bits. */
function exponentOf(suffix: string): number | undefined {
  const digits = /^[eE]([+-]?\d+)$/.exec(suffix)?.[1];
  if (digits === undefined) {
    return undefined;
  }
  const exponent = BigInt(digits.replace('+', ''));
  return BigInt.asIntN(64, exponent) === exponent ? Number(BigInt.asIntN(32, exponent)) : undefined;
}

function binaryQuantity(number: DecimalText, power: number): Quantity {
  const exact = roundUp(unscaledOf(number) << BigInt(power), -number.fraction.length);
  const most: Quantity = { unscaled: number.negative ? -int64Max : int64Max, exponent: 0 };
  const tooMuch = compareQuantities(exact, most) * (number.negative ? -1 : 1) > 0;
  return tooMuch ? most : exact;
}

function unscaledOf({ negative, whole, fraction }: DecimalText): bigint {
  const digits = BigInt(`${whole}${fraction}`);
  return negative ? -digits : digits;
}

function roundUp(unscaled: bigint, exponent: number): Quantity {
  const excess = finestExponent - exponent;
  if (excess <= 0 || unscaled === 0n) {
    return { unscaled, exponent };
  }
  const sign = BigInt(signOf(unscaled));
  if (excess > digitCount(unscaled)) {
    return { unscaled: sign, exponent: finestExponent };
  }
  const divisor = 10n ** BigInt(excess);
  const rest = unscaled % divisor;
  return { unscaled: unscaled / divisor + (rest === 0n ? 0n : sign), exponent: finestExponent };
}

function unscaledAt({ unscaled, exponent }: Quantity, target: number): bigint {
  return unscaled * 10n ** BigInt(exponent - target);
}

/** The place of the first digit: one more than the power of ten it counts. */
function magnitude({ unscaled, exponent }: Quantity): number {
  return digitCount(unscaled) + exponent;
}

function digitCount(value: bigint): number {
  return String(value < 0n ? -value : value).length;
}

function signOf(value: bigint): -1 | 0 | 1 {
  return value > 0n ? 1 : value < 0n ? -1 : 0;
}
