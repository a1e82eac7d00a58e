import { rmSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ObjectUsage, UsageByNamespace } from '../../src/core/usage.ts';
import { HistoryWriter } from '../../src/store/history-writer.ts';
import { packUsage, unpackUsage } from '../../src/store/usage-blob.ts';
import { UsageReader } from '../../src/store/usage-reader.ts';
import { openReader, type MirrorReader } from '../../src/store/open-reader.ts';
import { withStore } from '../support/stored-mirror.ts';
import { temporaryDirectory } from '../support/temporary-mirror.ts';

const pods = { kind: 'pods', place: '', intervalMs: 15_000 } as const;
const nodes = { kind: 'nodes', place: '', intervalMs: 15_000 } as const;

const object = (name: string, cpuNanocores = 1, memoryBytes = 2): ObjectUsage => ({
  name,
  containers: [{ name: 'main', cpuNanocores, memoryBytes }],
});
const usageOf = (given: Readonly<Record<string, readonly ObjectUsage[]>>): UsageByNamespace =>
  new Map(Object.entries(given));

describe('packed usage', () => {
  test('comes back as it was, whatever its size', () => {
    const amount = fc.maxSafeNat();
    const container = fc.record({ name: fc.string(), cpuNanocores: amount, memoryBytes: amount });
    const objects = fc.array(fc.record({ name: fc.string(), containers: fc.array(container, { maxLength: 4 }) }));
    fc.assert(
      fc.property(objects, (given) => {
        expect(unpackUsage(packUsage(given))).toEqual(given);
      }),
    );
  });

  test('is refused where its parts do not belong together', () => {
    const { names } = packUsage([object('one'), object('two')]);
    const { amounts } = packUsage([object('one')]);
    expect(() => unpackUsage({ names, amounts })).toThrow('does not fit');
  });
});

describe('usage in history.db', () => {
  let folder: string;
  let file: string;
  let history: HistoryWriter;

  beforeEach(async () => {
    folder = temporaryDirectory();
    file = join(folder, 'history.db');
    history = await HistoryWriter.open(file, { ageMs: 1e9, bytes: 400_000 });
  });
  afterEach(() => {
    history.close();
    rmSync(folder, { recursive: true });
  });

  /** Only the place of its file matters. */
  function reader(): UsageReader {
    const opened = UsageReader.open({ file: join(folder, 'mirror.db') } as MirrorReader);
    if (opened === undefined) throw new Error('no usage');
    return opened;
  }

  function read<T>(work: (usage: UsageReader) => T): T {
    const opened = reader();
    try {
      return work(opened);
    } finally {
      opened.close();
    }
  }

  test('is told as of the last answer, by namespace; a failure leaves it', () => {
    history.usage.add(pods, usageOf({ shop: [object('old')] }), 1_000);
    history.usage.add(pods, usageOf({ web: [object('b')], shop: [object('a', 5, 6)] }), 2_000);
    history.usage.fail(pods, { class: 'unavailable', message: 'away', status: 503, reason: 'x' }, 3_000);
    expect(read((usage) => usage.latest('pods', undefined))).toEqual([
      { atMs: 2_000, namespace: 'shop', objects: [object('a', 5, 6)] },
      { atMs: 2_000, namespace: 'web', objects: [object('b')] },
    ]);
    expect(read((usage) => usage.latest('pods', ['web']))).toHaveLength(1);
    expect(read((usage) => usage.latest('nodes', undefined))).toEqual([]);
    const failure = { atMs: 3_000, class: 'unavailable', message: 'away', status: 503, reason: 'x' };
    expect(read((usage) => usage.sources('pods'))).toEqual([{ ...pods, polledAtMs: 2_000, failure }]);
    history.usage.add({ ...pods, intervalMs: 5_000 }, usageOf({}), 4_000);
    expect(read((usage) => usage.sources('pods'))).toEqual([
      { ...pods, intervalMs: 5_000, polledAtMs: 4_000, failure: null },
    ]);
    expect(read((usage) => usage.latest('pods', undefined))).toEqual([]);
    expect(read((usage) => usage.since('pods', ['shop'], 1_500))).toHaveLength(1);
  });

  test('of places that are asked for no more is no answer, but still the past', () => {
    history.usage.add(pods, usageOf({ shop: [object('a')] }), 1_000);
    history.usage.keepPlaces('pods', ['web']);
    expect(read((usage) => usage.sources('pods'))).toEqual([]);
    expect(read((usage) => usage.latest('pods', undefined))).toEqual([]);
    expect(read((usage) => usage.since('pods', undefined, 0))).toHaveLength(1);
  });

  test('is erased with the objects that it is of', () => {
    history.usage.add(pods, usageOf({ shop: [object('planted')], web: [object('b')] }), 1_000);
    history.usage.add(nodes, usageOf({ '': [object('node')] }), 1_000);
    history.erase({ type: 'pods', namespace: 'shop' });
    expect(read((usage) => usage.since('pods', undefined, 0)).map(({ namespace }) => namespace)).toEqual(['web']);
    history.erase({ type: 'pods', namespace: '' });
    history.erase({ type: 'configmaps', namespace: '' });
    expect(read((usage) => usage.since('pods', undefined, 0))).toEqual([]);
    expect(read((usage) => usage.since('nodes', undefined, 0))).toHaveLength(1);
  });

  test('is thinned out with age, the same polls whenever that is done', () => {
    const dayMs = 86_400_000;
    const nowMs = 30 * dayMs;
    const step = (atMs: number): number => (atMs < nowMs - 4.5 * 3_600_000 ? 120_000 : 15_000);
    for (let atMs = nowMs - 26 * 3_600_000; atMs <= nowMs; atMs += step(atMs))
      history.usage.add(pods, usageOf({ shop: [object('a')] }), atMs);
    while (history.usage.tidy(nowMs));
    const left = (): readonly number[] => read((usage) => usage.since('pods', undefined, 0)).map(({ atMs }) => atMs);
    const between = (fromMs: number, toMs: number): number =>
      left().filter((atMs) => atMs >= nowMs - fromMs && atMs < nowMs - toMs).length;
    expect(between(30 * 60_000, -1)).toBe(121);
    expect(between(4 * 3_600_000, 30 * 60_000)).toBe(210);
    expect(between(dayMs, 4 * 3_600_000)).toBe(120);
    expect(left()).toHaveLength(451);
    const kept = left();
    while (history.usage.tidy(nowMs + 3_000));
    expect(kept.slice(-100)).toEqual(left().slice(-100));
  });

  test('never takes more than its share', () => {
    const many = Array.from({ length: 400 }, (_none, index) => object(`pod-${index}-${index * 7919}`, index * 1e6));
    for (let index = 0; index < 200; index += 1) history.usage.add(pods, usageOf({ shop: many }), 1e9 + index);
    while (history.usage.tidy(1e9));
    const bytes = withStore(file, (database) => database.prepare('select sum(bytes) from usage_poll').pluck().get());
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThanOrEqual(100_000);
  });

  test('is none beside a history of before, which is not migrated yet', () => {
    expect(openReader(join(folder, 'mirror.db'))).toBeUndefined();
    const database = new SqliteDatabase(file);
    database.pragma('user_version = 1');
    database.close();
    expect(UsageReader.open({ file: join(folder, 'mirror.db') } as MirrorReader)).toBeUndefined();
  });
});
