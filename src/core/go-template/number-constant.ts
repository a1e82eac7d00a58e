import type { ByteText } from './byte-text.ts';
import { parseGoFloat } from './float-literal.ts';
import { quoteBytes } from './quote.ts';
import { literalCharacter } from './unquote.ts';

/**
 * What a number in a template is worth: `int` for integers and characters, `overflow` for an integer between 2^63 and
 * 2^64 - 1, which only fails when it is evaluated.
 */
export type NumberConstant =
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'complex'; readonly real: number; readonly imaginary: number }
  | { readonly kind: 'overflow' };

/** A constant, or why the text is none. */
export type ParsedConstant =
  | { readonly ok: true; readonly constant: NumberConstant }
  | { readonly ok: false; readonly message: ByteText };

const integer = /^[+-]?(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?[0-7])*|[1-9](?:_?\d)*)$/;
const leastInt = -(2n ** 63n);

/** Reads a number token by the rules of Go's constants (text/template of Go 1.26). */
export function parseNumber(text: ByteText): ParsedConstant {
  const imaginary = text.endsWith('i') ? parseGoFloat(text.slice(0, -1)) : undefined;
  if (imaginary !== undefined) {
    return constant({ kind: 'complex', real: 0, imaginary });
  }
  const whole = integer.test(text) ? integerValue(text) : undefined;
  // Go takes 0x1e for hexadecimal only without a sign: the e of -0x1e makes it a float.
  const isFloat = /[.eEpP]/.test(text) && !/^0[xX][^pP]+$/.test(text);
  if (whole !== undefined && whole >= leastInt && whole < -leastInt) {
    return constant(isFloat ? { kind: 'float', value: Number(whole) } : { kind: 'int', value: whole });
  }
  // Go reads a sign only for numbers that fit int64.
  if (whole !== undefined && whole >= 0n && whole < 2n ** 64n && !text.startsWith('+')) {
    return constant({ kind: 'overflow' });
  }
  const value = parseGoFloat(text);
  if (value === undefined) {
    return { ok: false, message: `illegal number syntax: ${quoteBytes(text)}` };
  }
  const isHuge = !/[.eEpP]/.test(text);
  return isHuge ? { ok: false, message: `integer overflow: ${quoteBytes(text)}` } : constant({ kind: 'float', value });
}

/** Reads a character in single quotes, which is an integer. */
export function parseCharacter(text: ByteText): ParsedConstant {
  const character = literalCharacter(text, 1, "'");
  if (character === undefined) {
    return { ok: false, message: 'invalid syntax' };
  }
  return character.end === text.length - 1
    ? constant({ kind: 'int', value: BigInt(character.code) })
    : { ok: false, message: `malformed character constant: ${text}` };
}

const floatToken =
  /[+-]?(?:0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?(?:[pP][+-]?[\d_]*)?|[\d_]*(?:\.[\d_]*)?(?:[eEpP][+-]?[\d_]*)?)/y;

/** Reads a complex number such as `1+2i`. */
export function parseComplex(text: ByteText): ParsedConstant {
  const real = floatTokenAt(text, 0);
  const sign = text[real.length] ?? '';
  const rest = floatTokenAt(text, real.length + 1);
  if (rest === '' || text[real.length + 1 + rest.length] !== 'i') {
    return { ok: false, message: 'syntax error scanning complex number' };
  }
  const parts = [real, `${sign}${rest}`];
  const values = parts.map(parseGoFloat);
  const bad = parts.find((_, index) => values[index] === undefined);
  if (bad !== undefined) {
    return { ok: false, message: `strconv.ParseFloat: parsing ${quoteBytes(bad)}: invalid syntax` };
  }
  return constant({ kind: 'complex', real: values[0] ?? 0, imaginary: values[1] ?? 0 });
}

function floatTokenAt(text: ByteText, at: number): string {
  floatToken.lastIndex = at;
  return floatToken.exec(text)?.[0] ?? '';
}

function integerValue(text: string): bigint {
  const digits = text.replace(/^[+-]/, '').replaceAll('_', '');
  const value = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return text.startsWith('-') ? -value : value;
}

function constant(value: NumberConstant): ParsedConstant {
  return { ok: true, constant: value };
}
