import { Worker } from 'node:worker_threads';
import { messageOf } from '../../errors/navi-error.ts';
import { failure, RequestFailed } from '../../kube/failure.ts';
import type { ObjectRecord } from '../../store/object-record.ts';
import { unpackText } from '../../store/state-blob.ts';
import type { Clock } from '../../util/clock.ts';
import { recordSource } from '../object-source.ts';
import type { DerivedObject, DerivedPage, PageWork } from './derive-page.ts';
import type { PageAnswer, PageRequest } from './page-thread.ts';
import type { PageAhead } from './pages-ahead.ts';
import type { ListedObject, ReadPage } from './read-page.ts';

/** A shorter page (bytes, as it travels) is read before another thread has taken it. */
const usualMinBytes = 32 * 1024;

/** Without a page for so long (ms) the thread ends, and with it the memory that it took. */
const idleMs = 5_000;

interface Waiting {
  readonly continueToken: PromiseWithResolvers<string>;
  readonly page: PromiseWithResolvers<DerivedPage>;
}

/**
 * Reads pages of lists on a thread of its own, one after the other: unzipping, parsing and deriving take as long as writing
 * them, which goes on meanwhile. The thread runs while there are pages. (A process of its own would give back more memory,
 * and takes a third longer: a page has to go through a pipe.)
 */
export class PageDeriver {
  /** Shorter pages (bytes, as they travel) are not worth the way. */
  readonly minBytes: number;
  readonly #clock: Clock;
  readonly #program: URL;
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | undefined;
  #cancelEnd: () => void = () => undefined;
  #id = 0;

  /** @param program the module of the thread, `page-thread.ts` */
  constructor(clock: Clock, program: URL, minBytes = usualMinBytes) {
    this.minBytes = minBytes;
    this.#clock = clock;
    this.#program = program;
  }

  /** Derives everything of a page, whose bytes are the thread's from then on. Resolves once it is known where the list goes on. @throws RequestFailed */
  async derive(work: PageWork): Promise<PageAhead<ReadPage>> {
    this.#cancelEnd();
    this.#id += 1;
    const request: PageRequest = { id: this.#id, work };
    const waiting = { continueToken: Promise.withResolvers<string>(), page: Promise.withResolvers<DerivedPage>() };
    this.#waiting.set(request.id, waiting);
    this.#running().postMessage(request, transferable(work.answer.bytes));
    const page = waiting.page.promise.then((derived) => ({ ...derived, objects: derived.objects.map(listedObject) }));
    // Who asks for it is told; perhaps nobody does.
    page.catch(() => undefined);
    return { continueToken: await waiting.continueToken.promise, page };
  }

  /** Whether there is a thread now. */
  get isRunning(): boolean {
    return this.#thread !== undefined;
  }

  /** Ends the thread; pages that wait fail. */
  async close(): Promise<void> {
    this.#cancelEnd();
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.terminate();
  }

  #running(): Worker {
    if (this.#thread !== undefined) return this.#thread;
    const thread = new Worker(this.#program);
    this.#thread = thread;
    // A process that ends does not wait for it.
    thread.unref();
    thread.on('message', (answer: PageAnswer) => this.#answered(answer));
    let why = 'it was ended';
    thread.on('error', (error) => {
      why = messageOf(error);
    });
    thread.on('exit', () => this.#ended(thread, why));
    return thread;
  }

  #answered(answer: PageAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    if ('continueToken' in answer) {
      waiting?.continueToken.resolve(answer.continueToken);
      return;
    }
    this.#waiting.delete(answer.id);
    if ('page' in answer) waiting?.page.resolve(answer.page);
    else fail(waiting, new RequestFailed(answer.failure));
    if (this.#waiting.size === 0) this.#cancelEnd = this.#clock.after(idleMs, () => void this.close());
  }

  #ended(thread: Worker, why: string): void {
    // Another one may be at work already.
    if (this.#thread !== undefined && this.#thread !== thread) return;
    this.#thread = undefined;
    const left = [...this.#waiting.values()];
    this.#waiting.clear();
    const ended = failure('malformed', `a page could not be read: the thread that reads pages ended (${why})`);
    for (const waiting of left) fail(waiting, new RequestFailed(ended));
  }
}

function fail(waiting: Waiting | undefined, error: RequestFailed): void {
  waiting?.page.reject(error);
  waiting?.continueToken.reject(error);
}

function listedObject({ metadata, record }: DerivedObject): ListedObject {
  const whole = withManagedFields(record);
  return { metadata, source: () => recordSource(metadata, () => whole) };
}

/** They are unpacked where a stored state is compared with them, which a first list never does. */
function withManagedFields(record: DerivedObject['record']): ObjectRecord {
  const { packedManagedFields: packed } = record;
  return {
    ...record,
    get managedFields() {
      return packed === undefined ? '' : unpackText(packed);
    },
  };
}

/** The memory of bytes that are all of it. */
function transferable({ buffer, byteLength }: Uint8Array): ArrayBuffer[] {
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
}
