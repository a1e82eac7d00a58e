import type { ByteText } from '../byte-text.ts';
import { goFloat } from '../go-number.ts';
import { type FormatFlags, padded } from './format-flags.ts';

/** A finite float64 by one of the verbs `v`, `e`, `f` and `g` of Go's fmt; undefined for any other. */
export function formatFloat(value: number, verb: string, flags: FormatFlags): ByteText | undefined {
  const text = unsigned(Math.abs(value), verb, flags.precision);
  if (text === undefined) {
    return undefined;
  }
  const isNegative = value < 0 || Object.is(value, -0);
  const sign = isNegative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  const missing = (flags.width ?? 0) - sign.length - text.length;
  const padsWithZeros = flags.zero && !flags.minus && missing > 0;
  return padsWithZeros ? sign + '0'.repeat(missing) + text : padded(sign + text, flags);
}

function unsigned(value: number, verb: string, precision: number | undefined): string | undefined {
  switch (verb) {
    case 'v':
    case 'g':
      return general(value, precision);
    case 'G':
      return general(value, precision).toUpperCase();
    case 'f':
    case 'F':
      return fixed(value, precision ?? 6);
    case 'e':
      return scientific(value, precision ?? 6);
    case 'E':
      return scientific(value, precision ?? 6).toUpperCase();
    default:
      return undefined;
  }
}

/** From here on a double is whole, and JavaScript would write it with an exponent. */
const wholeFrom = 1e21;

function fixed(value: number, places: number): string {
  return value < wholeFrom
    ? rounded(value, places, 'toFixed')
    : BigInt(value).toString() + (places === 0 ? '' : `.${'0'.repeat(places)}`);
}

function scientific(value: number, places: number): string {
  return rounded(value, places, 'toExponential').replace(/(e[+-])(\d)$/, '$10$2');
}

/** As many significant digits, without zeros at the end; with an exponent where that leaves digits out. */
function general(value: number, precision: number | undefined): string {
  if (precision === undefined || value === 0) {
    return goFloat(value);
  }
  const places = Math.max(1, precision) - 1;
  const [mantissa = '', tail = ''] = scientific(value, places).split('e');
  const digits = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  const exponent = Number(tail);
  const digitCount = digits.replace('.', '').length;
  const largest = places + 1 > digitCount && digitCount > exponent ? digitCount : places + 1;
  return exponent < -4 || exponent >= largest
    ? `${digits}e${tail}`
    : fixed(value, Math.max(0, digitCount - 1 - exponent));
}

/** How many more digits tell a tie from what is only near to one. */
const guardDigitCount = 25;
const mostPlaces = 100 - guardDigitCount;

/** The exact value rounded half to even, where JavaScript rounds a half up. */
function rounded(value: number, places: number, write: 'toFixed' | 'toExponential'): string {
  const kept = Math.min(places, mostPlaces);
  const [long = '', longTail] = value[write](kept + guardDigitCount).split('e');
  const cut = long.slice(0, -guardDigitCount).replace(/\.$/, '');
  const isEvenTie = /^50*$/.test(long.slice(-guardDigitCount)) && /[02468]$/.test(cut);
  const [number = '', tail] = isEvenTie ? [cut, longTail] : value[write](kept).split('e');
  return number + '0'.repeat(places - kept) + (tail === undefined ? '' : `e${tail}`);
}
