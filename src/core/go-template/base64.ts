import type { ByteText } from '../byte-text.ts';
import { FunctionError } from './function-error.ts';

/**
 * The bytes of standard base64 with its padding; line breaks in it do not count. @throws FunctionError with the byte at
 * which Go's decoder gives up
 */
export function decodeBase64(text: ByteText): ByteText {
  const compact = text.replace(/[\r\n]/g, '');
  const at = faultOf(compact);
  if (at !== undefined) {
    throw new FunctionError(`base64 decode failed: illegal base64 data at input byte ${at}`);
  }
  return Buffer.from(compact, 'base64').toString('latin1');
}

function faultOf(text: ByteText): number | undefined {
  const digitCount = /^[A-Za-z\d+/]*/.exec(text)?.[0].length ?? 0;
  const inGroup = digitCount % 4;
  if (digitCount === text.length) {
    return inGroup === 0 ? undefined : digitCount - inGroup;
  }
  if (text[digitCount] !== '=' || inGroup < 2) {
    return digitCount;
  }
  const isCut = inGroup === 2 && text[digitCount + 1] !== '=';
  if (isCut) {
    return digitCount + 1 === text.length ? text.length : digitCount;
  }
  const end = digitCount + 4 - inGroup;
  return end < text.length ? end : undefined;
}
