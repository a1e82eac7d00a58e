import type { KubeObject } from '../core/kube-object.ts';
import { RequestFailed, type FailureClass } from '../kube/failure.ts';
import type { ListTarget } from '../kube/list-page.ts';
import type { Transport } from '../kube/transport.ts';
import { openStreamingList, type WatchEvent } from '../kube/watch-stream.ts';
import type { Clock } from '../util/clock.ts';

/** After which the server ends the stream by itself (s): a list of any size is through by then. */
const timeoutSeconds = 300;

/** A server that sends objects and then nothing for so long does not know of the end marker (ms). */
const markerWaitMs = 30_000;

/** Objects written in one transaction: as many as a page has. */
const objectsAtOnce = 500;

/** One step of a streaming list. */
export type StreamedStep =
  | { readonly kind: 'objects'; readonly objects: readonly KubeObject[] }
  /** An object that the stream named before was deleted. */
  | { readonly kind: 'deletion'; readonly object: KubeObject; readonly resourceVersion: string }
  /** The list is complete and of this resourceVersion. */
  | { readonly kind: 'end'; readonly resourceVersion: string };

/** Why a streaming list ended early. */
export type StreamFault =
  /** It broke: another may fare better. */
  | 'cut'
  /** The server streams no list of this scope, or of any. */
  | 'ignored'
  | 'refused';

/** A streaming list that ended before it was complete. */
export class ListStreamEnded extends Error {
  readonly fault: StreamFault;

  constructor(fault: StreamFault, message: string) {
    super(message);
    this.name = 'ListStreamEnded';
    this.fault = fault;
  }
}

/** What a streaming list works with. */
export interface StreamedListOptions {
  readonly transport: Transport;
  readonly target: ListTarget;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told the bytes of the body as they come. */
  readonly onReceived: (byteCount: number) => void;
}

/**
 * A list that comes as a watch, up to the bookmark that ends it; the connection is closed there, since the watch of the
 * scope is opened as after any other list.
 * @throws ListStreamEnded where pages are to be tried, RequestFailed where they would fare no better.
 */
export async function* streamList(options: StreamedListOptions): AsyncGenerator<StreamedStep> {
  const { transport, target, clock, signal, onReceived } = options;
  const abort = new AbortController();
  const silence = new Silence(clock, () => abort.abort());
  try {
    const stream = await openStreamingList(transport, target, {
      timeoutSeconds,
      signal: AbortSignal.any([signal, abort.signal]),
      onBytes: (bytes) => {
        transport.counts.bytesReceived += bytes;
        onReceived(bytes);
        silence.heard();
      },
    });
    silence.heard();
    const gathered: KubeObject[] = [];
    for await (const events of stream) {
      const steps = [...stepsOf(events, gathered)];
      yield* steps;
      if (steps.at(-1)?.kind === 'end') return;
      // While what came is written nothing can be heard.
      silence.heard();
    }
    throw new ListStreamEnded('cut', 'the streaming list ended before its end marker');
  } catch (error) {
    if (signal.aborted) throw error;
    throw streamError(error, silence.isOver);
  } finally {
    silence.end();
    abort.abort();
  }
}

/** Tells when nothing came for too long. */
class Silence {
  isOver = false;
  readonly #clock: Clock;
  readonly #onOver: () => void;
  #cancel: () => void = () => undefined;

  constructor(clock: Clock, onOver: () => void) {
    this.#clock = clock;
    this.#onOver = onOver;
  }

  heard(): void {
    this.#cancel();
    this.#cancel = this.#clock.after(markerWaitMs, () => {
      this.isOver = true;
      this.#onOver();
    });
  }

  end(): void {
    this.#cancel();
  }
}

/**
 * The steps that events make. Objects are gathered over several calls: each step of them is one transaction. Bookmarks
 * before the last mean nothing here.
 */
function* stepsOf(events: readonly WatchEvent[], gathered: KubeObject[]): Generator<StreamedStep> {
  for (const event of events) {
    if (event.kind === 'apply') gathered.push(event.object);
    const { kind, resourceVersion } = event;
    const isStep = kind === 'delete' || (kind === 'bookmark' && event.endsList === true);
    const isFull = gathered.length >= objectsAtOnce;
    if (gathered.length > 0 && (isStep || isFull)) yield { kind: 'objects', objects: gathered.splice(0) };
    if (!isStep) continue;
    if (kind === 'delete') {
      yield { kind: 'deletion', object: event.object, resourceVersion };
      continue;
    }
    yield { kind: 'end', resourceVersion };
    return;
  }
}

function streamError(error: unknown, isSilent: boolean): unknown {
  if (isSilent) return new ListStreamEnded('ignored', 'the streaming list had no end marker');
  if (!(error instanceof RequestFailed)) return error;
  const { class: failureClass, message, status } = error.failure;
  if (status === 422 || message.includes('RequestWatchProgress')) return new ListStreamEnded('refused', message);
  if (brokenClasses.has(failureClass)) return new ListStreamEnded('cut', message);
  return refusalClasses.has(failureClass) ? new ListStreamEnded('ignored', message) : error;
}

/** What another stream may fare better after, and what a server that streams no list of a type answers. */
const brokenClasses: ReadonlySet<FailureClass> = new Set(['transport', 'malformed', 'expired', 'ahead', 'server']);
const refusalClasses: ReadonlySet<FailureClass> = new Set([
  'forbidden',
  'not-allowed',
  'not-acceptable',
  'version-refused',
]);
