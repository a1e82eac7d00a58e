import type { Worker } from 'node:worker_threads';
import type { ObjectRecord } from '../../store/object-record.ts';
import { unpackText } from '../../store/state-blob.ts';
import type { Clock } from '../../util/clock.ts';
import { recordSource } from '../object-source.ts';
import type { DerivedObject, PageWork } from './derive-page.ts';
import { PageThreadHandle } from './page-thread-handle.ts';
import type { PageAhead } from './pages-ahead.ts';
import type { ListedObject, ReadPage } from './read-page.ts';

/** A shorter page (bytes, as it travels) is read before another thread has taken it. */
const usualMinBytes = 32 * 1024;

/** Without a page for so long (ms) the thread ends, and with it the memory that it took. */
const idleMs = 5_000;

/**
 * Reads pages of lists on a thread of its own, one after the other: unzipping, parsing and deriving take as long as writing
 * them, which goes on meanwhile. The thread runs while there are pages. (A process of its own would give back more memory,
 * and a first sync takes 40 % longer with it: a page has to go through a pipe.)
 */
export class PageDeriver {
  /** Shorter pages (bytes, as they travel) are not worth the way. */
  readonly minBytes: number;
  readonly #clock: Clock;
  readonly #makeThread: () => Worker;
  #thread: PageThreadHandle | undefined;
  #isClosed = false;
  #cancelEnd: () => void = () => undefined;

  /** @param makeThread makes a thread of `page-thread.ts`; may throw where the system grants none */
  constructor(clock: Clock, makeThread: () => Worker, minBytes = usualMinBytes) {
    this.minBytes = minBytes;
    this.#clock = clock;
    this.#makeThread = makeThread;
  }

  /**
   * Derives everything of a page, whose bytes are the thread's from then on; undefined where there is no thread to be had.
   * Resolves once it is known where the list goes on.
   * @throws RequestFailed
   */
  async derive(work: PageWork): Promise<PageAhead<ReadPage> | undefined> {
    this.#cancelEnd();
    const deriving = this.#running()?.derive(work);
    if (deriving === undefined) return undefined;
    const page = deriving.page.then((derived) => ({ ...derived, objects: derived.objects.map(listedObject) }));
    page.catch(() => undefined);
    return { ...(await deriving.start), page };
  }

  /** Whether there is a thread now. */
  get isRunning(): boolean {
    return this.#thread !== undefined;
  }

  /** Ends the thread for good; pages that wait fail. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#end();
  }

  async #end(): Promise<void> {
    this.#cancelEnd();
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.end();
  }

  #running(): PageThreadHandle | undefined {
    if (this.#thread !== undefined || this.#isClosed) return this.#thread;
    let worker: Worker;
    try {
      worker = this.#makeThread();
    } catch {
      // As with a limit of processes that is reached: what calls for a page has it read another way.
      return undefined;
    }
    const thread: PageThreadHandle = new PageThreadHandle(
      worker,
      () => {
        if (this.#thread !== thread) return;
        this.#cancelEnd();
        this.#cancelEnd = this.#clock.after(idleMs, () => void this.#end());
      },
      () => {
        if (this.#thread === thread) this.#thread = undefined;
      },
    );
    this.#thread = thread;
    return thread;
  }
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
