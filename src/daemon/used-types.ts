import { policyOf, type RetrievalSettings } from '../config/retrieval-settings.ts';
import type { UsedType, UsePurpose } from '../control/protocol.ts';
import type { LiveUse } from '../core/live-status.ts';
import type { MirrorWriter } from '../store/mirror-writer.ts';
import { delay, type Clock } from '../util/clock.ts';
import type { Logger } from './logger.ts';
import type { Reflector } from './reflector.ts';
import { relatedTypes } from './related-types.ts';
import { commitTolerantly } from './tolerant-commit.ts';
import type { TypeEraser } from './type-eraser.ts';
import { idleOnes, nextIdleMs, oversized, surplus, type TypeUse } from './use-order.ts';

/** Between two looks at what a person waits for (ms). */
const lookMs = 25;

/** What is in trouble is waited for so long (ms), or until the cluster was asked and did not answer. */
export const troubleMs = 3_000;

/** When a type was last asked for is stored this often at most (ms). */
const storeEveryMs = 15_000;

/** Until rows whose past could not be put aside are looked at again (ms). */
const evictAgainMs = 10_000;

/** What `UsedTypes` works with. */
export interface UsedTypesOptions {
  readonly writer: MirrorWriter;
  readonly clock: Clock;
  readonly log: Logger;
  /** As they are now. */
  readonly settings: () => RetrievalSettings;
  readonly eraser: TypeEraser;
  /** Since when etcd has answered every heartbeat; null where it did not answer the last. */
  readonly answersSinceMs: () => number | null;
  /** Asks the cluster now whether it answers, and has whoever waits for that go on. */
  readonly isAnswering: () => Promise<boolean>;
  /** All reflectors of a type; none while it is not followed. */
  readonly reflectorsOf: (name: string) => readonly Reflector[];
  /** Begins with a type where it was left; nothing where the cluster does not serve it now. */
  readonly follow: (name: string) => void;
  /** Ends its streams; rows and resume points stay. */
  readonly unfollow: (name: string) => void;
  /** What was taken over of its change log goes on without the rows; false where that cannot be done yet. */
  readonly sealPast: (name: string) => boolean;
}

/** Who asks. */
export interface Asking {
  /** Nobody waits any more. */
  readonly ended: AbortSignal;
  readonly purpose: UsePurpose;
}

/** A question while it waits. */
interface Question {
  /** Clock reading. */
  readonly askedAtMs: number;
  /** The cluster was asked, and does not answer. */
  readonly isHopeless: boolean;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Used extends Mutable<TypeUse> {
  readonly name: string;
  readonly typeId: number;
  useCount: number;
  /** When its use was last stored (clock reading, ms). */
  storedAtMs: number;
}

/**
 * The types that are followed while they are asked for: from the first question on until none has come for their time. The
 * least recently used one makes room where too many are followed, or where the rows of those that are not take too much.
 */
export class UsedTypes {
  readonly #options: UsedTypesOptions;
  readonly #types = new Map<string, Used>();
  #hitCount = 0;
  #missCount = 0;
  #evictionCount = 0;
  #prefetchCount = 0;
  #cancelLook: () => void = () => undefined;
  #isStopped = false;

  constructor(options: UsedTypesOptions) {
    this.#options = options;
  }

  /** What came of the questions since the process began; undefined where no type is followed so. */
  get live(): LiveUse | undefined {
    if (this.#types.size === 0) return undefined;
    return {
      hitCount: this.#hitCount,
      missCount: this.#missCount,
      evictionCount: this.#evictionCount,
      prefetchCount: this.#prefetchCount,
    };
  }

  /** Whether a type is followed now. */
  isFollowed(name: string): boolean {
    return this.#types.get(name)?.isFollowed === true;
  }

  /** How often a type was asked for, ever; 0 for one that is followed all the time. */
  useCount(name: string): number {
    return this.#types.get(name)?.useCount ?? 0;
  }

  /** What discovery told: these types are followed while they are asked for. Those that were in use when the last process ended go on. */
  plan(names: readonly string[]): void {
    const stored = this.#options.writer.types.all();
    const added = names.flatMap((name): readonly Used[] => {
      const row = stored.get(name);
      return row === undefined || this.#types.has(name) ? [] : [this.#begun(name, row)];
    });
    if (added.length === 0) return;
    for (const type of added) this.#types.set(type.name, type);
    for (const type of surplus([...this.#types.values()], this.#options.settings().followedMax))
      if (added.includes(type)) type.isFollowed = false;
    commitTolerantly(this.#options.writer, () => {
      for (const { typeId, isFollowed } of added) if (!isFollowed) this.#saveUnused(typeId);
    });
    for (const type of added) if (!type.isFollowed) type.keptBytes = this.#sizeOf(type);
    this.keepBounds();
  }

  /**
   * Somebody asks for types (`plural.group`); those that are not followed so are none of its business. Resolves once what is
   * stored of each is the server's of now, or it is known why not.
   */
  async ask(names: readonly string[], { ended, purpose }: Asking): Promise<readonly UsedType[]> {
    const { clock } = this.#options;
    const asked = [...new Set(names)].flatMap((name) => this.#types.get(name) ?? []);
    const askedAtMs = clock.monotonic();
    const hits = new Set(asked.filter((type) => this.#isCurrent(type)));
    const isQuestion = purpose === 'question';
    if (isQuestion) this.#hitCount += hits.size;
    if (isQuestion) this.#missCount += asked.length - hits.size;
    for (const type of asked) {
      if (isQuestion) type.useCount += 1;
      this.#use(type);
      this.#hold(type, purpose === 'watch' ? ended : undefined);
      type.holdCount += 1;
    }
    try {
      for (const type of asked) this.#follow(type);
      for (const type of asked) this.#prefetch(type.name);
      this.keepBounds();
      const question = { askedAtMs, isHopeless: false };
      if (this.#options.answersSinceMs() === null && asked.some((type) => !hits.has(type)))
        void this.#options.isAnswering().then((isAnswering) => (question.isHopeless = !isAnswering));
      const isAnswered = (type: Used): boolean => this.#answer(type, question) !== undefined;
      while (!ended.aborted && !this.#isStopped && !asked.every(isAnswered)) await delay(clock, lookMs, ended);
      return asked.map((type) => ({
        type: type.name,
        isHit: hits.has(type),
        problem: (this.#answer(type, question) ?? { problem: 'its list is not complete yet' }).problem,
      }));
    } finally {
      for (const type of asked) {
        type.holdCount -= 1;
        this.#use(type);
      }
      this.keepBounds();
    }
  }

  /** A type is followed in another way from now on, or with another time. */
  forget(name: string): void {
    const type = this.#types.get(name);
    if (type === undefined) return;
    commitTolerantly(this.#options.writer, () => this.#saveUse(type));
    this.#types.delete(name);
  }

  /** Stores what is not stored yet; nothing is followed or stopped after this. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelLook();
    commitTolerantly(this.#options.writer, () => {
      for (const type of this.#types.values()) if (type.useCount > 0 || type.isFollowed) this.#saveUse(type);
    });
  }

  #begun(
    name: string,
    row: { readonly id: number; readonly use_count: number; readonly used_at: number | null },
  ): Used {
    const { clock, settings } = this.#options;
    const policy = policyOf(settings(), name);
    const idleMs = policy?.mode === 'used' ? policy.idleMs : 0;
    // A clock that was set back in between must not keep it in use for long.
    const agoMs = row.used_at === null ? Number.POSITIVE_INFINITY : Math.max(0, clock.now() - row.used_at);
    const usedAtMs = clock.monotonic() - agoMs;
    return {
      name,
      typeId: row.id,
      idleMs,
      usedAtMs,
      useCount: row.use_count,
      isFollowed: agoMs < idleMs,
      holdCount: 0,
      keptBytes: 0,
      storedAtMs: usedAtMs,
    };
  }

  #use(type: Used): void {
    const nowMs = this.#options.clock.monotonic();
    type.usedAtMs = nowMs;
    if (nowMs - type.storedAtMs < storeEveryMs) return;
    commitTolerantly(this.#options.writer, () => this.#saveUse(type));
  }

  #saveUse(type: Used): void {
    const { writer, clock } = this.#options;
    const nowMs = clock.monotonic();
    type.storedAtMs = nowMs;
    if (Number.isFinite(type.usedAtMs))
      writer.types.saveUse(type.typeId, type.useCount, Math.round(clock.now() - (nowMs - type.usedAtMs)));
  }

  #saveUnused(typeId: number): void {
    const { writer, clock } = this.#options;
    writer.scopes.saveUnused(typeId, clock.now());
  }

  #hold(type: Used, ended: AbortSignal | undefined): void {
    if (ended === undefined || ended.aborted) return;
    type.holdCount += 1;
    const release = (): void => {
      type.holdCount -= 1;
      this.#use(type);
      this.keepBounds();
    };
    ended.addEventListener('abort', release, { once: true });
  }

  #follow(type: Used): void {
    if (type.isFollowed) return;
    const { eraser, follow } = this.#options;
    eraser.cancel(type.name);
    type.isFollowed = true;
    try {
      follow(type.name);
      type.keptBytes = 0;
    } catch (error) {
      type.isFollowed = false;
      throw error;
    }
  }

  /** Only where there is room: what was asked for does not make way for what may be. */
  #prefetch(name: string): void {
    const settings = this.#options.settings();
    if (!settings.prefetchesRelated) return;
    for (const related of relatedTypes(name)) {
      const type = this.#types.get(related);
      if (type === undefined) continue;
      if (!type.isFollowed) {
        if (this.#followed.length >= settings.followedMax) continue;
        this.#prefetchCount += 1;
        this.#use(type);
        this.#follow(type);
      } else this.#use(type);
    }
  }

  get #followed(): readonly Used[] {
    return [...this.#types.values()].filter(({ isFollowed }) => isFollowed);
  }

  /** Stops and erases what goes beyond the bounds, and looks again when the next type was not asked for in its time. */
  keepBounds(): void {
    this.#cancelLook();
    if (this.#isStopped) return;
    const { clock } = this.#options;
    const settings = this.#options.settings();
    for (const type of idleOnes([...this.#types.values()], clock.monotonic())) this.#unfollow(type, 'unused');
    for (const type of surplus([...this.#types.values()], settings.followedMax)) {
      this.#evictionCount += 1;
      this.#unfollow(type, 'too many types are followed');
    }
    const isLeft = oversized([...this.#types.values()], settings.unfollowedBytes).some((type) => !this.#evict(type));
    const idleAtMs = nextIdleMs([...this.#types.values()]);
    const againMs = isLeft ? clock.monotonic() + evictAgainMs : undefined;
    const nextMs = Math.min(idleAtMs ?? Number.POSITIVE_INFINITY, againMs ?? Number.POSITIVE_INFINITY);
    if (!Number.isFinite(nextMs)) return;
    this.#cancelLook = clock.after(Math.max(0, Math.ceil(nextMs - clock.monotonic())), () => this.keepBounds());
  }

  #unfollow(type: Used, because: string): void {
    const { unfollow, writer, log } = this.#options;
    type.isFollowed = false;
    log.info('type is not followed now', { type: type.name, because });
    unfollow(type.name);
    commitTolerantly(writer, () => {
      this.#saveUse(type);
      this.#saveUnused(type.typeId);
    });
    type.keptBytes = this.#sizeOf(type);
  }

  /** Has the rows of a type erased; false where that cannot begin yet. */
  #evict(type: Used): boolean {
    const { eraser, sealPast, log } = this.#options;
    if (!sealPast(type.name)) return false;
    this.#evictionCount += 1;
    log.info('rows are evicted', { type: type.name });
    type.keptBytes = 0;
    eraser.start({
      name: type.name,
      typeId: type.typeId,
      onDone: () => undefined,
    });
    return true;
  }

  #sizeOf({ typeId, name }: Used): number {
    const { writer, eraser } = this.#options;
    let bytes = 0;
    if (!eraser.isErasing(name)) commitTolerantly(writer, () => (bytes = writer.objects.sizeOf(typeId)));
    return bytes;
  }

  /** The rows are as those of a type that is followed all the time. */
  #isCurrent({ name, isFollowed }: Used): boolean {
    const reflectors = this.#options.reflectorsOf(name);
    return isFollowed && reflectors.length > 0 && reflectors.every(isGood);
  }

  /** What can be said of a type to somebody who asks; undefined where it has to be waited for. */
  #answer(type: Used, { askedAtMs, isHopeless }: Question): { readonly problem: string | null } | undefined {
    const { reflectorsOf, clock } = this.#options;
    const reflectors = reflectorsOf(type.name);
    if (!type.isFollowed || reflectors.length === 0) return { problem: 'the cluster does not serve it now' };
    const open = reflectors.filter((each) => !isGood(each) && !(each.isSettled && each.isCurrentSince(askedAtMs)));
    if (open.length === 0) return { problem: null };
    const troubled = open.find(({ status }) => status.health === 'unhealthy');
    const isGivenUp = isHopeless || clock.monotonic() - askedAtMs >= troubleMs;
    if (troubled === undefined || !isGivenUp) return undefined;
    const { reason, lastError } = troubled.status;
    return { problem: lastError === null ? reason : `${reason}: ${lastError}` };
  }
}

/**
 * A list or a watch since it was followed has proven the rows, and nothing is wrong since. A refusal, and that the type is
 * gone, are answers too.
 */
function isGood({ state, isSettled, isCurrent, toldStatus }: Reflector): boolean {
  if (state.kind === 'denied' || state.kind === 'absent') return true;
  return isSettled && isCurrent && toldStatus.health !== 'unhealthy';
}
