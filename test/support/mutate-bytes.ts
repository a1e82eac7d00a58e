import type { SeededRandom } from './seeded-random.ts';

/** Texts that parsers stumble over. */
const stumblingBlocks: readonly string[] = [
  '\u0000',
  '"',
  '\\',
  '\\ud800',
  '\\u0000',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\n',
  '\r\n',
  ' ',
  'null',
  'true',
  '-0',
  '1e999',
  '99999999999999999999999999',
  '"__proto__":{"a":1},',
  '"constructor":1,',
  '"kind":null,',
  '\u001B[31m',
  '\u202E',
  '\uFEFF',
  '../',
  '*a',
  '&a ',
  '<<: ',
  '"""',
  "'''",
];

type Change = (bytes: Buffer, at: number, random: SeededRandom) => Buffer;

const insertAt = (bytes: Buffer, at: number, more: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);

const changes: readonly Change[] = [
  // A bit.
  (bytes, at, random) => {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
    return changed;
  },
  // Any byte.
  (bytes, at, random) => insertAt(bytes, at, Buffer.from([random.below(256)])),
  (bytes, at, random) => insertAt(bytes, at, Buffer.from(random.pick(stumblingBlocks))),
  (bytes, at, random) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(20))]),
  // A piece twice.
  (bytes, at, random) => insertAt(bytes, at, bytes.subarray(at, at + random.below(200))),
  // A piece from elsewhere.
  (bytes, at, random) => {
    const from = random.below(bytes.length + 1);
    return insertAt(bytes, at, bytes.subarray(from, from + random.below(60)));
  },
  // The end is missing.
  (bytes, at) => bytes.subarray(0, at),
  // Deep, or long.
  (bytes, at, random) => insertAt(bytes, at, Buffer.from(random.pick(['[', '{"a":', '9', 'x']).repeat(5_000))),
];

/** Bytes with one to four changes, such as a fault or an attacker makes. */
export function mutateBytes(bytes: Buffer, random: SeededRandom): Buffer {
  let changed = bytes;
  for (let count = 1 + random.below(4); count > 0; count -= 1) {
    changed = random.pick(changes)(changed, random.below(changed.length + 1), random);
  }
  return changed;
}
