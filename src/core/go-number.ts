import type { RawJson } from './json.ts';

/**
 * The text Go gives a number by default (`%v`), as cells, jsonpath and custom-columns print it (kubectl 1.36): integers
 * that fit int64 in full, everything else as the shortest float, with an exponent of at least two digits from 1e6 on
 * and below 1e-4.
 */
export function goNumber(value: number | RawJson): string {
  const integer = int64Text(value);
  return integer ?? goFloat(typeof value === 'number' ? value : Number(value.rawJSON));
}

/** The decimal digits of a number that kubectl holds as int64; undefined for one that it holds as a float. */
export function int64Text(value: number | RawJson): string | undefined {
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? String(value) : undefined;
  }
  return fitsInt64(value.rawJSON) ? String(BigInt(value.rawJSON)) : undefined;
}

/** True for the text of an integer, without point or exponent, between -2^63 and 2^63 - 1. */
export function fitsInt64(token: string): boolean {
  if (!/^-?\d+$/.test(token)) {
    return false;
  }
  return token.length < 19 || BigInt.asIntN(64, BigInt(token)) === BigInt(token);
}

/** A number's text as Go's JSON encoder writes what it read from `token`: int64 as it is, else the shortest float. */
export function goJsonNumber(token: string): string {
  return fitsInt64(token) ? String(BigInt(token)) : String(Number(token));
}

/** The shortest float, as Go's `%v` and go-yaml write a float64. */
export function goFloat(value: number): string {
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) {
    return Object.is(value, -0) ? '-0' : String(value);
  }
  const digits = String(Math.abs(power)).padStart(2, '0');
  return `${mantissa}e${power < 0 ? '-' : '+'}${digits}`;
}
