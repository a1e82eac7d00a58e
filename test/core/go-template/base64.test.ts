import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase64 } from '../../../src/core/go-template/base64.ts';

describe('decodeBase64', () => {
  test('gives back what was encoded, line breaks or not', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(40), (bytes, at) => {
        const encoded = Buffer.from(bytes).toString('base64');
        const broken = `${encoded.slice(0, at)}\r\n${encoded.slice(at)}`;
        expect(decodeBase64(broken)).toBe(Buffer.from(bytes).toString('latin1'));
      }),
    );
  });

  test.each([
    ['a', 0],
    ['aGVsbG8', 4],
    ['aGV$bG8=', 3],
    ['aGVsbG8=x', 8],
    ['aGVsbA=x', 6],
    ['=', 0],
    ['YQ=', 3],
  ])('%j is refused at byte %d', (text, at) => {
    expect(() => decodeBase64(text)).toThrow(`base64 decode failed: illegal base64 data at input byte ${at}`);
  });
});
