import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HeapWatch, ownHeap, type Heap } from '../../src/daemon/heap-watch.ts';
import { fakeClock, type FakeClock } from '../support/fake-clock.ts';

const mebibyte = 1024 ** 2;

describe('the watch of a heap', () => {
  let clock: FakeClock;
  let watch: HeapWatch;
  let bytes: number;
  let usedBytes: number;
  let computedMs: number;
  let collectCount: number;

  beforeEach(() => {
    clock = fakeClock();
    bytes = 20 * mebibyte;
    usedBytes = bytes;
    computedMs = 0;
    collectCount = 0;
    const heap: Heap = {
      bytes: () => bytes,
      computedMs: () => computedMs,
      collect: () => {
        collectCount += 1;
        bytes = usedBytes;
        return Promise.resolve();
      },
    };
    watch = new HeapWatch(clock, heap);
  });

  afterEach(() => watch.stop());

  /** Five seconds in which so much (ms) is computed. */
  async function look(spentMs: number): Promise<void> {
    computedMs += spentMs;
    clock.advance(5_000);
    await turn();
  }

  test('has one that has grown collected once the process is calm', async () => {
    bytes = 200 * mebibyte;
    await look(6_000);
    await look(1_250);
    expect(collectCount).toBe(0);
    await look(1_249);
    expect(collectCount).toBe(1);
    await look(0);
    expect(collectCount).toBe(1);
  });

  test('leaves one alone that is hardly larger than it was at its smallest', async () => {
    bytes = 51 * mebibyte;
    await look(0);
    expect(collectCount).toBe(0);
    bytes = 10 * mebibyte;
    await look(0);
    bytes = 42 * mebibyte;
    await look(0);
    expect(collectCount).toBe(1);
  });

  test('does not try again where all of it is used, until it has grown once more', async () => {
    bytes = 200 * mebibyte;
    usedBytes = bytes;
    await look(0);
    await look(0);
    expect(collectCount).toBe(1);
    bytes += 32 * mebibyte;
    await look(0);
    expect(collectCount).toBe(2);
  });

  test('ends', async () => {
    watch.stop();
    bytes = 200 * mebibyte;
    await look(0);
    expect(collectCount).toBe(0);
    expect(clock.waiting).toEqual([]);
  });
});

describe('the heap of this process', () => {
  test('knows what it takes and what was computed', () => {
    expect(ownHeap.bytes()).toBeGreaterThan(mebibyte);
    expect(ownHeap.computedMs()).toBeGreaterThan(0);
  });

  test('is rid of what nothing holds once it was collected', async () => {
    const made = Array.from({ length: 10 }, () => new WeakRef({ text: 'x'.repeat(10_000) }));
    // A reference holds on until the turn that looked at it is over.
    await turn();
    await ownHeap.collect();
    expect(made.map((each) => each.deref())).toEqual(made.map(() => undefined));
  });
});
