import { compareResourceVersions } from '../core/resource-version.ts';
import { messageOf, NaviError } from '../errors/navi-error.ts';
import { RequestFailed } from '../kube/failure.ts';
import { storedRepresentation } from '../kube/representation.ts';
import type { Transport } from '../kube/transport.ts';
import type { MirrorWriter } from '../store/mirror-writer.ts';
import { damagedStore } from '../store/store-errors.ts';
import type { Clock } from '../util/clock.ts';
import type { AuditDifference } from './audit-digest.ts';
import { differingBodies, KeySample } from './audit-sample.ts';
import { auditScope, type AuditFinding } from './audit-scope.ts';
import { beating, identified, type ClusterCheck } from './cluster-check.ts';
import type { Logger } from './logger.ts';
import type { MirrorTimers } from './mirror-timers.ts';
import type { Reflector } from './reflector.ts';
import { commitTolerantly } from './tolerant-commit.ts';

/** Of the interval: the first audit after a start, the pause between two audits, and what each request adds to it. */
const firstShare = 1 / 144;
const pauseShare = 1 / 1_440;
const requestShare = 1 / 8_640;

/** Of the interval: an audit that came to no finding is tried again after this. */
const againShare = 1 / 24;

/** Shortest pause between two audits (ms). */
const shortestPauseMs = 100;

/** A scope that was repaired is not listed for another difference within this (ms): the lists themselves may be wrong. */
const repairAgainMs = 3_600_000;

/** Keys named in one line of the log. */
const namedKeys = 20;

/** What the audit of one mirror works with. */
export interface SelfAuditOptions {
  readonly writer: MirrorWriter;
  readonly transport: Transport;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  readonly check: ClusterCheck;
  readonly timers: MirrorTimers;
  /** Each scope is compared this often, as it is now. */
  readonly intervalMs: () => number;
  readonly stopping: AbortSignal;
  readonly reflectors: () => readonly Reflector[];
  /** Commits what is queued. */
  readonly flush: () => void;
  /** Whether the last check left no doubt about the cluster. */
  readonly isTrusted: () => boolean;
  /** An object is older on the server than in the store: its history is another one; false where that is not believed yet. */
  readonly onOtherHistory: () => boolean;
}

/** What an audit of a scope came to. */
export interface AuditOutcome {
  /** Objects compared, and differences found; where there are any, the scope is being repaired. */
  readonly objectCount: number;
  readonly foundCount: number;
  /** Why it came to no finding; null where it did. */
  readonly problem: string | null;
}

/**
 * Compares each scope with the server for ever, one at a time, the one that waited longest first: count and hash of
 * identities and resourceVersions, and the bodies of a few. What differs is named in the log as `drift`, counted, and
 * repaired by a list; an audit soon after proves that.
 */
export class SelfAudit {
  readonly #options: SelfAuditOptions;
  /** By scope: when it was last repaired, and when an audit last came to no finding (clock readings, ms). */
  readonly #repairedAt = new Map<number, number>();
  readonly #triedAt = new Map<number, number>();
  /** Scopes that were repaired or are odd: to be audited before all others. */
  readonly #unproven = new Set<number>();
  /** One audit at a time: two would load the server and the sample of each other's keys. */
  #running: Promise<unknown> = Promise.resolve();
  #requestCount = 0;

  constructor(options: SelfAuditOptions) {
    this.#options = options;
  }

  /** Begins; the stop of the mirror ends it. */
  start(): void {
    const { timers, intervalMs } = this.#options;
    timers.later(intervalMs() * firstShare, () => void this.#next());
  }

  /** Puts a scope first: something about it is odd. */
  suspect(scopeId: number): void {
    this.#unproven.add(scopeId);
  }

  async #next(): Promise<void> {
    const { intervalMs, timers, stopping } = this.#options;
    this.#requestCount = 0;
    await this.#auditTolerantly();
    if (stopping.aborted) return;
    const pauseMs = Math.max(intervalMs() * pauseShare, this.#requestCount * intervalMs() * requestShare);
    timers.later(Math.max(shortestPauseMs, pauseMs), () => void this.#next());
  }

  /** The scope that is due and has waited longest. */
  #choose(): Reflector | undefined {
    const { writer, clock, isTrusted, reflectors } = this.#options;
    const intervalMs = this.#options.intervalMs();
    if (!isTrusted()) return undefined;
    const nowMs = clock.now();
    const triedBefore = clock.monotonic() - intervalMs * againShare;
    const due = reflectors()
      .filter(
        (reflector) => isLive(reflector) && (this.#triedAt.get(reflector.scope.scopeId) ?? triedBefore) <= triedBefore,
      )
      .map((reflector) => {
        const { scopeId } = reflector.scope;
        const auditedAtMs = this.#unproven.has(scopeId) ? 0 : (writer.scopes.get(scopeId).audited_at ?? 0);
        return { reflector, auditedAtMs };
      })
      // A clock that was put back must not put audits off.
      .filter(({ auditedAtMs }) => auditedAtMs > nowMs || nowMs - auditedAtMs >= intervalMs);
    return due.toSorted((a, b) => a.auditedAtMs - b.auditedAtMs)[0]?.reflector;
  }

  /** An audit that could not be done is tried again in its turn; it says nothing of the mirror. */
  async #auditTolerantly(): Promise<void> {
    let reflector: Reflector | undefined;
    try {
      reflector = this.#choose();
    } catch (error) {
      this.#failed(undefined, error);
    }
    if (reflector !== undefined) await this.#tolerant(reflector);
  }

  /** Compares a scope now, after the audit that runs. @param ended leaves it undone */
  async verify(reflector: Reflector, ended: AbortSignal): Promise<AuditOutcome> {
    const { isTrusted } = this.#options;
    if (!isTrusted()) return nothingFound('the cluster does not answer for sure');
    return await this.#tolerant(reflector, ended);
  }

  async #tolerant(reflector: Reflector, ended?: AbortSignal): Promise<AuditOutcome> {
    const before = this.#running;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#running = promise;
    try {
      await before;
      if (ended?.aborted === true) return nothingFound('nobody waits for it');
      return isLive(reflector) ? await this.#audit(reflector) : notWatched(reflector);
    } catch (error) {
      return this.#failed(reflector, error);
    } finally {
      resolve();
    }
  }

  #failed(reflector: Reflector | undefined, error: unknown): AuditOutcome {
    const { writer, stopping } = this.#options;
    if (stopping.aborted) return nothingFound('the daemon ends');
    // Answers of the server that are no JSON are failed requests: this one was stored.
    const known = error instanceof SyntaxError ? damagedStore(writer.file, messageOf(error)) : error;
    const isExpected = error instanceof RequestFailed || writer.report(known) instanceof NaviError;
    if (!isExpected) throw error;
    return reflector === undefined ? nothingFound(messageOf(error)) : this.#giveUp(reflector, messageOf(error));
  }

  async #audit(reflector: Reflector): Promise<AuditOutcome> {
    const { writer, transport, clock, random, stopping, log, flush } = this.#options;
    const { scopeId, namespace, name } = reflector.scope;
    const { generation } = writer.scopes.get(scopeId);
    const startedAt = clock.monotonic();
    const sample = new KeySample(random);
    const common = { file: writer.file, scopeId, transport, clock, signal: stopping };
    const onRequest = (): void => void (this.#requestCount += 1);
    const target = { type: reflector.recipe.type, namespace, representation: 'metadata' } as const;
    const onRow = (key: string): void => sample.offer(key);
    const finding = await auditScope({ ...common, target, flush, onRow, onRequest });
    if (finding.kind === 'none') return this.#giveUp(reflector, finding.because);
    const bodies = await this.#bodies(reflector, finding, sample.keys);
    const isDifferent = finding.kind === 'different' || bodies.length > 0;
    if (isDifferent && !(await this.#isBelievable(reflector, generation))) {
      return this.#giveUp(reflector, 'the mirror changed meanwhile');
    }
    if (stopping.aborted) return nothingFound('the daemon ends');
    const { objectCount } = finding;
    const differences = finding.kind === 'different' ? finding.differences : [];
    const foundCount = isDifferent ? Math.max(1, differences.length + bodies.length) : 0;
    const durationMs = Math.round(clock.monotonic() - startedAt);
    log.debug('audited', { type: name, namespace, objects: objectCount, differences: foundCount, durationMs });
    this.#finish(reflector, { objectCount, foundCount });
    if (isDifferent) this.#drift(reflector, differences, bodies);
    return { objectCount, foundCount, problem: null };
  }

  async #bodies(reflector: Reflector, finding: AuditFinding, keys: readonly string[]): Promise<readonly string[]> {
    const { writer, transport, stopping } = this.#options;
    const { scope, recipe } = reflector;
    // What a server prints may change while its object does not.
    if (finding.kind !== 'equal' || recipe.printing !== undefined) return [];
    const representation = storedRepresentation(recipe.type);
    const target = { type: recipe.type, namespace: scope.namespace, representation };
    const onRequest = (): void => void (this.#requestCount += 1);
    const { scopeId } = scope;
    return await differingBodies(
      { file: writer.file, scopeId, recipe, target, transport, signal: stopping, onRequest },
      keys,
    );
  }

  /** A difference counts only where the same cluster answers now, no doubt has come up, and no list was made meanwhile. */
  async #isBelievable(reflector: Reflector, generation: number): Promise<boolean> {
    const { check, clock, writer, isTrusted } = this.#options;
    const result = await check.since(clock.monotonic());
    const isSure = identified(result) && beating(result) && isTrusted() && isLive(reflector);
    return isSure && writer.scopes.get(reflector.scope.scopeId).generation === generation;
  }

  #giveUp({ scope }: Reflector, because: string): AuditOutcome {
    const { clock, log } = this.#options;
    log.debug('audit without a finding', { type: scope.name, namespace: scope.namespace, because });
    this.#triedAt.set(scope.scopeId, clock.monotonic());
    return nothingFound(because);
  }

  #finish({ scope }: Reflector, result: { readonly objectCount: number; readonly foundCount: number }): void {
    const { writer, clock } = this.#options;
    this.#unproven.delete(scope.scopeId);
    commitTolerantly(writer, () => writer.scopes.saveAudit(scope.scopeId, clock.now(), result));
  }

  #drift(reflector: Reflector, differences: readonly AuditDifference[], bodies: readonly string[]): void {
    const { writer, clock, log, onOtherHistory } = this.#options;
    const { scopeId, name, namespace } = reflector.scope;
    const now = clock.monotonic();
    const repairedAt = this.#repairedAt.get(scopeId);
    const isRepaired = repairedAt === undefined || now - repairedAt >= repairAgainMs;
    const ghosts = differences.filter(({ served }) => served === undefined);
    const lacking = differences.filter(({ stored }) => stored === undefined);
    log.error('drift', {
      type: name,
      namespace,
      lacking: lacking.length,
      ghosts: ghosts.length,
      changes: differences.length - lacking.length - ghosts.length,
      bodies: bodies.length,
      keys: [...differences.map(({ key }) => key), ...bodies].slice(0, namedKeys),
      isRepaired,
    });
    if (!isRepaired) return;
    this.#repairedAt.set(scopeId, now);
    this.#unproven.add(scopeId);
    const isOtherHistory = reflector.recipe.printing === undefined && differences.some(isOlderOnServer);
    if (isOtherHistory && onOtherHistory()) return;
    // Rows of the same resourceVersion are written again only where none of them is trusted.
    if (bodies.length > 0) commitTolerantly(writer, () => writer.scopes.distrustRows(scopeId));
    reflector.relist('suspected-drift');
  }
}

/** In one history the resourceVersion of an object never falls. */
function isOlderOnServer({ stored, served }: AuditDifference): boolean {
  if (stored === undefined || served === undefined || stored.uid !== served.uid) return false;
  return (compareResourceVersions(served.resourceVersion, stored.resourceVersion) ?? 0) < 0;
}

function nothingFound(problem: string): AuditOutcome {
  return { objectCount: 0, foundCount: 0, problem };
}

function notWatched({ status }: Reflector): AuditOutcome {
  return nothingFound(`it is not watched now: ${status.mode}, ${status.reason}`);
}

function isLive({ state }: Reflector): boolean {
  return state.kind === 'watching' && state.live;
}
