import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineSplitter } from '../../src/kube/line-splitter.ts';

function split(bytes: Buffer, cuts: readonly number[]): readonly string[] {
  const splitter = new LineSplitter();
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return edges.slice(1).flatMap((end, index) => splitter.push(bytes.subarray(edges[index], end)));
}

const line = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.constantFrom('', '\r', 'a\u2028b', 'a\u2029b', 'a\rb', '\u0085', '\u{1f600}', '\u000b\u000c'),
  )
  .map((text) => text.replaceAll('\n', ' ').toWellFormed());

describe('a byte stream', () => {
  test('gives the same lines wherever its chunks are cut', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 30 }), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
        expect(split(bytes, cuts)).toEqual(lines);
      }),
      { numRuns: 1_000 },
    );
  });

  test('never gives a last line that has no line feed', () => {
    fc.assert(
      fc.property(line, fc.array(fc.nat(), { maxLength: 5 }), (text, cuts) => {
        expect(split(Buffer.from(`first\n${text}`), cuts)).toEqual(['first']);
      }),
    );
  });

  test('keeps a carriage return, which JSON takes for white space', () => {
    expect(split(Buffer.from('{}\r\n'), [])).toEqual(['{}\r']);
  });

  test('refuses a line of over 16 MiB, however it arrives, and takes one just below', () => {
    const chunk = Buffer.alloc(1_024 * 1_024, 0x61);
    const splitter = new LineSplitter();
    for (let index = 0; index < 16; index += 1) splitter.push(chunk);
    expect(() => splitter.push(Buffer.from('b'))).toThrow(/over 16777216 bytes/);
    const other = new LineSplitter();
    for (let index = 0; index < 16; index += 1) other.push(chunk);
    expect(other.push(Buffer.from('\n'))[0]).toHaveLength(16 * 1_024 * 1_024);
    for (let index = 0; index < 16; index += 1) expect(other.push(chunk)).toEqual([]);
  });
});
