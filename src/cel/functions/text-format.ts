import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator';
import { formatFloat } from '../../core/go-template/format-float.ts';
import { plainFlags } from '../../core/go-template/format-flags.ts';
import { compareUtf8 } from '../../core/utf8-order.ts';
import { celFailure } from './cel-failure.ts';
import { durationText } from './duration-text.ts';
import { instantText, nameOfType, typeName } from './value-texts.ts';
import { membersOf } from './values.ts';

/** Digits behind the point where a format names none. */
const usualPrecision = 6;

/** Most digits behind the point that a format may ask for. */
const precisionMax = 1_000;

/** The text with each `%s`, `%d`, `%.3f` … replaced by the argument in its place (CEL's strings extension). */
export function formatted(format: string, values: readonly unknown[]): string {
  let at = 0;
  return format.replaceAll(
    /%(%|(?:\.(\d*))?([^]?))/gu,
    (_all, clause: string, digits: string | undefined, verb: string) => {
      if (clause === '%') return '%';
      if (verb === '') throw celFailure('the format ends behind a %');
      if (at === values.length) throw celFailure(`the format needs more than ${values.length} values`);
      const precision = digits === undefined ? usualPrecision : Number(digits);
      if (digits === '' || precision > precisionMax) throw celFailure(`%${clause} is no format`);
      return clauseText(values[at++], verb, precision);
    },
  );
}

function clauseText(value: unknown, verb: string, precision: number): string {
  const wrong = (takes: string): Error => celFailure(`%${verb} takes ${takes}, not ${typeName(value)}`);
  switch (verb) {
    case 's':
      return plainText(value);
    case 'd':
      if (typeof value === 'number') return doubleText(value, decimalText);
      return whole(value)?.toString() ?? fail(wrong('numbers'));
    case 'f':
    case 'e':
      if (typeof value !== 'number' && whole(value) === undefined) throw wrong('numbers');
      return doubleText(Number(value), (number) => formatFloat(number, verb, { ...plainFlags, precision }) ?? '');
    case 'b':
      if (typeof value === 'boolean') return value ? '1' : '0';
      return whole(value)?.toString(2) ?? fail(wrong('whole numbers and bools'));
    case 'o':
      return whole(value)?.toString(8) ?? fail(wrong('whole numbers'));
    case 'x':
    case 'X': {
      const isText = typeof value === 'string' || value instanceof Uint8Array;
      const text = isText ? Buffer.from(value as string).toString('hex') : whole(value)?.toString(16);
      if (text === undefined) throw wrong('whole numbers, texts and bytes');
      return verb === 'X' ? text.toUpperCase() : text;
    }
    default:
      throw celFailure(`there is no format %${verb}`);
  }
}

function fail(error: Error): never {
  throw error;
}

function whole(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return value instanceof UnsignedInt ? value.value : undefined;
}

function doubleText(value: number, finite: (value: number) => string): string {
  return Number.isFinite(value) ? finite(value) : String(value);
}

/** All digits and no exponent. */
function decimalText(value: number): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa = '', exponent] = String(Math.abs(value)).split('e');
  const digits = mantissa.replace('.', '');
  const power = Number(exponent);
  if (exponent === undefined) return sign + mantissa;
  // JavaScript writes an exponent only where the point is beyond the digits.
  return power > 0 ? sign + digits.padEnd(power + 1, '0') : `${sign}0.${'0'.repeat(-power - 1)}${digits}`;
}

function plainText(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return doubleText(value, decimalText);
  if (typeof value === 'boolean') return String(value);
  const number = whole(value);
  if (number !== undefined) return String(number);
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (value instanceof Date) return instantText(value);
  if (value instanceof Duration) return durationText(value);
  if (Array.isArray(value)) return `[${value.map(plainText).join(', ')}]`;
  const members = membersOf(value);
  if (members === undefined) {
    return nameOfType(value) ?? fail(celFailure('%s takes no value of this type'));
  }
  const entries = Array.from(members, ([key, member]) => [plainText(key), plainText(member)] as const);
  entries.sort(([a], [b]) => compareUtf8(a, b));
  return `{${entries.map(([key, member]) => `${key}: ${member}`).join(', ')}}`;
}
