import { beforeEach, describe, expect, test } from 'vitest';
import { ChangeBatcher, type ScopeBatch } from '../../src/daemon/change-batcher.ts';
import type { WatchEvent } from '../../src/kube/watch-stream.ts';
import { fakeClock, type FakeClock } from '../support/fake-clock.ts';

let clock: FakeClock;
let written: (readonly ScopeBatch[])[];
let batcher: ChangeBatcher;
/** What writing takes for each event. */
let writeMs: number;

beforeEach(() => {
  clock = fakeClock();
  written = [];
  writeMs = 0;
  batcher = new ChangeBatcher(clock, (batches) => {
    written.push(batches);
    for (const { events } of batches) clock.advance(writeMs * events.length);
  });
});

const metadata = { name: 'x' };
const change = (resourceVersion: string): WatchEvent => ({
  kind: 'apply',
  object: { apiVersion: 'v1', kind: 'Pod', metadata },
  resourceVersion,
});
const changes = (count: number): WatchEvent[] => Array.from({ length: count }, (_, index) => change(String(index)));
const bookmark = (resourceVersion: string): WatchEvent => ({ kind: 'bookmark', resourceVersion });

const versions = (): unknown =>
  written.map((batches) =>
    batches.map(({ scopeId, events }) => [scopeId, events.map((event) => event.resourceVersion)]),
  );

describe('the batcher', () => {
  test('writes the events of all scopes in one go, 40 ms after the first, in order', () => {
    batcher.add(1, [change('1')], 10);
    clock.advance(30);
    batcher.add(2, [change('2')], 10);
    batcher.add(1, [change('3'), bookmark('4')], 10);
    clock.advance(9);
    expect(written).toEqual([]);
    clock.advance(1);
    expect(versions()).toEqual([
      [
        [1, ['1', '3', '4']],
        [2, ['2']],
      ],
    ]);
    expect(clock.waiting).toEqual([]);
  });

  test('writes at a mebibyte at once', () => {
    batcher.add(1, [change('501')], 1_048_575);
    expect(written).toHaveLength(0);
    batcher.add(1, [change('502')], 1);
    expect(written).toHaveLength(1);
    clock.advance(60_000);
    expect(written).toHaveLength(1);
  });

  test.each([
    [0, 100],
    [0.4, 100],
    [0.5, 80],
    [2, 20],
    [30, 10],
  ])('writes at once what comes to 40 ms: after 10 events of %d ms each, %d', (eachMs, count) => {
    writeMs = eachMs;
    batcher.add(1, changes(9), 10);
    expect(written).toHaveLength(0);
    batcher.add(2, changes(1), 10);
    expect(written).toHaveLength(1);
    expect(batcher.mostEvents).toBe(count);
    batcher.add(1, changes(count - 1), 10);
    expect(written).toHaveLength(1);
    batcher.add(1, changes(1), 10);
    expect(written).toHaveLength(2);
  });

  test('lets bookmarks wait 15 s, but no longer than an event that comes meanwhile', () => {
    batcher.add(1, [bookmark('1')], 10);
    clock.advance(14_999);
    expect(written).toHaveLength(0);
    clock.advance(1);
    expect(versions()).toEqual([[[1, ['1']]]]);
    batcher.add(1, [bookmark('2')], 10);
    clock.advance(5_000);
    batcher.add(2, [change('3')], 10);
    clock.advance(40);
    expect(versions()).toEqual([
      [[1, ['1']]],
      [
        [1, ['2']],
        [2, ['3']],
      ],
    ]);
    batcher.add(1, [change('4')], 10);
    batcher.add(1, [bookmark('5')], 10);
    clock.advance(40);
    expect(written).toHaveLength(3);
  });

  test('writes everything at once when flushed, and nothing twice', () => {
    batcher.flush();
    batcher.add(1, [change('1')], 10);
    batcher.flush();
    batcher.flush();
    clock.advance(60_000);
    expect(versions()).toEqual([[[1, ['1']]]]);
  });

  test('may be flushed and added to from within a write', () => {
    const seen: string[] = [];
    const nested: ChangeBatcher = new ChangeBatcher(clock, (batches) => {
      nested.flush();
      for (const { events } of batches) seen.push(...events.map((event) => event.resourceVersion));
      if (seen.length === 1) nested.add(1, [change('2')], 10);
    });
    nested.add(1, [change('1')], 10);
    clock.advance(40);
    clock.advance(40);
    expect(seen).toEqual(['1', '2']);
  });

  test('is ready at once for the next events, but after a full batch only in another turn', async () => {
    let isReady = false;
    const ask = async (): Promise<void> => {
      isReady = false;
      await batcher.ready();
      isReady = true;
    };
    batcher.add(1, [change('1')], 10);
    void ask();
    await Promise.resolve();
    expect(isReady).toBe(true);
    batcher.add(1, [change('2')], 1_048_576);
    const asked = ask();
    for (let count = 0; count < 100; count += 1) await Promise.resolve();
    expect(isReady).toBe(false);
    await asked;
    expect(isReady).toBe(true);
  });

  test('does not take over the array it was given', () => {
    const events = [change('1')];
    batcher.add(1, events, 10);
    batcher.add(1, [change('2')], 10);
    expect(events).toHaveLength(1);
  });
});
