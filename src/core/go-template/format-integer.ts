import { type ByteText, replacementRune, runeBytes, toBytes } from '../byte-text.ts';
import { isGoPrintable } from '../go-printable.ts';
import { type FormatFlags, padded } from './format-flags.ts';
import { quoteRune } from './quote.ts';
import type { GoInteger } from './value.ts';

const bases: Readonly<Record<string, number>> = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

/** An integer by one verb of Go's fmt; undefined when the verb is not for integers. */
export function formatInteger(integer: GoInteger, verb: string, flags: FormatFlags): ByteText | undefined {
  const { value } = integer;
  if (verb === 'c') {
    return padded(runeBytes(codePoint(value)), flags);
  }
  if (verb === 'q') {
    return padded(quoteRune(codePoint(value), flags.plus), flags);
  }
  if (verb === 'U') {
    return padded(unicodeNotation(BigInt.asUintN(64, value), flags), flags, false);
  }
  return bases[verb] === undefined ? undefined : digitsOf(value, verb, flags);
}

function codePoint(value: bigint): number {
  return value < 0n || value > 0x10ffffn ? replacementRune : Number(value);
}

function unicodeNotation(value: bigint, { precision = 0, sharp }: FormatFlags): ByteText {
  const digits = value.toString(16).toUpperCase();
  const name = `U+${digits.padStart(Math.max(4, precision), '0')}`;
  const character = value > 0x10ffffn ? '' : String.fromCodePoint(Number(value));
  return toBytes(sharp && isGoPrintable(character) ? `${name} '${character}'` : name);
}

function digitsOf(value: bigint, verb: string, flags: FormatFlags): ByteText {
  if (flags.precision === 0 && value === 0n) {
    return ' '.repeat(flags.width ?? 0);
  }
  const base = bases[verb] ?? 10;
  const isNegative = value < 0n;
  const sign = isNegative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  const magnitude = (isNegative ? -value : value).toString(base);
  const digits = (verb === 'X' ? magnitude.toUpperCase() : magnitude).padStart(leastDigits(sign, flags), '0');
  return padded(sign + prefix(digits, verb, flags) + digits, flags, false);
}

/** Zeros come from the precision or, without one, from the flag `0` and the width. */
function leastDigits(sign: string, flags: FormatFlags): number {
  if (flags.precision !== undefined) {
    return flags.precision;
  }
  return flags.zero && !flags.minus && flags.width !== undefined ? flags.width - sign.length : 0;
}

function prefix(digits: string, verb: string, flags: FormatFlags): string {
  if (verb === 'O') {
    return flags.sharp && !digits.startsWith('0') ? '0o0' : '0o';
  }
  if (!flags.sharp) {
    return '';
  }
  if (verb === 'o') {
    return digits.startsWith('0') ? '' : '0';
  }
  return verb === 'b' ? '0b' : verb === 'x' || verb === 'X' ? `0${verb}` : '';
}
