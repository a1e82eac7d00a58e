import type { Clock } from '../util/clock.ts';
import { ApiRefusal, expired } from './api-status.ts';
import type { ClusterState } from './cluster-state.ts';
import type { EventEditor, WireEvent } from './fault.ts';
import { goJson, rememberedGoJson } from './go-json.ts';
import { servingRevision, waitForRevision } from './list-page.ts';
import type { ListOptions } from './list-options.ts';
import { toServed } from './object-shape.ts';
import type { Reply } from './reply.ts';
import type { StoredEvent } from './stored-event.ts';
import { inScope, selectEvent, type EventForm, type WatchScope } from './watch-events.ts';

/** Everything one watch needs. */
export interface WatchRequest {
  readonly state: ClusterState;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly random: () => number;
  readonly scope: WatchScope;
  readonly options: ListOptions;
  readonly form: EventForm;
  readonly reply: Reply;
  readonly editor: EventEditor | undefined;
  /** The server drops a watcher that leaves more than this untaken. */
  readonly backlogLimitBytes: number;
}

const bookmarkIntervalMs = 60_000;

/** The last bookmark comes this long before the deadline. */
const lastBookmarkMs = 2000;

/** Without timeoutSeconds the server ends a watch after one to two times this. */
const shortestWatchMs = 1_800_000;

/**
 * One open watch: what went before, as asked for, then every event in order, bookmarks, and the end. Bookmarks and events
 * up to the revision that the stream began with or was replayed to are never sent, so that a resource version from the
 * future is answered with silence, as a real server does.
 */
export class WatchSession {
  readonly #request: WatchRequest;
  readonly #cancels: (() => void)[] = [];
  #threshold = 0;
  #waiting: StoredEvent[] | undefined = [];
  #deadlineMs = 0;
  /** Untaken bytes of what the stream began with. */
  #initialBytes = 0;
  #ended = false;

  constructor(request: WatchRequest) {
    this.#request = request;
  }

  /** Sends the headers and all that is known, and goes on until the deadline, an error or the client's end. */
  async start(): Promise<void> {
    const { state, clock, scope, reply, options } = this.#request;
    reply.openStream();
    reply.onClose(() => this.#stop());
    if ((options.timeoutSeconds ?? 0) < 0) {
      this.#end();
      return;
    }
    const lifeMs = (options.timeoutSeconds ?? 0) * 1000 || shortestWatchMs * (1 + this.#request.random());
    this.#deadlineMs = clock.now() + lifeMs;
    this.#cancels.push(clock.after(lifeMs, () => this.#end()));
    const source = state.watchSource(scope.type);
    const unsubscribe = source.subscribe({
      onEvent: (event) => this.#take(event),
      onEnd: (how) => (how === 'end' ? this.#end() : this.#reset()),
    });
    this.#cancels.push(unsubscribe);
    try {
      await this.#begin();
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      this.#write({ type: 'ERROR', object: error.status });
      this.#end();
      return;
    }
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    this.#initialBytes = reply.backlogBytes;
    for (const event of waiting) this.#take(event);
    this.#scheduleBookmark();
  }

  async #begin(): Promise<void> {
    const { options } = this.#request;
    const wanted = Number(options.resourceVersion);
    const unset = options.resourceVersion === '' || wanted === 0;
    if (options.sendInitialEvents === true) await this.#sendInitialEvents(wanted);
    else if (!unset) this.#resume(wanted);
    else if (options.sendInitialEvents === undefined) this.#sendState();
    else this.#threshold = this.#freshRevision();
  }

  /** A WatchList: consistent with etcd unless it names a revision; its marker only comes with bookmarks allowed. */
  async #sendInitialEvents(wanted: number): Promise<void> {
    const { state, clock, scope, options } = this.#request;
    if (options.resourceVersion === '') this.#freshRevision();
    else await waitForRevision(state, clock, scope.type, wanted);
    this.#sendState();
    if (options.allowWatchBookmarks) this.#send(this.#request.form.bookmark(this.#threshold, true));
  }

  /** The current state as ADDED events in key order, each with its own resourceVersion. */
  #sendState(): void {
    const { state, scope, form } = this.#request;
    const cache = state.cacheOf(scope.type);
    const table = cache?.table ?? state.store.table(scope.type.storage);
    this.#threshold = servingRevision(state, scope.type);
    for (const [key, stored] of table.range('')) {
      const object = toServed(scope.type, stored);
      if (inScope(scope, key) && scope.selection.matches(object)) this.#send(form.event('ADDED', object));
    }
  }

  /** Replays what came after a revision. @throws ApiRefusal 410 */
  #resume(wanted: number): void {
    const { state, scope } = this.#request;
    const cache = state.cacheOf(scope.type);
    const missed = cache === undefined ? this.#etcdEventsAfter(wanted) : cache.eventsAfter(wanted);
    if (missed === undefined) {
      throw expired(`too old resource version: ${wanted} (${cache?.oldestResumeRevision ?? 0})`);
    }
    this.#threshold = wanted;
    for (const event of missed) this.#sendEvent(event);
    this.#threshold = Math.max(wanted, missed.at(-1)?.revision ?? 0);
  }

  #etcdEventsAfter(wanted: number): readonly StoredEvent[] {
    const { store } = this.#request.state;
    if (wanted + 1 < store.compactedRevision) {
      throw expired('The resourceVersion for the provided watch is too old.');
    }
    return store.eventsAfter(this.#request.scope.type.storage, wanted);
  }

  #freshRevision(): number {
    const { state, scope } = this.#request;
    state.cacheOf(scope.type)?.progress();
    return servingRevision(state, scope.type);
  }

  #take(event: StoredEvent): void {
    if (this.#ended) return;
    if (this.#waiting !== undefined) this.#waiting.push(event);
    else if (event.revision > this.#threshold) this.#sendEvent(event);
  }

  #sendEvent(event: StoredEvent): void {
    const selected = selectEvent(this.#request.scope, event);
    if (selected !== undefined) this.#send(this.#request.form.event(selected.type, selected.object));
  }

  #scheduleBookmark(): void {
    const { clock, options, state, scope } = this.#request;
    if (!options.allowWatchBookmarks || !scope.type.watchCached) return;
    const nowMs = clock.now();
    const lastMs = this.#deadlineMs - lastBookmarkMs;
    const nextMs = lastMs > nowMs ? Math.min(lastMs, nowMs + bookmarkIntervalMs) : nowMs + bookmarkIntervalMs;
    const cancel = clock.after(nextMs - nowMs, () => {
      const revision = servingRevision(state, scope.type);
      if (revision > this.#threshold) this.#send(this.#request.form.bookmark(revision, false));
      this.#scheduleBookmark();
    });
    this.#cancels.push(cancel);
  }

  #send(event: WireEvent | undefined): void {
    if (this.#ended) return;
    const { editor, reply } = this.#request;
    if (event === undefined || this.#isTooFarBehind()) {
      this.#end();
      return;
    }
    for (const part of editor === undefined ? [event] : editor(event)) {
      if (typeof part === 'string') reply.writeText(part);
      else this.#write(part);
    }
  }

  /** A real server sends what a stream begins with however slowly it is taken: only what comes later counts. */
  #isTooFarBehind(): boolean {
    if (this.#waiting !== undefined) return false;
    const { reply, backlogLimitBytes } = this.#request;
    this.#initialBytes = Math.min(this.#initialBytes, reply.backlogBytes);
    return reply.backlogBytes - this.#initialBytes > backlogLimitBytes;
  }

  #write(event: WireEvent): void {
    if (this.#ended) return;
    this.#request.reply.writeText(`{"type":${goJson(event.type)},"object":${rememberedGoJson(event.object)}}\n`);
  }

  #end(): void {
    if (this.#ended) return;
    this.#stop();
    this.#request.reply.end();
  }

  #reset(): void {
    if (this.#ended) return;
    this.#stop();
    this.#request.reply.reset();
  }

  #stop(): void {
    this.#ended = true;
    for (const cancel of this.#cancels) cancel();
    this.#cancels.length = 0;
  }
}
