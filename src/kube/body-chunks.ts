import type { Readable } from 'node:stream';

/** What each chunk weighs on the heap besides; see `chunksOf`. */
const heap: { weight: readonly unknown[] } = { weight: [] };

/** Of an array in V8 (bytes). */
const slotBytes = 8;

/**
 * The chunks of a body as they were received, one by one; the next one is asked of the network once this one is done with. A
 * stream that is iterated itself copies those that wait into one.
 *
 * What was received lies outside of V8's heap, and is given back when V8 looks for young garbage, which it does when its heap
 * fills: with bytes that are only passed on it hardly ever would, and some 70 MiB waited. An array as large as each chunk makes
 * it look as often as memory is used (18 MiB at 20 MB/s).
 */
export async function* chunksOf(body: Readable): AsyncGenerator<Buffer, void> {
  const chunks: Buffer[] = [];
  let wake = (): void => undefined;
  body.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    body.pause();
    wake();
  });
  // What it breaks off with is asked once it is closed.
  body.on('error', () => undefined);
  body.on('close', () => wake());
  try {
    for (;;) {
      const chunk = chunks.shift();
      if (chunk !== undefined) {
        const weight: unknown[] = [];
        weight.length = Math.ceil(chunk.length / slotBytes);
        heap.weight = weight;
        yield chunk;
      } else if (body.readableEnded) return;
      else if (body.closed) throw body.errored ?? new Error('the connection was closed');
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
          body.resume();
        });
      }
    }
  } finally {
    body.destroy();
  }
}
