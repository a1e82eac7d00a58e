import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fittingAfter,
  fittingAfterTooLong,
  pageBounds,
  pageLimit,
  PageLimits,
} from '../../../src/daemon/pages/page-limits.ts';
import { failure, RequestFailed } from '../../../src/kube/failure.ts';

const kibibyte = 1024;
const bounds = { usualBytes: 100, mostBytes: 200, singleBytes: 5_000 };

/** A list of objects of these weights (bytes), as a server pages it; a page of more than `maxBytes` is too long. */
function served(weights: readonly number[], { ignoresLimit = false } = {}) {
  const asked: number[] = [];
  const sent: number[] = [];
  const ask = (from: number) => (size: { limit: number; maxBytes?: number | undefined }) => {
    asked.push(size.limit);
    const end = size.limit === 0 || ignoresLimit ? weights.length : Math.min(weights.length, from + size.limit);
    const byteCount = weights.slice(from, end).reduce((sum, weight) => sum + weight, 0);
    if (byteCount > (size.maxBytes ?? Infinity))
      return Promise.reject(new RequestFailed(failure('too-long', 'the answer is longer than 1 MiB')));
    sent.push(byteCount);
    return Promise.resolve({ continueToken: end < weights.length ? String(end) : '', byteCount });
  };
  /** Takes the whole list. */
  const list = async (limits: PageLimits, most = 500, form: 'full' | 'metadata' = 'full'): Promise<void> => {
    for (let token = '0'; token !== '';) token = (await limits.fetch({ form, most }, ask(Number(token)))).continueToken;
  };
  return { asked, sent, list };
}

const equal = (count: number, weight: number): readonly number[] => Array.from({ length: count }, () => weight);

describe('the limit of a page', () => {
  test('is the largest there is while nothing is known, and stays so for ordinary pods', () => {
    expect(pageLimit(Number.POSITIVE_INFINITY, 500)).toBe(500);
    const page = { limit: 500, byteCount: 500 * 14 * kibibyte };
    expect(pageLimit(fittingAfter(Number.POSITIVE_INFINITY, page, pageBounds.usualBytes), 500)).toBe(500);
  });

  test('lets a page come to what pages usually come to', () => {
    const page = { limit: 500, byteCount: 500 * 64 * kibibyte };
    expect(pageLimit(fittingAfter(Number.POSITIVE_INFINITY, page, pageBounds.usualBytes), 500)).toBe(256);
  });

  test('at most doubles from one page to the next', () => {
    expect(fittingAfter(10, { limit: 10, byteCount: 10 }, 1_000_000)).toBe(20);
  });

  test('falls to one in a few steps where pages are too long', () => {
    const limits: number[] = [];
    for (let limit = 2_000; limit > 1; limit = pageLimit(fittingAfterTooLong(limit), 2_000)) limits.push(limit);
    expect(limits).toEqual([2_000, 250, 31, 3]);
  });

  test('is none where all is asked for in one answer', () => {
    expect(pageLimit(3, 0)).toBe(0);
  });

  test('is a whole number from one to the largest, whatever came', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, noNaN: true }), fc.constantFrom(500, 2_000), (fitting, most) => {
        const limit = pageLimit(fitting, most);
        expect(Number.isInteger(limit) && limit >= 1 && limit <= most).toBe(true);
      }),
    );
  });
});

describe('the pages of a scope', () => {
  test('of large objects are short from the second on, and the next list begins with such', async () => {
    const limits = new PageLimits(bounds);
    const { asked, sent, list } = served(equal(40, 25));
    await list(limits);
    expect(asked).toEqual([500, 62, 7, 4, 4, 4, 4, 4, 4, 4, 4, 4]);
    expect(Math.max(...sent)).toBeLessThanOrEqual(bounds.mostBytes);
    asked.length = 0;
    await list(limits);
    expect(asked).toEqual(equal(10, 4));
  });

  test('grow again behind large objects', async () => {
    const { asked, list } = served([...equal(8, 150), ...equal(600, 0.01)]);
    await list(new PageLimits(bounds));
    expect(asked).toEqual([500, 62, 7, ...equal(10, 1), 2, 5, 10, 21, 42, 85, 170, 341]);
  });

  test('hold any mixture of objects, none of them longer than may be unless it is of one object', async () => {
    const weight = fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 1_000 }));
    await fc.assert(
      fc.asyncProperty(fc.array(weight, { maxLength: 800 }), async (weights) => {
        const { asked, sent, list } = served(weights);
        await list(new PageLimits(bounds));
        expect(sent.reduce((sum, bytes) => sum + bytes, 0)).toBe(weights.reduce((sum, bytes) => sum + bytes, 0));
        for (const bytes of sent) expect(bytes > bounds.mostBytes && !weights.includes(bytes)).toBe(false);
        // What was given up was more than a page may hold, so that it stays in proportion to the list.
        const total = weights.reduce((sum, bytes) => sum + bytes, 0);
        expect(asked.length - sent.length).toBeLessThanOrEqual(4 + (4 * total) / bounds.usualBytes);
      }),
    );
  });

  test('of another form have a measure of their own', async () => {
    const limits = new PageLimits(bounds);
    await served(equal(40, 25)).list(limits);
    const { asked, list } = served(equal(40, 1));
    await list(limits, 500, 'metadata');
    expect(asked).toEqual([500]);
  });

  test('that a server makes as it likes are taken as they are, and asked for so again', async () => {
    const limits = new PageLimits(bounds);
    const { asked, list } = served(equal(40, 25), { ignoresLimit: true });
    await list(limits);
    await list(limits);
    expect(asked).toEqual([500, 62, 7, 1, 1]);
  });

  test.each([
    [500, 'limit=1: one object is so long, or the server ignores the limit'],
    [0, 'all objects in it'],
  ])('fail where nothing smaller can be asked for, of %i', async (most, why) => {
    const { list } = served(equal(40, 250), { ignoresLimit: true });
    await expect(list(new PageLimits(bounds), most)).rejects.toMatchObject({
      failure: { class: 'too-long', message: `the answer is longer than 1 MiB with ${why}` },
    });
  });

  test('fail at once for any other reason', async () => {
    const refused = new RequestFailed(failure('server', 'no'));
    let count = 0;
    const fetched = new PageLimits(bounds).fetch({ form: 'full', most: 500 }, () => {
      count += 1;
      return Promise.reject(refused);
    });
    await expect(fetched).rejects.toBe(refused);
    expect(count).toBe(1);
  });
});
