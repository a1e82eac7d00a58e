import { expect, test } from 'vitest';
import { tooMuch } from '../../src/cli/too-much.ts';

/** What `run` throws. */
function thrownBy(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}

function endless(): number {
  return endless() + 1;
}

test('a text that no string holds is told as what to ask less of', () => {
  const excess = tooMuch(thrownBy(() => 'x'.repeat(2 ** 30)));
  expect(excess).toMatchObject({ code: 'NAVI_USAGE', message: expect.stringContaining('512 MiB') as string });
});

test('depth that no stack holds is told as depth', () => {
  expect(tooMuch(thrownBy(endless))?.message).toContain('nested too deeply');
});

test('every other error is left to who knows it', () => {
  expect(tooMuch(new TypeError('x is undefined'))).toBeUndefined();
  expect(tooMuch(thrownBy(() => Buffer.alloc(1).readUInt8(5)))).toBeUndefined();
});
