import { StoredTextDamaged } from './store-errors.ts';
import { zlib } from '../util/late-modules.ts';

/** The parts of a state; none of them holds a line feed. */
export interface StateParts {
  /** Canonical JSON without managedFields. */
  readonly body: string;
  /** JSON of metadata.managedFields, empty where there are none. */
  readonly managedFields: string;
  /** JSON of the printed cells. */
  readonly cells: string;
}

/** A whole state of an object as text: its parts, a line each. */
export function stateText({ body, managedFields, cells }: StateParts): string {
  return `${body}\n${managedFields}\n${cells}`;
}

/** The parts of `stateText`. */
export function splitState(state: string): StateParts {
  const [body = '', managedFields = '', cells = ''] = state.split('\n');
  return { body, managedFields, cells };
}

/** A state without its cells: what the cluster says, whichever way navi derives cells from it. */
export function objectText(state: string): string {
  return state.slice(0, state.lastIndexOf('\n'));
}

const utf8 = new TextEncoder();

/**
 * Where a text lies while it is packed. What is allocated for each is garbage until the collector comes: 8 KiB of text and the
 * 16 KiB that Node packs into unless told otherwise came to 2.4 GiB in a first list of 100,000 objects, up to 84 MiB at a time.
 */
const scratch = new Uint8Array(128 * 1024);

/** UTF-8; for most texts in `scratch`, so good until the next call. */
function bytesOf(text: string): Uint8Array {
  // A character is three bytes at most.
  if (text.length * 3 > scratch.length) return utf8.encode(text);
  return scratch.subarray(0, utf8.encodeInto(text, scratch).written);
}

/** zstd of a text on its own. */
export function packText(text: string): Buffer {
  const { zstdCompressSync, constants } = zlib();
  // Some 8 KB each: level 3 takes a third longer and saves nothing. A table of 2^12 entries, where level 1 clears 2^14 for each,
  // takes a quarter of the time away, and costs 4 % of a text of 100 KB.
  const params = { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_hashLog]: 12 };
  return zstdCompressSync(bytesOf(text), { chunkSize: 2_048, params });
}

/** zstd of any bytes. */
export function packBytes(bytes: Uint8Array): Buffer {
  return zlib().zstdCompressSync(bytes);
}

/** What `packBytes` packed. @throws StoredTextDamaged */
export function unpackBytes(blob: Uint8Array): Buffer {
  return unpacked(() => zlib().zstdDecompressSync(blob));
}

/** The text that `packText` packed. @throws StoredTextDamaged */
export function unpackText(blob: Uint8Array): string {
  return unpackBytes(blob).toString('utf8');
}

/**
 * `state` as a difference from `later`: zstd with that one as its dictionary, some tens of bytes where little changed.
 * Without it, it cannot be read again; the cells of `later` do not count, since a newer navi derives them anew.
 */
export function packDelta(state: string, later: string): Buffer {
  return zlib().zstdCompressSync(bytesOf(state), { chunkSize: 1_024, dictionary: Buffer.from(objectText(later)) });
}

/** The state that `packDelta` packed against the same `later`. */
export function unpackDelta(blob: Buffer, later: string): string {
  const dictionary = Buffer.from(objectText(later));
  return unpacked(() => zlib().zstdDecompressSync(blob, { dictionary })).toString('utf8');
}

/** @throws StoredTextDamaged */
function unpacked(unpack: () => Buffer): Buffer {
  try {
    return unpack();
  } catch (error) {
    throw new StoredTextDamaged('a packed text cannot be unpacked', { cause: error });
  }
}
