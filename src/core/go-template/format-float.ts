import type { ByteText } from './byte-text.ts';
import { type DecimalDigits, binaryParts, roundedDigits, shortestDigits } from './exact-decimal.ts';
import { type FormatFlags, padded } from './format-flags.ts';

/** The precision that a verb has when none is given; -1 for as many digits as the number needs. */
const defaultPrecisions: Readonly<Record<string, number>> = {
  v: -1,
  b: -1,
  g: -1,
  G: -1,
  x: -1,
  X: -1,
  f: 6,
  F: 6,
  e: 6,
  E: 6,
};

/** A finite float64 by one verb of Go's fmt; undefined when the verb is not for floats. */
export function formatFloat(value: number, verb: string, flags: FormatFlags): ByteText | undefined {
  const standard = defaultPrecisions[verb];
  if (standard === undefined) {
    return undefined;
  }
  const shape = verb === 'v' ? 'g' : verb === 'F' ? 'f' : verb;
  const precision = flags.precision ?? standard;
  const unsigned = unsignedFloat(Math.abs(value), shape, precision);
  const text = flags.sharp && shape !== 'b' ? withPoint(unsigned, shape, precision) : unsigned;
  const isNegative = value < 0 || Object.is(value, -0);
  const sign = isNegative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  const missing = (flags.width ?? 0) - sign.length - text.length;
  const padsWithZeros = flags.zero && !flags.minus && missing > 0;
  return padsWithZeros ? sign + '0'.repeat(missing) + text : padded(sign + text, flags);
}

function unsignedFloat(value: number, shape: string, precision: number): string {
  if (shape === 'b') {
    const { mantissa, exponent } = binaryParts(value);
    return `${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`;
  }
  if (shape === 'x' || shape === 'X') {
    const text = hexadecimal(value, precision);
    return shape === 'X' ? text.toUpperCase() : text;
  }
  if (shape === 'f') {
    return fixed(roundedDigits(value, { places: precision }), precision);
  }
  if (shape === 'e' || shape === 'E') {
    return scientific(roundedDigits(value, { significant: precision + 1 }), precision, shape);
  }
  return general(value, precision, shape === 'G' ? 'E' : 'e');
}

function general(value: number, precision: number, letter: string): string {
  const isShortest = precision < 0;
  const wanted = isShortest ? -1 : Math.max(1, precision);
  const decimal = isShortest ? shortestDigits(value) : roundedDigits(value, { significant: wanted });
  const count = decimal.digits.length;
  // Zero keeps the precision 0 that it is given: it has no digit to count.
  const places = isShortest ? count : value === 0 ? precision : wanted;
  const isRound = places > count && count >= decimal.point;
  const largest = isShortest ? 6 : isRound ? count : places;
  const exponent = decimal.point - 1;
  if (exponent < -4 || exponent >= largest) {
    return scientific(decimal, Math.min(places, count) - 1, letter);
  }
  const kept = places > decimal.point ? count : places;
  return fixed(decimal, Math.max(0, kept - decimal.point));
}

function fixed({ digits, point }: DecimalDigits, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  if (precision <= 0) {
    return whole;
  }
  const fraction = '0'.repeat(Math.min(precision, Math.max(0, -point))) + digits.slice(Math.max(0, point));
  return `${whole}.${fraction.slice(0, precision).padEnd(precision, '0')}`;
}

function scientific({ digits, point }: DecimalDigits, precision: number, letter: string): string {
  const fraction = precision > 0 ? `.${digits.slice(1, precision + 1).padEnd(precision, '0')}` : '';
  const exponent = digits === '' ? 0 : point - 1;
  return `${digits[0] ?? '0'}${fraction}${letter}${exponentDigits(exponent)}`;
}

function exponentDigits(exponent: number): string {
  return `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** `0x1.8p+01`, its fraction rounded half to even to so many digits, or as long as needed. */
function hexadecimal(value: number, precision: number): string {
  let { mantissa, exponent } = binaryParts(value);
  if (mantissa === 0n) {
    return `0x0${precision > 0 ? `.${'0'.repeat(precision)}` : ''}p+00`;
  }
  const shift = 53 - mantissa.toString(2).length;
  mantissa <<= BigInt(shift);
  exponent += 52 - shift;
  if (precision >= 0 && precision < 13) {
    mantissa = roundedBits(mantissa, BigInt(52 - 4 * precision));
  }
  if (mantissa >= 1n << 53n) {
    mantissa >>= 1n;
    exponent += 1;
  }
  const digits = (mantissa & 0xfffffffffffffn).toString(16).padStart(13, '0');
  const fraction = precision < 0 ? digits.replace(/0+$/, '') : digits.slice(0, precision).padEnd(precision, '0');
  return `0x1${fraction === '' ? '' : `.${fraction}`}p${exponentDigits(exponent)}`;
}

function roundedBits(mantissa: bigint, dropped: bigint): bigint {
  const rest = mantissa & ((1n << dropped) - 1n);
  const half = 1n << (dropped - 1n);
  const kept = mantissa >> dropped;
  const isUp = rest > half || (rest === half && kept % 2n === 1n);
  return (kept + (isUp ? 1n : 0n)) << dropped;
}

/** The flag `#`: there is a point, and `%g` keeps the zeros at its end. */
function withPoint(text: string, shape: string, precision: number): string {
  const isHexadecimal = shape === 'x' || shape === 'X';
  const tailAt = text.search(isHexadecimal ? /[pP]/ : /[eE]/);
  const number = tailAt < 0 ? text : text.slice(0, tailAt);
  const tail = tailAt < 0 ? '' : text.slice(tailAt);
  const significant = number.replace(/[.]/, '').replace(/^0+/, '').length;
  const wanted = shape === 'g' || shape === 'G' || shape === 'x' ? (precision === -1 ? 6 : precision) : 0;
  const hasPoint = number.includes('.');
  const counted = significant + (!hasPoint && number === '0' ? 1 : 0);
  return `${number}${hasPoint ? '' : '.'}${'0'.repeat(Math.max(0, wanted - counted))}${tail}`;
}
