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

/** zstd of a text on its own. */
export function packText(text: string): Buffer {
  const { zstdCompressSync, constants } = zlib();
  // Some 8 KB each: level 3 takes a third longer and saves nothing.
  return zstdCompressSync(text, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
}

/** The text that `packText` packed. @throws StoredTextDamaged */
export function unpackText(blob: Uint8Array): string {
  return unpacked(() => zlib().zstdDecompressSync(blob));
}

/**
 * `state` as a difference from `later`: zstd with that one as its dictionary, some tens of bytes where little changed.
 * Without it, it cannot be read again; the cells of `later` do not count, since a newer navi derives them anew.
 */
export function packDelta(state: string, later: string): Buffer {
  return zlib().zstdCompressSync(state, { dictionary: Buffer.from(objectText(later)) });
}

/** The state that `packDelta` packed against the same `later`. */
export function unpackDelta(blob: Buffer, later: string): string {
  return unpacked(() => zlib().zstdDecompressSync(blob, { dictionary: Buffer.from(objectText(later)) }));
}

/** @throws StoredTextDamaged */
function unpacked(unpack: () => Buffer): string {
  try {
    return unpack().toString('utf8');
  } catch (error) {
    throw new StoredTextDamaged('a packed text cannot be unpacked', { cause: error });
  }
}
