/** What is known of a page before it is read. */
export interface PageStart {
  /** Of the page behind it, empty where it is the last. */
  readonly continueToken: string;
  /** Of its text, unzipped. */
  readonly byteCount: number;
}

/** A page on its way. */
export interface PageAhead<Page> extends PageStart {
  readonly page: Promise<Page>;
}

/** Pages on their way while one is stored: one travels and one is read. */
const aheadCount = 2;

/** The pages of a list behind the first, in order, some of them under way before they are asked for. */
export class PagesAhead<Page> {
  readonly #fetch: (continueToken: string) => Promise<PageAhead<Page>>;
  readonly #underWay: Promise<Page>[] = [];
  /** Of the page to fetch next; undefined while that is not known, empty behind the last one. */
  #continueToken: string | undefined;

  /** @param fetch called for one page at a time, the next one as soon as it resolves. */
  constructor(fetch: (continueToken: string) => Promise<PageAhead<Page>>, continueToken: string) {
    this.#fetch = fetch;
    this.#continueToken = continueToken;
    this.#goOn();
  }

  /** The next page; undefined behind the last one. @throws what fetching or reading it throws */
  async next(): Promise<Page | undefined> {
    const page = this.#underWay.shift();
    this.#goOn();
    return await page;
  }

  #goOn(): void {
    const token = this.#continueToken;
    if (token === undefined || token === '' || this.#underWay.length >= aheadCount) return;
    this.#continueToken = undefined;
    const fetched = this.#fetch(token).then((ahead) => {
      this.#continueToken = ahead.continueToken;
      this.#goOn();
      return ahead.page;
    });
    // Who asks for it is told; perhaps nobody does.
    fetched.catch(() => undefined);
    this.#underWay.push(fetched);
  }
}
