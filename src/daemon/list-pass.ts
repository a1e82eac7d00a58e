import { laterResourceVersion } from '../core/resource-version.ts';
import type { KubeObject } from '../core/kube-object.ts';
import { failure, RequestFailed } from '../kube/failure.ts';
import { fetchObject, type ListTarget } from '../kube/list-page.ts';
import { storedRepresentation } from '../kube/representation.ts';
import type { Transport } from '../kube/transport.ts';
import type { MirrorWriter } from '../store/mirror-writer.ts';
import type { ScopeTarget } from '../store/object-record.ts';
import type { StoredRow } from '../store/object-writer.ts';
import type { Clock } from '../util/clock.ts';
import type { TokenBucket } from '../util/token-bucket.ts';
import type { WriteTurns } from './write-turns.ts';
import { objectKey, objectRecord, objectSource, type TypeRecipe } from './object-source.ts';
import { isOfOtherHistory } from './other-history.ts';
import type { PageDeriver } from './pages/page-deriver.ts';
import type { PageLimits } from './pages/page-limits.ts';
import { PagesAhead, type PageAhead } from './pages/pages-ahead.ts';
import { listedObjects, readPage, type ListedObject, type ReadPage } from './pages/read-page.ts';
import type { ListPlan } from './reflector-state.ts';
import { isSamePrinting, plainPrinting, printedRecipe, withPrinting, type ServerPrinting } from './server-printing.ts';
import { ListStreamEnded, streamList, type StreamFault } from './streamed-list.ts';
import { isOfUnversionedApi } from './unversioned-list.ts';

/** What a relist pass works on. */
export interface ListPassOptions {
  readonly writer: MirrorWriter;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly scopeId: number;
  readonly namespace: string;
  readonly recipe: TypeRecipe;
  /** Text over all that shapes stored rows, see `planTypes`; the pass adds how the server prints them, where it does. */
  readonly representation: string;
  readonly timeline: number;
  readonly plan: ListPlan;
  readonly watchable: boolean;
  /** Whether the cluster was identified by a check that began at this monotonic time or later. */
  readonly identify: (monotonicMs: number) => Promise<boolean>;
  /** A token is taken for each page, each stream, and each few objects that are fetched at once. */
  readonly pace: TokenBucket;
  readonly turns: WriteTurns;
  /** Of the scope: what its lists before have shown. */
  readonly limits: PageLimits;
  /** Reads large pages; this thread reads all unless given. */
  readonly deriver?: PageDeriver | undefined;
  readonly signal: AbortSignal;
  /** Told the bytes of each page as it comes, as they travelled. */
  readonly onReceived: (byteCount: number) => void;
  /** Told after each committed page: objects in it. */
  readonly onPage: (objectCount: number) => void;
  /**
   * Told before a page is stored that shows another history than that of the rows: aborts the pass, or answers false where
   * that is not believed yet.
   */
  readonly onOtherHistory: () => boolean;
  /** Told the Warning header of the list, null for none. */
  readonly onWarning: (warning: string | null) => void;
}

/** How a relist pass ended; failures are thrown. */
export type ListPassResult =
  | {
      readonly kind: 'listed';
      readonly resourceVersion: string;
      readonly objectCount: number;
      readonly deletedCount: number;
      /** See `applyEvents`. */
      readonly replayedUntil: string;
    }
  | { readonly kind: 'suspicious'; readonly missing: ReadonlySet<string> }
  | { readonly kind: 'mostly-changed' }
  | { readonly kind: 'stream-ended'; readonly fault: StreamFault; readonly message: string };

/** A sweep of more rows than this, and of more than half of them, is confirmed by a second list; so is an empty list over more than five rows. */
const unquestionedDeletions = 20;
const unquestionedEmptying = 5;

/** A second list confirms the first where at most a tenth of the rows are newly missing in it. */
const newlyMissingShare = 10;

/** Metadata-first pays while at most a fifth of the objects changed; below this count it always does. */
const changedShare = 5;
const alwaysFetched = 20;

/** Objects of one transaction: nothing else of the process runs meanwhile. */
const biteCount = 100;

/** Single objects fetched at once. */
const fetchConcurrency = 8;

/**
 * One relist of a scope: pages are upserted as they come, each in a transaction; the end sweeps what the list did not
 * mention and sets the resume point, in one. A pass that breaks off anywhere has swept nothing.
 * @throws RequestFailed from the server; `expired` when pages are of different resourceVersions. NaviError from the store.
 */
export async function runListPass(options: ListPassOptions): Promise<ListPassResult> {
  const ended = new AbortController();
  const pass = new ListPass({ ...options, signal: AbortSignal.any([options.signal, ended.signal]) });
  try {
    return options.plan.streamTries === 0 ? await pass.run() : await pass.runStream();
  } finally {
    // Pages that are on their way are of no use to anybody.
    ended.abort();
  }
}

/** An object as a list by metadata names it. */
interface ListedName {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string | undefined;
}

class ListPass {
  readonly #options: ListPassOptions;
  #target: ListTarget;
  #recipe: TypeRecipe;
  #startedAtMs = 0;
  #resourceVersion = '';
  #objectCount = 0;
  #replayedUntil = '';
  #scope: ScopeTarget | undefined;
  readonly #changed: ListedName[] = [];

  constructor(options: ListPassOptions) {
    this.#options = options;
    const { recipe, plan, namespace } = options;
    this.#recipe = recipe;
    const stored = recipe.printing === undefined ? storedRepresentation(recipe.type) : 'table';
    const metadata = plan.style === 'metadata' && stored === 'full';
    this.#target = { type: recipe.type, namespace, representation: metadata ? 'metadata' : stored };
  }

  async run(): Promise<ListPassResult> {
    const { clock } = this.#options;
    this.#startedAtMs = clock.now();
    const first = await this.#fetchFirst();
    this.#resourceVersion = first.resourceVersion;
    await this.#identify(clock.monotonic());
    this.#check(first);
    const pages = new PagesAhead(async (continueToken) => await this.#fetch(continueToken), first.continueToken);
    for (let page: ReadPage | undefined = first; page !== undefined; page = await pages.next()) {
      this.#compareWithFirst(page);
      await this.#store(page.objects);
    }
    if (this.#isMostlyChanged()) return { kind: 'mostly-changed' };
    await this.#fetchChanged();
    return this.#finish();
  }

  /** As `run`, with a list that comes as a stream. What it brought stays when it ends early, and nothing is swept. */
  async runStream(): Promise<ListPassResult> {
    const { transport, clock, signal, pace, onReceived } = this.#options;
    await pace.take(signal);
    this.#startedAtMs = clock.now();
    try {
      for await (const step of streamList({ transport, target: this.#target, clock, signal, onReceived })) {
        if (this.#scope === undefined) await this.#identify(clock.monotonic());
        if (step.kind === 'deletion') this.#drop(step.object, step.resourceVersion);
        else await this.#store(listedObjects(step.kind === 'objects' ? step.objects : []));
        if (step.kind === 'end') this.#resourceVersion = step.resourceVersion;
      }
    } catch (error) {
      if (!(error instanceof ListStreamEnded)) throw error;
      return { kind: 'stream-ended', fault: error.fault, message: error.message };
    }
    return this.#finish();
  }

  async #fetch(continueToken: string): Promise<PageAhead<ReadPage>> {
    const { transport, deriver, clock, plan, limits, signal, pace, onReceived } = this.#options;
    // What a list is to confirm or to repair, another API server of the cluster may know better.
    const freshConnection = plan.reason === 'confirming-deletions' || plan.reason === 'suspected-drift';
    const position = { continueToken, signal, freshConnection };
    const pages = { form: this.#target.representation, most: plan.pageSize };
    return await limits.fetch(pages, async (size) => {
      await pace.take(signal);
      const asked = { target: this.#target, recipe: this.#recipe, nowMs: clock.now() };
      return await readPage({ transport, deriver, onReceived }, asked, { ...position, ...size });
    });
  }

  /** A server that cannot put whole objects into rows is asked for plain ones, as kubectl 1.36 prints what has no Table. */
  async #fetchFirst(): Promise<ReadPage> {
    try {
      return await (
        await this.#fetch('')
      ).page;
    } catch (error) {
      const isRefused = error instanceof RequestFailed && error.failure.class === 'not-acceptable';
      if (!isRefused || this.#target.representation !== 'table') throw error;
      this.#target = { ...this.#target, representation: 'full' };
      return await (
        await this.#fetch('')
      ).page;
    }
  }

  #compareWithFirst(page: ReadPage): void {
    if (page.resourceVersion !== this.#resourceVersion) {
      throw new RequestFailed(failure('expired', 'the pages of a list have different resourceVersions'));
    }
    const { printing } = this.#recipe;
    if (printing !== undefined && !isSamePrinting(printing, printingBy(page))) {
      throw new RequestFailed(failure('expired', 'the pages of a list have different columns'));
    }
  }

  /** Rows that exist are not touched before it is certain that the answer came from the cluster they are of. */
  async #identify(answeredAt: number): Promise<void> {
    const { writer, scopeId, identify, signal } = this.#options;
    const scope = writer.scopes.get(scopeId);
    // The first list of a namespace may come to rows that a list of all has left.
    if (scope.complete === 0 && writer.scopes.countRows(scope) === 0) return;
    if (await identify(answeredAt)) return;
    signal.throwIfAborted();
    throw new RequestFailed(failure('transport', 'the cluster could not be identified'));
  }

  /** What the first page alone can tell. */
  #check(page: ReadPage): void {
    const { recipe, watchable, writer, scopeId, onWarning } = this.#options;
    const stored = (): readonly StoredRow[] => writer.scopes.rows(writer.scopes.get(scopeId));
    if (page.resourceVersion === '' && watchable && !isOfUnversionedApi(page.objects, stored)) {
      throw new RequestFailed(failure('malformed', 'the list has no resourceVersion'));
    }
    if (recipe.printing !== undefined) this.#recipe = printedRecipe(recipe.type, printingBy(page));
    onWarning(page.warnings[0] ?? null);
  }

  /** The resume point goes only now that the server does answer; columns change together with the first rows of theirs. */
  #begin(): ScopeTarget {
    const { writer, scopeId, representation, clock } = this.#options;
    const { printing, type } = this.#recipe;
    if (printing !== undefined) writer.types.save([type]);
    const printed = printing === undefined ? representation : withPrinting(representation, printing);
    const { namespace, type_id: typeId } = writer.scopes.beginList(scopeId, printed, clock.now());
    if (namespace === '') this.#takeOver(typeId);
    return writer.scopes.target(scopeId);
  }

  /** Rows that a list of all writes are those of no revision that a scope of a single namespace could go on from. */
  #takeOver(typeId: number): void {
    const { scopes } = this.#options.writer;
    for (const { id, resource_version: resumePoint } of scopes.namespacesOf(typeId))
      if (resumePoint !== null) scopes.clearResumePoint(id, 'pending');
  }

  async #store(objects: readonly ListedObject[]): Promise<void> {
    const { onPage, turns, signal } = this.#options;
    signal.throwIfAborted();
    this.#compareHistory(objects);
    this.#storeBite(objects.slice(0, biteCount));
    for (let start = biteCount; start < objects.length; start += biteCount) {
      await turns.next();
      signal.throwIfAborted();
      this.#storeBite(objects.slice(start, start + biteCount));
    }
    this.#objectCount += objects.length;
    onPage(objects.length);
  }

  #storeBite(objects: readonly ListedObject[]): void {
    const { writer, clock } = this.#options;
    const nowMs = clock.now();
    writer.commit(() => {
      const scope = (this.#scope ??= this.#begin());
      for (const object of objects) {
        if (this.#target.representation === 'metadata') this.#compare(scope, object);
        else writer.objects.put(scope, object.source(this.#recipe, nowMs), nowMs);
      }
    });
  }

  /** An object that was deleted while the list was streamed: no watch that begins after the list tells of it. */
  #drop(object: KubeObject, resourceVersion: string): void {
    const { writer, clock, signal } = this.#options;
    signal.throwIfAborted();
    const nowMs = clock.now();
    writer.commit(() => {
      const scope = (this.#scope ??= this.#begin());
      const row = writer.objects.find(scope.typeId, objectKey(object.metadata));
      if (row === undefined || row.uid !== object.metadata.uid) return;
      const last = objectRecord(this.#recipe, { object }, nowMs);
      writer.objects.delete(scope, row, { cause: 'event', nowMs, resourceVersion, last });
    });
  }

  #compareHistory(objects: readonly ListedObject[]): void {
    const { writer, scopeId, recipe, timeline, signal, onOtherHistory } = this.#options;
    const { complete, timeline: known, type_id: typeId } = writer.scopes.get(scopeId);
    if (complete === 0 || known !== timeline || recipe.printing !== undefined) return;
    if (!objects.some((object) => isOfOtherHistory(writer.objects, typeId, object))) return;
    if (!onOtherHistory())
      throw new RequestFailed(failure('ahead', 'the list shows objects older than those mirrored'));
    signal.throwIfAborted();
  }

  /** Marks an unchanged row as seen; notes the object for fetching otherwise. */
  #compare(scope: ScopeTarget, { metadata }: ListedObject): void {
    const row = this.#options.writer.objects.find(scope.typeId, objectKey(metadata));
    const isSame =
      row !== undefined &&
      row.uid === metadata.uid &&
      row.resource_version === metadata.resourceVersion &&
      row.scope_id === scope.scopeId &&
      row.representation_number === scope.representationNumber;
    if (isSame) this.#options.writer.objects.mark(scope, row);
    else this.#changed.push({ namespace: metadata.namespace ?? '', name: metadata.name, uid: metadata.uid });
  }

  #isMostlyChanged(): boolean {
    return this.#changed.length > alwaysFetched && this.#changed.length * changedShare > this.#objectCount;
  }

  /** Fetches the changed objects whole. Their state may be newer than the list: the watch replays what lies between. */
  async #fetchChanged(): Promise<void> {
    const { writer, transport, recipe, clock, signal, pace } = this.#options;
    const target = { ...this.#target, representation: storedRepresentation(recipe.type) };
    for (let start = 0; start < this.#changed.length; start += fetchConcurrency) {
      const group = this.#changed.slice(start, start + fetchConcurrency);
      await pace.take(signal);
      const objects = await Promise.all(group.map((object) => fetchObject(transport, target, object)));
      signal.throwIfAborted();
      writer.commit(() => {
        for (const [index, object] of objects.entries()) {
          if (object === undefined) {
            this.#leaveToWatch(group[index]);
            continue;
          }
          writer.objects.put(this.#scope as ScopeTarget, objectSource(recipe, { object }, clock.now()), clock.now());
          this.#replayedUntil = laterResourceVersion(this.#replayedUntil, object.metadata.resourceVersion ?? '');
        }
      });
    }
  }

  /** An object deleted since the list: the watch tells its last states, so a sweep now would bring it back for a moment. */
  #leaveToWatch(object: ListedName | undefined): void {
    const scope = this.#scope as ScopeTarget;
    const row = object && this.#options.writer.objects.find(scope.typeId, objectKey(object));
    if (row !== undefined && row.uid === object?.uid) this.#options.writer.objects.mark(scope, row);
  }

  /**
   * Few deletions are believed at once. Many are believed when a second list lacks all that the first lacked and few others:
   * a busy type loses some meanwhile. An object that is back says that a list was wrong, as those of a server that is still
   * filling up are.
   */
  #mayDelete(unmarked: readonly StoredRow[], previousCount: number): boolean {
    const { missing } = this.#options.plan;
    if (!isSuspicious(unmarked.length, previousCount, this.#objectCount)) return true;
    if (missing.size === 0) return false;
    const news = unmarked.filter((row) => !missing.has(rowIdentity(row)));
    const isNoneBack = unmarked.length - news.length === missing.size;
    return isNoneBack && (news.length <= unquestionedDeletions || news.length * newlyMissingShare <= previousCount);
  }

  #finish(): ListPassResult {
    const { writer, scopeId, clock, timeline, watchable } = this.#options;
    const scope = writer.scopes.get(scopeId);
    const unmarked = writer.scopes.unmarked(scope);
    if (!this.#mayDelete(unmarked, scope.previous_count))
      return { kind: 'suspicious', missing: new Set(unmarked.map(rowIdentity)) };
    const nowMs = clock.now();
    const resourceVersion = watchable ? this.#resourceVersion : '';
    writer.commit(() => {
      for (const row of unmarked) {
        writer.objects.delete(this.#scope as ScopeTarget, row, {
          cause: 'sweep',
          nowMs,
          resourceVersion: row.resource_version,
        });
      }
      // What was mirrored by namespaces is this scope's now, in the same transaction.
      if (scope.namespace === '')
        for (const own of writer.scopes.namespacesOf(scope.type_id)) writer.scopes.drop(own.id);
      writer.scopes.finishList(scopeId, {
        phase: resourceVersion === '' ? 'polled' : 'synced',
        resourceVersion: resourceVersion === '' ? null : resourceVersion,
        timeline,
        replayedUntil: this.#replayedUntil,
        asOfMs: this.#startedAtMs,
      });
    });
    return {
      kind: 'listed',
      resourceVersion,
      objectCount: this.#objectCount,
      deletedCount: unmarked.length,
      replayedUntil: this.#replayedUntil,
    };
  }
}

function printingBy({ table }: ReadPage): ServerPrinting {
  return table === undefined ? plainPrinting : { form: 'table', columns: table.columns ?? [] };
}

/** Whether a list wants to delete more than may be believed at once: a proxy or a half-started server may lie. */
export function isSuspicious(deletionCount: number, previousCount: number, listedCount: number): boolean {
  if (listedCount === 0 && previousCount > unquestionedEmptying) return true;
  return deletionCount > unquestionedDeletions && deletionCount * 2 > previousCount;
}

/** One object as evidence: a row of the same key and another uid is another object. */
function rowIdentity(row: StoredRow): string {
  return `${row.key}\0${row.uid}`;
}
