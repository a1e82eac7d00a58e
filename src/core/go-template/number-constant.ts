import type { ByteText } from '../byte-text.ts';
import { literalCharacter } from '../go-unquote.ts';
import { quoteBytes } from './quote.ts';
import { type GoNumber, goInt } from './value.ts';

/** A constant, or why the text is none. */
export type ParsedConstant =
  | { readonly ok: true; readonly constant: GoNumber }
  | { readonly ok: false; readonly message: ByteText };

const integer = /^[+-]?(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?[0-7])*|[1-9](?:_?\d)*)$/;
const float = /^[+-]?(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?$/;

/** Reads a number token by the rules of Go's constants (text/template of Go 1.26). */
export function parseNumber(text: ByteText): ParsedConstant {
  const whole = integer.test(text) ? integerValue(text) : undefined;
  if (whole !== undefined && BigInt.asIntN(64, whole) === whole) {
    return { ok: true, constant: goInt(whole) };
  }
  const value = float.test(text) ? Number(text.replaceAll('_', '')) : Infinity;
  if (whole === undefined && !Number.isFinite(value)) {
    return { ok: false, message: `illegal number syntax: ${quoteBytes(text)}` };
  }
  return whole === undefined && /[.eE]/.test(text)
    ? { ok: true, constant: { kind: 'float64', value } }
    : { ok: false, message: `integer overflow: ${quoteBytes(text)}` };
}

/** Reads a character in single quotes, which is an integer. */
export function parseCharacter(text: ByteText): ParsedConstant {
  const character = literalCharacter(text, 1, "'");
  if (character === undefined) {
    return { ok: false, message: 'invalid syntax' };
  }
  return character.end === text.length - 1
    ? { ok: true, constant: goInt(character.code) }
    : { ok: false, message: `malformed character constant: ${text}` };
}

function integerValue(text: string): bigint {
  const digits = text.replace(/^[+-]/, '').replaceAll('_', '');
  const value = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return text.startsWith('-') ? -value : value;
}
