import { expect, test } from 'vitest';
import { packDelta, packText, unpackDelta, unpackText } from '../../src/store/state-blob.ts';

test.each([0, 1, 2_048, 43_690, 43_691, 200_000])('a text of %i characters is what was packed', (length) => {
  // What cannot be made smaller, of one byte a character and of three.
  const noise = Array.from({ length }, (_, index) => String.fromCharCode(33 + ((index * 7_919 + (index >> 3)) % 90)));
  for (const text of [noise.join(''), '語'.repeat(length)]) {
    const packed = packText(text);
    const delta = packDelta(`${text}a\n\n[]`, `${text}\n\n[]`);
    // Neither lies where the next one is made.
    packText('x'.repeat(length));
    expect(unpackText(packed)).toBe(text);
    expect(unpackDelta(delta, `${text}\n\n[]`)).toBe(`${text}a\n\n[]`);
  }
});
