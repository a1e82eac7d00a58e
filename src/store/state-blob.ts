import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** A whole state of an object as text: its body, a line feed (which canonical JSON never holds), its managedFields. */
export function stateText(body: string, managedFields: string): string {
  return `${body}\n${managedFields}`;
}

/** The two parts of `stateText`. */
export function splitState(state: string): { readonly body: string; readonly managedFields: string } {
  const end = state.indexOf('\n');
  return { body: state.slice(0, end), managedFields: state.slice(end + 1) };
}

/** zstd of a text on its own. */
export function packText(text: string): Buffer {
  return zstdCompressSync(text);
}

/** The text that `packText` packed. */
export function unpackText(blob: Buffer): string {
  return zstdDecompressSync(blob).toString('utf8');
}

/**
 * `state` as a difference from `reference`: zstd with the reference as its dictionary, some tens of bytes where little
 * changed. Without a reference's text it cannot be read again.
 */
export function packDelta(state: string, reference: string): Buffer {
  return zstdCompressSync(state, { dictionary: Buffer.from(reference) });
}

/** The state that `packDelta` packed against the same `reference`. */
export function unpackDelta(blob: Buffer, reference: string): string {
  return zstdDecompressSync(blob, { dictionary: Buffer.from(reference) }).toString('utf8');
}
