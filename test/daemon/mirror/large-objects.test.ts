import { afterEach, describe, expect, test } from 'vitest';
import type { PageBounds } from '../../../src/daemon/pages/page-limits.ts';
import { SimulatedMirror } from '../../support/simulated-mirror.ts';

const kibibyte = 1024;
const everything = { requestCount: 0, lineCount: 0, toldCount: 0 };

/** A thousandth of what they are in earnest, so that objects of 1.5 KiB stand for such of 1.5 MiB. */
const pageBounds: PageBounds = {
  usualBytes: 16 * kibibyte,
  mostBytes: 32 * kibibyte,
  singleBytes: 511 * kibibyte,
};

let mirror: SimulatedMirror;

afterEach(() => mirror.checkAndStop());

const name = (index: number) => ({ namespace: 'default', name: `c${String(index).padStart(4, '0')}` });

/** A cluster with a ConfigMap of each of these sizes (bytes). */
async function startWith(sizes: readonly number[]): Promise<void> {
  mirror = await SimulatedMirror.start({
    pageBounds,
    prepare: ({ state }) =>
      sizes.forEach((size, index) =>
        state.create('configmaps', { metadata: name(index), data: { text: 'x'.repeat(size) } }),
      ),
  });
}

const equal = (count: number, size: number): readonly number[] => Array.from({ length: count }, () => size);

/** Limits of the pages of ConfigMaps that were asked for, of whole lists. */
const limits = (since = everything): readonly number[] =>
  mirror
    .requests(since)
    .filter(({ path, query }) => path === '/api/v1/configmaps' && !query.has('watch'))
    // Not what heartbeats ask for.
    .filter(({ accept }) => accept?.includes('PartialObjectMetadataList') !== true)
    .map(({ query }) => Number(query.get('limit')));

const listedAgain = async (): Promise<readonly number[]> => {
  const mark = mirror.mark();
  mirror.mirror.reflectors.find(({ scope }) => scope.name === 'configmaps')?.relist('requested');
  await mirror.untilEqual();
  return limits(mark);
};

describe('38: a type of large objects', () => {
  test('that no page of 500 can hold is listed with smaller ones, this time and the next', async () => {
    await startWith(equal(400, 1.5 * kibibyte));
    await mirror.untilEqual();
    expect(mirror.keys('configmaps')).toHaveLength(400);
    const [first, ...others] = limits();
    expect([first, others[0], others[1]]).toEqual([500, 62, 7]);
    expect(Math.max(...others.slice(1))).toBeLessThanOrEqual(10);
    expect(limits().length).toBeLessThan(3 + 400 / 7);
    // All pages are of one list, and what was too long is no failure.
    expect(mirror.lists(everything).filter((line) => line.startsWith('configmaps '))).toHaveLength(1);
    expect(mirror.told.filter((line) => /^configmaps .*unhealthy/.test(line))).toEqual([]);
    expect(Math.max(...(await listedAgain()))).toBeLessThanOrEqual(10);
  });

  test('that come behind small ones, with small ones behind them, is listed whole', async () => {
    await startWith([...equal(600, 10), ...equal(30, 20 * kibibyte), ...equal(600, 10)]);
    await mirror.untilEqual();
    expect(mirror.keys('configmaps')).toHaveLength(1_230);
    expect(limits()[0]).toBe(500);
    expect(limits()).toContain(1);
  });

  test('of which one alone is longer than a page may be is listed', async () => {
    await startWith([...equal(5, 10), 400 * kibibyte, ...equal(5, 10)]);
    await mirror.untilEqual();
    expect(mirror.keys('configmaps')).toHaveLength(11);
  });

  test('of which one is longer than a text may be says so, and asks ever more seldom', async () => {
    await startWith([...equal(5, 10), 600 * kibibyte, ...equal(5, 10)]);
    await mirror.until('it is told', () => mirror.said('configmaps') === 'listing unhealthy server-error');
    expect(mirror.status('configmaps').last_error).toMatch(
      /^the answer is longer than \d+ MiB with limit=1: one object is so long, or the server ignores the limit$/,
    );
    await mirror.advance(600_000);
    const mark = mirror.mark();
    await mirror.advance(1_800_000);
    expect(mirror.lists(mark).filter((line) => line.startsWith('configmaps ')).length).toBeLessThanOrEqual(6);
    expect(mirror.said('pods')).toBe('watching healthy none');
    mirror.state.delete('configmaps', name(5));
    await mirror.untilEqual();
    expect(mirror.keys('configmaps')).toHaveLength(10);
  });
});

test('38: a list whose tokens expire and that no one answer can hold is listed once they live long enough', async () => {
  mirror = await SimulatedMirror.start({
    pageBounds: { ...pageBounds, singleBytes: 100 * kibibyte },
    watchList: false,
    prepare: ({ state, faults }) => {
      for (let index = 0; index < 100; index += 1)
        state.create('configmaps', { metadata: name(index), data: { text: 'x'.repeat(1.5 * kibibyte) } });
      const isPage = ({ type, query }: { type: string; query: URLSearchParams }): boolean =>
        type === 'configmaps' && query.has('continue');
      const status = { kind: 'Status', status: 'Failure', reason: 'Expired', code: 410, message: 'too old' };
      faults.times(2, isPage, { kind: 'answer', status: 410, body: status });
    },
  });
  await mirror.untilEqual();
  expect(mirror.keys('configmaps')).toHaveLength(100);
  expect(limits()).toContain(0);
  expect(mirror.told).toContain('configmaps listing unhealthy server-error');
});
