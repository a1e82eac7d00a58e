import { describe, expect, test } from 'vitest';
import { PagesAhead, type PageAhead } from '../../../src/daemon/pages/pages-ahead.ts';

/** Pages that come when the test says so; each token is the number of its page. */
function steered(count: number) {
  const asked: string[] = [];
  const heads: PromiseWithResolvers<PageAhead<string>>[] = [];
  const pages: PromiseWithResolvers<string>[] = [];
  const fetch = (token: string): Promise<PageAhead<string>> => {
    asked.push(token);
    const head = Promise.withResolvers<PageAhead<string>>();
    heads.push(head);
    return head.promise;
  };
  /** Tells where the list goes on behind the page that was asked for last. */
  const tellHead = async (): Promise<void> => {
    const number = heads.length;
    const page = Promise.withResolvers<string>();
    page.promise.catch(() => undefined);
    pages.push(page);
    heads
      .at(-1)
      ?.resolve({ continueToken: number + 1 < count ? String(number + 1) : '', byteCount: 1, page: page.promise });
    await Promise.resolve();
    await Promise.resolve();
  };
  return { asked, heads, pages, fetch, tellHead };
}

describe('pages ahead', () => {
  test('are asked for one at a time, two ahead of the one that is stored, and given in order', async () => {
    const { asked, pages, fetch, tellHead } = steered(5);
    const ahead = new PagesAhead(fetch, '1');
    expect(asked).toEqual(['1']);
    await tellHead();
    expect(asked).toEqual(['1', '2']);
    await tellHead();
    // Two are on their way: the third one waits until one is taken.
    expect(asked).toEqual(['1', '2']);
    pages[1]?.resolve('two');
    pages[0]?.resolve('one');
    expect(await ahead.next()).toBe('one');
    expect(asked).toEqual(['1', '2', '3']);
    expect(await ahead.next()).toBe('two');
    await tellHead();
    pages[2]?.resolve('three');
    expect(await ahead.next()).toBe('three');
    await tellHead();
    pages[3]?.resolve('four');
    expect(await ahead.next()).toBe('four');
    expect(await ahead.next()).toBeUndefined();
    expect(asked).toEqual(['1', '2', '3', '4']);
  });

  test('are none behind the only page', async () => {
    const { asked, fetch } = steered(1);
    expect(await new PagesAhead(fetch, '').next()).toBeUndefined();
    expect(asked).toEqual([]);
  });

  test('fail where they are asked for, and nowhere else', async () => {
    const { heads, fetch, asked } = steered(3);
    const ahead = new PagesAhead(fetch, '1');
    heads[0]?.reject(new Error('gone'));
    await expect(ahead.next()).rejects.toThrow('gone');
    expect(await ahead.next()).toBeUndefined();
    expect(asked).toEqual(['1']);
  });

  test('that are never asked for fail without a word', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', note);
    const { heads, fetch } = steered(3);
    void new PagesAhead(fetch, '1');
    heads[0]?.reject(new Error('gone'));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
});
