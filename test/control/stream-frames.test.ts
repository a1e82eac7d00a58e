import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameReader, frameHead } from '../../src/control/stream-frames.ts';
import { amountOf } from '../support/long-run.ts';

const runCount = amountOf(1_000, 20_000);

const line = '{"ok":true,"result":null}';

/** What travels for these bytes. */
function framed(chunks: readonly Uint8Array[], end = `${line}\n`): Buffer {
  const frames = chunks.filter(({ length }) => length > 0).flatMap((chunk) => [frameHead(chunk.length), chunk]);
  return Buffer.concat([...frames, frameHead(0), Buffer.from(end)]);
}

/** Reads in pieces that end at these places. */
function readInPieces(bytes: Buffer, ends: readonly number[]): { readonly body: Buffer; readonly reader: FrameReader } {
  const reader = new FrameReader();
  const places = [0, ...ends.map((end) => end % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  const read = places.slice(1).flatMap((end, index) => reader.push(bytes.subarray(places[index], end)));
  return { body: Buffer.concat(read), reader };
}

describe('frames', () => {
  test('bring any bytes and the last line, however they are cut on their way', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), fc.array(fc.nat(), { maxLength: 60 }), (chunks, ends) => {
        const { body, reader } = readInPieces(framed(chunks), ends);
        expect(body).toEqual(Buffer.concat(chunks));
        expect(reader.end).toBe(line);
      }),
      { numRuns: runCount },
    );
  });

  test('that lack their end have none, wherever they stop', () => {
    const bytes = framed([Buffer.from('one\n'), Buffer.from('two\n')]);
    for (let length = 0; length < bytes.length; length += 1) {
      const reader = new FrameReader();
      reader.push(bytes.subarray(0, length));
      expect(reader.end).toBeUndefined();
    }
  });

  test('have nothing behind their end', () => {
    const reader = new FrameReader();
    expect(reader.push(framed([], `${line}\nmore`))).toEqual([]);
    expect(reader.end).toBe(line);
    expect(reader.push(frameHead(5))).toEqual([]);
    expect(reader.end).toBe(line);
  });

  test('are passed on before they are whole, and without being copied', () => {
    const reader = new FrameReader();
    const chunk = Buffer.concat([frameHead(1_000_000_000), Buffer.from('the beginning')]);
    const [piece] = reader.push(chunk);
    expect(piece?.toString()).toBe('the beginning');
    expect(piece?.buffer).toBe(chunk.buffer);
  });
});
