import type { ByteText } from './byte-text.ts';
import { FunctionError } from './function-error.ts';

const digit = /[A-Za-z\d+/]/;

/**
 * The bytes of standard base64 with its padding; line breaks in it do not count. @throws FunctionError with the byte at
 * which Go's decoder gives up
 */
export function decodeBase64(text: ByteText): ByteText {
  let at = 0;
  let digits = '';
  while (at < text.length) {
    const quantum = readQuantum(text, at);
    digits += quantum.digits;
    at = quantum.end;
  }
  return Buffer.from(digits, 'base64').toString('latin1');
}

function readQuantum(text: ByteText, start: number): { readonly digits: string; readonly end: number } {
  let digits = '';
  let at = start;
  while (digits.length < 4) {
    const byte = text[at];
    if (byte === undefined) {
      return digits === '' ? { digits, end: at } : corrupt(at - digits.length);
    }
    at += 1;
    if (digit.test(byte)) {
      digits += byte;
    } else if (byte !== '\n' && byte !== '\r') {
      return { digits, end: readPadding(text, { byte, end: at, digitCount: digits.length }) };
    }
  }
  return { digits, end: at };
}

interface Padding {
  readonly byte: string;
  /** Behind the first byte that is no digit. */
  readonly end: number;
  readonly digitCount: number;
}

/** The end of the text, which must follow the padding. */
function readPadding(text: ByteText, { byte, end, digitCount }: Padding): number {
  if (byte !== '=' || digitCount < 2) {
    return corrupt(end - 1);
  }
  let at = skipBreaks(text, end);
  if (digitCount === 2) {
    if (at === text.length) {
      return corrupt(at);
    }
    if (text[at] !== '=') {
      return corrupt(at - 1);
    }
    at = skipBreaks(text, at + 1);
  }
  return at < text.length ? corrupt(at) : at;
}

function skipBreaks(text: ByteText, start: number): number {
  let at = start;
  while (text[at] === '\n' || text[at] === '\r') {
    at += 1;
  }
  return at;
}

function corrupt(at: number): never {
  throw new FunctionError(`base64 decode failed: illegal base64 data at input byte ${at}`);
}
