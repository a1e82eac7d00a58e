import { NaviError } from '../errors/navi-error.ts';
import { readKubeconfigFiles } from '../kubeconfig/read-kubeconfig.ts';
import {
  mirrorId,
  resolveContext,
  type ContextOverrides,
  type ResolvedContext,
} from '../kubeconfig/resolve-context.ts';
import { refuseUnusable } from '../kubeconfig/usable-context.ts';
import type { Clock } from '../util/clock.ts';
import { FileWatcher } from './file-watcher.ts';
import type { Logger } from './logger.ts';

/** A context that somebody asked for, by where its kubeconfig has it. */
export interface ContextOrigin {
  /** Files of the kubeconfig, absolute, in order of precedence. */
  readonly kubeconfig: readonly string[];
  readonly name: string;
  readonly overrides?: ContextOverrides | undefined;
}

/** What has to be done about mirrors when kubeconfigs change. */
export interface FollowedActions {
  /** The mirror goes on, perhaps with other credentials. */
  readonly goOn: (id: string, context: ResolvedContext) => void;
  /** No mirror of this name is meant any more by any context that was asked for. */
  readonly end: (id: string, why: string) => void;
}

interface Followed {
  readonly origin: ContextOrigin;
  /** Name of the mirror that it means, or last meant. */
  readonly id: string;
  readonly context: ResolvedContext;
  /** Why it means none now. */
  readonly gone?: string | undefined;
}

/**
 * The contexts that a daemon was asked for, followed through changes of their kubeconfigs and of the files that these
 * name. What cannot be read, or cannot be used, changes nothing: it may be half written.
 */
export class FollowedContexts {
  readonly #log: Logger;
  readonly #actions: FollowedActions;
  readonly #watcher: FileWatcher;
  #followed: readonly Followed[] = [];

  constructor(clock: Clock, log: Logger, actions: FollowedActions) {
    this.#log = log;
    this.#actions = actions;
    this.#watcher = new FileWatcher(clock, () => this.#changed());
  }

  /** Follows a context that is `context` now; where it meant another mirror when it was followed first, that is a change. */
  add(origin: ContextOrigin, context: ResolvedContext): void {
    const key = JSON.stringify(origin);
    const id = mirrorId(context);
    const known = this.#followed.find((one) => JSON.stringify(one.origin) === key);
    if (known === undefined) {
      this.#followed = [...this.#followed, { origin, context, id }];
      this.#watchFiles();
    } else if (known.id !== id || known.gone !== undefined) this.#changed();
  }

  /** The context as its kubeconfig has it this moment; as it was last known where that cannot be read. */
  latest(id: string, fallback: ResolvedContext): ResolvedContext {
    const followed = this.#followed.find((one) => one.id === id);
    const now = followed === undefined ? undefined : resolved(followed);
    return now !== undefined && now.gone === undefined && now.id === id ? now.context : fallback;
  }

  close(): void {
    this.#watcher.close();
  }

  #changed(): void {
    const before = new Set(this.#followed.filter(({ gone }) => gone === undefined).map(({ id }) => id));
    this.#followed = this.#followed.map((one) => this.#lookedUp(one));
    this.#watchFiles();
    const meant = new Map<string, ResolvedContext>();
    for (const { id, context, gone } of this.#followed) if (gone === undefined) meant.set(id, context);
    for (const id of before) if (!meant.has(id)) this.#actions.end(id, this.#whyEnded(id));
    for (const [id, context] of meant) this.#actions.goOn(id, context);
  }

  #lookedUp(followed: Followed): Followed {
    const now = resolved(followed);
    const { name } = followed.origin;
    if (now === undefined) {
      this.#log.warn('kubeconfig cannot be followed', { context: name });
      return followed;
    }
    if (now.id !== followed.id || now.gone !== followed.gone) {
      this.#log.info('context has changed', { context: name, error: now.gone });
    }
    return now;
  }

  #whyEnded(id: string): string {
    const [gone] = this.#followed.flatMap((one) => (one.id === id && one.gone !== undefined ? [one.gone] : []));
    return gone ?? 'the kubeconfig means another cluster or user by the name of its context now';
  }

  #watchFiles(): void {
    this.#watcher.watch(
      this.#followed.flatMap(({ origin, context: { cluster, user } }) => [
        ...origin.kubeconfig,
        ...[cluster.caFile, user.certFile, user.keyFile, user.tokenFile].filter((file) => file !== ''),
      ]),
    );
  }
}

/** What a followed context means now; undefined where its kubeconfig cannot be read or used. */
function resolved({ origin, context, id }: Followed): Followed | undefined {
  try {
    const kubeconfig = readKubeconfigFiles(origin.kubeconfig);
    if (!kubeconfig.contexts.has(origin.name)) {
      return { origin, context, id, gone: `context "${origin.name}" is no longer in ${kubeconfig.files.join(', ')}` };
    }
    const now = resolveContext(kubeconfig, origin.name, origin.overrides);
    refuseUnusable(now);
    return { origin, context: now, id: mirrorId(now) };
  } catch (error) {
    if (error instanceof NaviError) return undefined;
    throw error;
  }
}
