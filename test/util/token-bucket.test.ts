import { expect, test } from 'vitest';
import { TokenBucket } from '../../src/util/token-bucket.ts';
import { fakeClock } from '../support/fake-clock.ts';

/** Lets promises that are resolved run on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function bucketOf(perSecond: number, burst: number) {
  const clock = fakeClock();
  const bucket = new TokenBucket(clock, { perSecond, burst });
  const got: string[] = [];
  const take = (name: string, priority = 0, signal?: AbortSignal): void => {
    void bucket.take(signal, priority).then((isGranted) => got.push(isGranted ? name : `not ${name}`));
  };
  return { clock, got, take };
}

test('a full bucket gives its burst at once, then one token after the other', async () => {
  const { clock, got, take } = bucketOf(10, 3);
  for (const name of ['a', 'b', 'c', 'd', 'e']) take(name);
  await settled();
  expect(got).toEqual(['a', 'b', 'c']);
  clock.advance(99);
  await settled();
  expect(got).toHaveLength(3);
  clock.advance(1);
  await settled();
  expect(got).toEqual(['a', 'b', 'c', 'd']);
  clock.advance(100);
  await settled();
  expect(got.at(-1)).toBe('e');
});

test('tokens that nobody takes are kept up to the burst', async () => {
  const { clock, got, take } = bucketOf(10, 2);
  take('a');
  clock.advance(60_000);
  for (const name of ['b', 'c', 'd']) take(name);
  await settled();
  expect(got).toEqual(['a', 'b', 'c']);
});

test('the lowest priority goes first, then who came first', async () => {
  const { clock, got, take } = bucketOf(1, 1);
  take('running');
  take('late', 5);
  take('first', 1);
  take('second', 1);
  clock.advance(3_000);
  await settled();
  expect(got).toEqual(['running', 'first', 'second', 'late']);
});

test('who gives up gets none and holds nobody up', async () => {
  const { clock, got, take } = bucketOf(1, 1);
  const abort = new AbortController();
  take('running');
  take('gone', 0, abort.signal);
  take('next');
  abort.abort();
  await settled();
  expect(got).toEqual(['running', 'not gone']);
  clock.advance(1_000);
  await settled();
  expect(got).toEqual(['running', 'not gone', 'next']);
  take('too late', 0, abort.signal);
  await settled();
  expect(got.at(-1)).toBe('not too late');
  expect(clock.waiting).toEqual([]);
});
