import { maxTextBytes } from '../../kube/answer.ts';
import { RequestFailed } from '../../kube/failure.ts';
import type { PagePosition } from '../../kube/list-page.ts';
import type { Representation } from '../../kube/representation.ts';
import type { PageStart } from './pages-ahead.ts';

/** How long pages may become (bytes of text, unzipped). */
export interface PageBounds {
  /** What the limits of pages aim at. */
  readonly usualBytes: number;
  /** A longer page is given up, and asked for in parts. */
  readonly mostBytes: number;
  /** The same of a page that has no parts: of one object, or of a list that is asked for in one answer. */
  readonly singleBytes: number;
}

/**
 * Pages of 500 objects of up to 32 KiB stay as they are: pods of 14 KB come to 7 MiB. Three pages are held at once, each as
 * text, as objects or as rows.
 */
export const pageBounds: PageBounds = {
  usualBytes: 16 * 1024 ** 2,
  mostBytes: 32 * 1024 ** 2,
  singleBytes: maxTextBytes,
};

/** A page that is too long is asked for again with so much smaller a limit. */
const tooLongShare = 8;

/** The limit grows so much at most from one page to the next: a few small objects say little of those behind them. */
const growth = 2;

/**
 * The `limit` of a page.
 * @param fitting objects that fit a page, as far as is known; infinite where nothing is
 * @param most the limit where objects are small; 0 asks for all at once
 */
export function pageLimit(fitting: number, most: number): number {
  return most === 0 ? 0 : Math.max(1, Math.min(most, Math.floor(fitting)));
}

/** Objects that fit a page after one that goes on came with this limit: as many as it had, where they weigh the same. */
export function fittingAfter(fitting: number, page: { limit: number; byteCount: number }, usualBytes: number): number {
  return Math.min(growth * fitting, (page.limit * usualBytes) / Math.max(1, page.byteCount));
}

/** The same after a page of this limit was too long. */
export function fittingAfterTooLong(limit: number): number {
  return limit / tooLongShare;
}

/**
 * How many objects each page of a scope asks for: as many as its lists have shown to fit. Forms of objects weigh differently,
 * so each has its own measure.
 */
export class PageLimits {
  readonly #bounds: PageBounds;
  readonly #fitting = new Map<Representation, number>();

  constructor(bounds: PageBounds = pageBounds) {
    this.#bounds = bounds;
  }

  /**
   * Asks for a page until it is short enough: from `most` objects down to one, a few requests.
   * @param most see `pageLimit`
   * @throws what `ask` throws; `too-long` where there is nothing smaller to ask for
   */
  async fetch<Page extends PageStart>(
    { form, most }: { readonly form: Representation; readonly most: number },
    ask: (size: Pick<PagePosition, 'limit' | 'maxBytes'>) => Promise<Page>,
  ): Promise<Page> {
    const { usualBytes, mostBytes, singleBytes } = this.#bounds;
    for (;;) {
      const fitting = this.#fitting.get(form) ?? Number.POSITIVE_INFINITY;
      const limit = pageLimit(fitting, most);
      try {
        const page = await ask({ limit, maxBytes: limit > 1 ? mostBytes : singleBytes });
        // Where the list ends, or the limit is ignored, it is not known how many objects came.
        if (page.continueToken !== '' && limit > 0)
          this.#fitting.set(form, fittingAfter(fitting, { limit, byteCount: page.byteCount }, usualBytes));
        return page;
      } catch (error) {
        if (!(error instanceof RequestFailed) || error.failure.class !== 'too-long') throw error;
        if (limit <= 1) throw unpaged(error, limit);
        this.#fitting.set(form, fittingAfterTooLong(limit));
      }
    }
  }
}

function unpaged({ failure }: RequestFailed, limit: number): RequestFailed {
  const what = limit === 1 ? 'limit=1: one object is so long, or the server ignores the limit' : 'all objects in it';
  return new RequestFailed({ ...failure, message: `${failure.message} with ${what}` });
}
