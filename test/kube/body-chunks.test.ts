import { PassThrough, Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { chunksOf } from '../../src/kube/body-chunks.ts';

async function read(body: Readable): Promise<readonly string[]> {
  const chunks: string[] = [];
  for await (const chunk of chunksOf(body)) chunks.push(chunk.toString());
  return chunks;
}

describe('the chunks of a body', () => {
  test('come as they were received, though they waited together', async () => {
    const body = new PassThrough();
    for (const chunk of ['a', 'bc', 'd']) body.write(chunk);
    body.end();
    expect(await read(body)).toEqual(['a', 'bc', 'd']);
  });

  test('are not asked for before they are wanted', async () => {
    let givenCount = 0;
    const body = new Readable({
      highWaterMark: 2,
      read() {
        givenCount += 1;
        this.push(Buffer.from('x'));
      },
    });
    const chunks = chunksOf(body);
    await chunks.next();
    await new Promise((resolve) => setImmediate(resolve));
    expect(givenCount).toBeLessThan(8);
    await chunks.return();
    expect(body.destroyed).toBe(true);
  });

  test('end in the error that the body ended in, also in one from before', async () => {
    const broken = new PassThrough();
    broken.on('error', () => undefined);
    broken.destroy(new Error('cut'));
    await expect(read(broken)).rejects.toThrow('cut');
    const breaking = new PassThrough();
    breaking.write('a');
    const chunks = chunksOf(breaking);
    expect((await chunks.next()).value?.toString()).toBe('a');
    const next = chunks.next();
    breaking.destroy(new Error('cut later'));
    await expect(next).rejects.toThrow('cut later');
  });

  test('that stop without an end are not complete', async () => {
    const body = new PassThrough();
    body.write('a');
    const chunks = chunksOf(body);
    await chunks.next();
    body.destroy();
    await expect(chunks.next()).rejects.toThrow('the connection was closed');
  });
});
