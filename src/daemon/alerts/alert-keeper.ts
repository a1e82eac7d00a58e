import { randomBytes } from 'node:crypto';
import type { AlertSettings } from '../../config/alert-settings.ts';
import { clusterType } from '../../core/alert-rule.ts';
import { incidentObject, type Incident, type IncidentTransition } from '../../core/incident.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { failure } from '../../kube/failure.ts';
import { loadPatterns } from '../../cel/functions/patterns.ts';
import type { MirrorWriter } from '../../store/mirror-writer.ts';
import { delay, type Clock } from '../../util/clock.ts';
import type { Logger } from '../logger.ts';
import { restMs } from '../rest.ts';
import { TroubleLog } from '../trouble-log.ts';
import type { AlertStore } from './alert-store.ts';
import { clusterSubject, isUnchecked, type ClusterState } from './cluster-subject.ts';
import { IncidentBook } from './incident-book.ts';
import { JudgedRule } from './judged-rule.ts';
import { KnownScopes } from './known-scopes.ts';
import { RuleWalk } from './rule-walk.ts';

/** What a keeper works with. It is made before anything is written to the mirror. */
export interface AlertKeeperOptions {
  readonly mirrorId: string;
  readonly context: string;
  readonly settings: AlertSettings;
  readonly store: AlertStore;
  readonly writer: MirrorWriter;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told once messages to receivers are written. */
  readonly onMessages: () => void;
}

/** Between two looks at the mirror (ms). */
const lookMs = 1_000;

/** While so many changes of incidents cannot be written no more are made. */
const noteCountMax = 2_000;

/** Looks that are further apart (ms) had a sleep of the machine between them. */
const sleepMs = 30_000;

/** Between two times of noting what changes slowly (ms). */
const lazyMs = 60_000;

/**
 * Judges one mirror by the rules: what its change log tells, what its rows were at the start, and what time makes of them. It reads
 * the mirror and writes to `user.db` only: what goes wrong here harms no mirror.
 */
export class AlertKeeper {
  readonly #options: AlertKeeperOptions;
  readonly #book: IncidentBook;
  readonly #clusterRules: readonly JudgedRule[];
  readonly #trouble: TroubleLog;
  readonly #stopping = new AbortController();
  readonly #walk: RuleWalk;
  #isRestored = false;
  #hasMessages = false;
  #isTidyDue = true;
  #lookedAtMs: number;
  /** When the machine woke up, until the cluster answers a question that was asked after that (epoch ms). */
  #wokeAtMs: number | undefined;
  #lazyAt: number;
  #ended: Promise<void> = Promise.resolve();
  #cluster: (() => ClusterState) | undefined;

  constructor(options: AlertKeeperOptions) {
    const { log, clock, mirrorId, context, settings, writer } = options;
    this.#options = options;
    this.#trouble = new TroubleLog(log, clock, { begin: 'alerts cannot be kept', end: 'alerts are kept' });
    this.#lazyAt = clock.monotonic();
    this.#lookedAtMs = clock.now();
    this.#book = new IncidentBook({
      mirrorId,
      context: () => context,
      receivers: settings.receivers,
      newId,
      onTransition: (incident, transition) => this.#told(incident, transition),
    });
    this.#clusterRules = settings.rules
      .filter(({ type }) => type === clusterType)
      .map((rule) => new JudgedRule(rule, [], context));
    this.#walk = new RuleWalk({ writer, clock, log, context, book: this.#book, rules: settings.rules });
  }

  /** Begins. @param cluster what the mirror knows of its cluster */
  start(cluster: () => ClusterState): void {
    this.#cluster = cluster;
    this.#ended = this.#run();
  }

  /** Writes what is left. Before the mirror is closed. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { clock, settings } = this.#options;
    await loadPatterns(settings.rules.flatMap(({ when, summary }) => [when, summary]));
    let waitMs = restMs(0);
    while (await delay(clock, waitMs, this.#stopping.signal)) {
      const beganAt = clock.monotonic();
      const hasMore = await this.#look();
      waitMs = hasMore ? restMs(clock.monotonic() - beganAt) : lookMs;
    }
    if (!this.#isRestored) return;
    if (this.#book.noteCount > 0 || this.#walk.readsPrevious) await this.#tolerate(async () => await this.#write());
  }

  /** True where there is more to do. */
  async #look(): Promise<boolean> {
    const hasMore = await this.#tolerate(async () => {
      if (!this.#isRestored) await this.#restore();
      const { clock } = this.#options;
      this.#noticeSleep();
      const hasRoom = this.#book.noteCount < noteCountMax;
      const isBusy = hasRoom && this.#judge();
      if (clock.monotonic() - this.#lazyAt >= lazyMs) this.#lookSlowly();
      this.#book.noteLasting(clock.now());
      if (this.#book.noteCount > 0) await this.#write();
      return isBusy;
    });
    if (hasMore !== undefined) this.#trouble.over();
    return hasMore === true;
  }

  #judge(): boolean {
    const { writer, clock } = this.#options;
    if (!writer.isOpen || this.#stopping.signal.aborted) return false;
    const state = this.#cluster?.();
    if (state === undefined) return false;
    const nowMs = clock.now();
    this.#judgeCluster(state, nowMs);
    const known = new KnownScopes(writer.judged.scopes(), state.answers && this.#wokeAtMs === undefined);
    return this.#walk.step({ nowMs, known });
  }

  /** What the mirror says of the time before a sleep nobody has confirmed since. */
  #noticeSleep(): void {
    const { clock, writer } = this.#options;
    const nowMs = clock.now();
    if (nowMs - this.#lookedAtMs > sleepMs) this.#wokeAtMs = nowMs;
    this.#lookedAtMs = nowMs;
    if (this.#wokeAtMs === undefined || !writer.isOpen) return;
    if ((writer.mirror().confirmed_at ?? 0) >= this.#wokeAtMs) this.#wokeAtMs = undefined;
  }

  #judgeCluster(state: ClusterState, nowMs: number): void {
    if (isUnchecked(state)) return;
    const { context } = this.#options;
    const subject = clusterSubject(state, context);
    for (const judged of this.#clusterRules) {
      this.#book.judge({
        rule: judged.rule,
        place: { type: clusterType, key: '', uid: '' },
        verdict: judged.holds(subject, nowMs) ? 'holds' : 'clear',
        isKnown: true,
        nowMs,
        summary: () => judged.summary(subject, nowMs),
      });
    }
  }

  /** Takes over what an earlier process knew. */
  async #restore(): Promise<void> {
    const { store, mirrorId, settings, clock } = this.#options;
    const { open, judged } = (await store.changeWritten(({ incidents }) => ({
      open: incidents.open(mirrorId),
      judged: incidents.judged(mirrorId),
    }))) ?? { open: [], judged: undefined };
    this.#isRestored = true;
    for (const incident of open) {
      const rule = settings.rules.find(({ name, type }) => name === incident.rule && type === incident.type);
      // Whether a cluster was silent while nobody asked it nobody knows.
      const isUnsure = incident.type === clusterType && incident.state === 'pending';
      if (rule === undefined || isUnsure) this.#book.endOrphan(incident, clock.now());
      else this.#book.restore(incident, rule);
    }
    this.#walk.begin(judged);
  }

  #lookSlowly(): void {
    const { clock, writer } = this.#options;
    this.#lazyAt = clock.monotonic();
    if (!writer.isOpen) return;
    this.#walk.lookAtTypes();
    this.#walk.noteSeen(clock.now(), new KnownScopes(writer.judged.scopes(), this.#cluster?.().answers === true));
    this.#isTidyDue = true;
  }

  async #write(): Promise<void> {
    const { store, mirrorId, clock, onMessages } = this.#options;
    const { noteCount } = this.#book;
    const judged = this.#walk.judged;
    await store.change((tables) => {
      this.#book.write(tables, clock.now());
      if (judged !== undefined) tables.incidents.saveJudged(mirrorId, judged);
      if (this.#isTidyDue) tables.incidents.tidy(clock.now());
    });
    this.#isTidyDue = false;
    this.#book.written(noteCount);
    if (this.#hasMessages) onMessages();
    this.#hasMessages = false;
  }

  #told(incident: Incident, transition: IncidentTransition): void {
    const fields = { rule: incident.rule, object: incidentObject(incident), incident: incident.id };
    this.#options.log.info(transition === 'firing' ? 'alert fires' : 'alert is over', fields);
    this.#hasMessages = true;
  }

  /** What `work` resolves with; undefined where a store refused it, which is logged; the mirror's own tells itself. */
  async #tolerate<T>(work: () => Promise<T>): Promise<T | undefined> {
    const { writer } = this.#options;
    try {
      return await work();
    } catch (error) {
      const known = error instanceof NaviError || !writer.isOpen ? error : writer.report(error);
      if (!(known instanceof NaviError)) throw known;
      this.#trouble.met(failure('storage', known.message));
      return undefined;
    }
  }
}

/** Short enough to be typed: 40 bits, of the letters and digits that nobody takes for each other. */
function newId(): string {
  const letters = 'abcdefghjkmnpqrstvwxyz0123456789';
  return Array.from(randomBytes(8), (byte) => letters[byte % letters.length]).join('');
}
