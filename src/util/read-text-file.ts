import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Read at a time (bytes). */
const chunkBytes = 64 * 1024;

/** What a shell's `<(…)` and a program's own input are called. They end when who writes them does. */
const openFile = /^\/(dev|proc\/self)\/(fd\/\d+|stdin)$/;

/**
 * The text of a file that people or programs wrote. Never waits for a writer: a named pipe is refused, and a device is
 * read as far as it has something.
 * @throws Error where it cannot be read, or holds more than `maxBytes`
 */
export function readTextFile(path: string, maxBytes: number): string {
  // Windows has no such flag, nor such pipes.
  const handle = openSync(path, openFile.test(path) ? 'r' : constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (fstatSync(handle).isFIFO() && !openFile.test(path)) throw new Error('it is a pipe, not a file');
    return readAll(handle, maxBytes).toString('utf8');
  } finally {
    closeSync(handle);
  }
}

function readAll(handle: number, maxBytes: number): Buffer {
  const chunks: Buffer[] = [];
  for (let byteCount = 0; ;) {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    const count = readSync(handle, chunk, 0, chunkBytes, null);
    if (count === 0) return Buffer.concat(chunks);
    byteCount += count;
    if (byteCount > maxBytes) throw new Error(`it is larger than ${maxBytes / 1024 ** 2} MiB`);
    chunks.push(chunk.subarray(0, count));
  }
}
