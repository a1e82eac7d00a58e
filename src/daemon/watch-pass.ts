import type { PrinterColumn } from '../core/printer-column.ts';
import { previousResourceVersion } from '../core/resource-version.ts';
import { failure, RequestFailed } from '../kube/failure.ts';
import { fetchColumns, type ListTarget } from '../kube/list-page.ts';
import { storedRepresentation } from '../kube/representation.ts';
import type { Transport } from '../kube/transport.ts';
import { openWatch, type WatchEvent } from '../kube/watch-stream.ts';
import { delay, type Clock } from '../util/clock.ts';
import type { ChangeBatcher } from './change-batcher.ts';
import { beating, identified, type ClusterCheck } from './cluster-check.ts';
import type { ScopeMeter } from './mirror-meters.ts';
import type { TypeRecipe } from './object-source.ts';
import type { PathLife } from './path-life.ts';
import type { ReflectedScope } from './reflector.ts';
import { isSamePrinting } from './server-printing.ts';
import { sharesRevisions } from './shared-revisions.ts';
import { socketsRead, type StreamBacklog } from './stream-backlog.ts';
import { StreamWatchdog } from './stream-watchdog.ts';

/** Bounds of the server timeout that a watch asks for (s); drawn at random so that scopes do not reconnect together. */
const minTimeoutSeconds = 240;
const maxTimeoutSeconds = 480;

/** Grace after the server timeout before the stream is cut from this side (ms). */
const overtimeMs = 30_000;

/** A cache replays its backlog within milliseconds of the headers; core events come from etcd and take longer (ms). */
const cachedBacklogMs = 500;
const uncachedBacklogMs = 5_000;

/** How long after its headers a watch of a type (`plural.group`) has sent what it was opened for (ms). */
export function backlogMs(type: string): number {
  return type === 'events' ? uncachedBacklogMs : cachedBacklogMs;
}

/** What one watch needs. */
export interface WatchPassOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: () => number;
  readonly check: ClusterCheck;
  readonly batcher: ChangeBatcher;
  readonly meter: ScopeMeter;
  /** Told what of the stream is taken. */
  readonly backlog: StreamBacklog;
  readonly scope: ReflectedScope;
  readonly pathLife: PathLife;
  readonly recipe: TypeRecipe;
  readonly resumePoint: string;
  readonly signal: AbortSignal;
  /** Since when the cluster has answered each check; null where it did not answer the last. */
  readonly answersSinceMs: () => number | null;
  /** Told the clock reading at which the headers were there. */
  readonly onOpened: (openedAt: number) => void;
  /** Asked then: a watch that follows the clean end of a proven one is proven by the next heartbeat. */
  readonly needsProof: () => boolean;
  /** Told whether events wait for the cluster to be identified. */
  readonly onHeld: (isHeld: boolean) => void;
  /** Told once the rows are proven to be the server's at `provenAtMs` (epoch ms). */
  readonly onConfirmed: (provenAtMs: number) => void;
}

/** How a watch ended. `error` is undefined for a clean end. */
export interface WatchEnd {
  readonly livedMs: number;
  readonly eventCount: number;
  readonly error?: unknown;
}

/**
 * Runs one watch from its resume point until it ends, feeding the batcher. No event is queued before the cluster has
 * been identified by a check that began after the stream was open: behind the same address may be another cluster.
 * Resolves undefined when `signal` aborted.
 */
export async function runWatchPass(options: WatchPassOptions): Promise<WatchEnd | undefined> {
  const { clock, signal } = options;
  const watch = new WatchPass(options);
  const startedAt = clock.monotonic();
  let error: unknown;
  try {
    await watch.run();
  } catch (thrown) {
    error = thrown;
  } finally {
    watch.end();
  }
  if (signal.aborted) return undefined;
  if (watch.isCutOff) error = options.answersSinceMs() !== null ? undefined : deadPath();
  const livedMs = clock.monotonic() - (watch.openedAt ?? startedAt);
  return { livedMs, eventCount: watch.isCutOff ? 1 : watch.eventCount, ...(error === undefined ? {} : { error }) };
}

/**
 * A stream that was cut for its silence where the cluster does not answer either. Where it does, such silence is no fault:
 * a quiet type may have nothing to tell, and it is as if the server had ended the stream.
 */
function deadPath(): RequestFailed {
  return new RequestFailed(failure('transport', 'the watch is silent, and the cluster does not answer'));
}

/** Where a watch begins. */
function startOf(type: TypeRecipe['type'], resumePoint: string): string {
  return sharesRevisions(type) ? previousResourceVersion(resumePoint) : resumePoint;
}

class WatchPass {
  openedAt: number | undefined;
  eventCount = 0;
  isCutOff = false;
  readonly #options: WatchPassOptions;
  readonly #abort = new AbortController();
  readonly #onAbort = (): void => this.#abort.abort();
  #pendingBytes = 0;
  #watchdog: StreamWatchdog | undefined;

  constructor(options: WatchPassOptions) {
    this.#options = options;
    if (options.signal.aborted) this.#abort.abort();
    options.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  async run(): Promise<void> {
    const { pathLife, transport, clock, random, meter, recipe, scope, resumePoint } = this.#options;
    const { backlog, onOpened, needsProof } = this.#options;
    const timeoutSeconds = Math.min(
      Math.round(minTimeoutSeconds + random() * (maxTimeoutSeconds - minTimeoutSeconds)),
      Math.floor((pathLife.longestMs ?? Number.POSITIVE_INFINITY) / 1_000),
    );
    const representation = recipe.printing?.form === 'table' ? 'table' : storedRepresentation(recipe.type);
    const target = { type: recipe.type, namespace: scope.namespace, representation } as const;
    if (representation === 'table') await this.#askColumns(target);
    const stream = await openWatch(transport, target, {
      resourceVersion: startOf(recipe.type, resumePoint),
      timeoutSeconds,
      signal: this.#abort.signal,
      onBytes: (bytes) => {
        transport.counts.bytesReceived += bytes;
        meter.received(bytes);
        backlog.received();
        this.#pendingBytes += bytes;
        this.#watchdog?.heard();
      },
    });
    const openedAt = clock.monotonic();
    this.openedAt = openedAt;
    this.#watchdog = new StreamWatchdog(clock, openedAt + timeoutSeconds * 1_000 + overtimeMs, () => {
      this.isCutOff = true;
      this.#abort.abort();
    });
    onOpened(openedAt);
    backlog.taken();
    if (needsProof()) void this.#prove(openedAt);
    for await (const events of stream) {
      await this.#take(events, openedAt);
      backlog.taken();
    }
  }

  end(): void {
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    this.#watchdog?.end();
    this.#abort.abort();
  }

  /** A server that was replaced while no stream was open tells of other columns only with its next event. */
  async #askColumns(target: ListTarget): Promise<void> {
    this.#compareColumns(await fetchColumns(this.#options.transport, target, this.#abort.signal));
  }

  /** Cells of other columns cannot stand beside the stored ones: the type is listed again, in its new shape. */
  #compareColumns(columns: readonly PrinterColumn[] | undefined): void {
    const { printing } = this.#options.recipe;
    if (printing === undefined) return;
    if (columns === undefined || !isSamePrinting(printing, { form: 'table', columns })) {
      throw new RequestFailed(failure('expired', 'the server prints other columns'));
    }
  }

  async #take(events: readonly WatchEvent[], openedAt: number): Promise<void> {
    const { clock } = this.#options;
    const receivedAt = clock.monotonic();
    const bytes = this.#pendingBytes;
    this.#pendingBytes = 0;
    this.eventCount += events.length;
    for (const { columns } of events) if (columns !== undefined) this.#compareColumns(columns);
    if (events.some((event) => event.kind === 'bookmark')) this.#watchdog?.heardBookmark();
    if (await this.#isIdentified(events, openedAt)) await this.#queue(events, bytes / events.length, receivedAt);
  }

  /** Adds events as fast as they can be written. */
  async #queue(events: readonly WatchEvent[], eventBytes: number, receivedAt: number): Promise<void> {
    const { batcher, scope } = this.#options;
    for (let start = 0; start < events.length;) {
      await batcher.ready();
      // After an abort nothing may be queued: what came before it may have been lost.
      if (this.#abort.signal.aborted) return;
      const part = events.slice(start, start + batcher.mostEvents);
      batcher.add(scope.scopeId, part, eventBytes * part.length, receivedAt);
      start += part.length;
    }
  }

  /** Bookmarks alone do not pay for a check of their own: until one has passed they are left out. */
  async #isIdentified(events: readonly WatchEvent[], openedAt: number): Promise<boolean> {
    const { check, onHeld } = this.#options;
    if (check.identifiedSince(openedAt)) return true;
    if (events.every((event) => event.kind === 'bookmark')) return false;
    onHeld(true);
    const result = await check.since(openedAt);
    if (this.#abort.signal.aborted) return false;
    onHeld(false);
    if (!identified(result)) throw new RequestFailed(failure('transport', 'the cluster could not be identified'));
    return true;
  }

  /** Proves that the stream has caught up: a heartbeat that began after it was open, and time for its backlog. */
  async #prove(openedAt: number): Promise<void> {
    const { check, clock, scope, backlog, onConfirmed } = this.#options;
    const [result] = await Promise.all([
      check.since(openedAt),
      delay(clock, backlogMs(scope.name), this.#abort.signal),
    ]);
    if (!identified(result) || !beating(result)) return;
    // What came within that time is not read yet where the machine is busy.
    await socketsRead();
    await backlog.emptySince(clock.monotonic());
    if (!this.#abort.signal.aborted) onConfirmed(result.startedAtMs);
  }
}
