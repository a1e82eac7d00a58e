import type { Worker } from 'node:worker_threads';
import { messageOf } from '../../errors/navi-error.ts';
import { failure, RequestFailed } from '../../kube/failure.ts';
import type { DerivedPage, PageWork } from './derive-page.ts';
import type { PageAnswer, PageRequest } from './page-thread.ts';
import type { PageStart } from './pages-ahead.ts';

/** A page that the thread has. Both promises fail with a RequestFailed. */
export interface DerivingPage {
  readonly start: Promise<PageStart>;
  readonly page: Promise<DerivedPage>;
}

interface Waiting {
  readonly start: PromiseWithResolvers<PageStart>;
  readonly page: PromiseWithResolvers<DerivedPage>;
}

/** One thread that reads pages, with the pages that it has not answered: where it ends, these fail. */
export class PageThreadHandle {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #id = 0;

  /**
   * @param onIdle told after each answer that leaves it without a page
   * @param onEnd told once, when the thread has ended
   */
  constructor(worker: Worker, onIdle: () => void, onEnd: () => void) {
    this.#worker = worker;
    // A process that ends does not wait for it.
    worker.unref();
    let cause: unknown;
    const note = (error: unknown): void => {
      cause = error;
    };
    worker.on('message', (answer: PageAnswer) => {
      this.#answered(answer);
      if (this.isIdle) onIdle();
    });
    worker.on('error', note);
    // What it says cannot be understood: nobody knows which page that was.
    worker.on('messageerror', (error) => {
      note(error);
      void worker.terminate();
    });
    worker.on('exit', () => {
      onEnd();
      this.#failAll(cause);
    });
  }

  /** True where every page was answered. */
  get isIdle(): boolean {
    return this.#waiting.size === 0;
  }

  /** Gives it a page, whose bytes are the thread's from then on. */
  derive(work: PageWork): DerivingPage {
    const id = (this.#id += 1);
    const request: PageRequest = { id, work };
    this.#worker.postMessage(request, transferable(work.answer.bytes));
    const waiting = { start: Promise.withResolvers<PageStart>(), page: Promise.withResolvers<DerivedPage>() };
    this.#waiting.set(id, waiting);
    const { promise: start } = waiting.start;
    const { promise: page } = waiting.page;
    // Who asks for them is told; perhaps nobody does.
    for (const promise of [start, page]) promise.catch(() => undefined);
    return { start, page };
  }

  /** Ends it. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #answered(answer: PageAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    if ('start' in answer) {
      waiting?.start.resolve(answer.start);
      return;
    }
    this.#waiting.delete(answer.id);
    if ('page' in answer) waiting?.page.resolve(answer.page);
    else fail(waiting, new RequestFailed(answer.failure));
  }

  #failAll(cause: unknown): void {
    const why = cause === undefined ? '' : ` (${messageOf(cause)})`;
    const ended = failure('malformed', `a page could not be read: the thread that reads pages ended${why}`);
    for (const waiting of this.#waiting.values()) fail(waiting, new RequestFailed(ended, cause));
    this.#waiting.clear();
  }
}

function fail(waiting: Waiting | undefined, error: RequestFailed): void {
  waiting?.page.reject(error);
  waiting?.start.reject(error);
}

/** The memory of bytes that are all of it. */
function transferable({ buffer, byteLength }: Uint8Array): ArrayBuffer[] {
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
}
