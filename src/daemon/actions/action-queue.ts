import { randomUUID } from 'node:crypto';
import type { SentUpon } from '../../core/action/action.ts';
import type { ActionState } from '../../core/action/action-state.ts';
import type { ActionOutcome } from '../../core/action/action-outcome.ts';
import type { QueueRun } from '../../control/protocol.ts';
import { ActionTable, type StoredAction } from '../../store/action-table.ts';
import { openUserReader, openUserWriter, type UserWriter } from '../../store/user-store.ts';
import type { Clock } from '../../util/clock.ts';
import { KeyedQueue } from '../../util/keyed-queue.ts';
import type { Logger } from '../logger.ts';
import { runAction, type ActionPort } from './run-action.ts';

/** The cluster that a queue is run on. */
export interface QueueCluster {
  readonly mirrorId: string;
  /** Its identity, as it told it just now. */
  readonly clusterUid: string;
  /** Asks it as the headers say. */
  port(headers: StoredAction['headers']): ActionPort;
  readonly log: Logger;
}

/**
 * Carries out what is queued in `user.db`. One for the process that holds the lock of the data directory: nobody else sends
 * what is queued, so what an earlier process left as `sending` is this one's to settle.
 */
export class ActionQueue {
  readonly #file: string;
  readonly #clock: Clock;
  /** What this process claims actions as. */
  readonly #self = randomUUID();
  readonly #runs = new KeyedQueue();

  /** @param file `user.db` */
  constructor(file: string, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
  }

  /**
   * Carries out what is queued for a cluster, one after the other, in the order in which it was queued: until all is settled,
   * or the cluster is away. @throws what opening `user.db` throws
   */
  async run(cluster: QueueCluster): Promise<QueueRun> {
    return await this.#runs.run(cluster.mirrorId, async () => {
      if (!this.#hasWork(cluster.mirrorId)) return { settledCount: 0, problem: null };
      const writer = await openUserWriter(this.#file);
      try {
        return await this.#runAll(cluster, writer);
      } finally {
        writer.close();
      }
    });
  }

  /** Resolves once nothing is under way. */
  async idle(): Promise<void> {
    await this.#runs.idle();
  }

  #hasWork(mirrorId: string): boolean {
    const reader = openUserReader(this.#file);
    if (reader === undefined) return false;
    try {
      return reader.read((tables) => tables.of(ActionTable).underWay(mirrorId)).length > 0;
    } finally {
      reader.close();
    }
  }

  async #runAll(cluster: QueueCluster, writer: UserWriter): Promise<QueueRun> {
    let settledCount = 0;
    const change = <T>(work: (actions: ActionTable) => T): T => writer.change((tables) => work(tables.of(ActionTable)));
    for (const { id } of change((actions) => actions.underWay(cluster.mirrorId))) {
      // As it is now: somebody may have dropped it while others were carried out.
      const entry = change((actions) => actions.find(id));
      if (entry === undefined || (entry.state !== 'queued' && entry.state !== 'sending')) continue;
      const outcome = await this.#runOne(entry, cluster, writer);
      if (outcome === undefined) continue;
      if (outcome.state === 'away') {
        change((actions) => actions.tell(id, outcome.message));
        return { settledCount, problem: outcome.message };
      }
      if (outcome.state !== 'expired') change((actions) => actions.settle(id, outcome, this.#clock.now()));
      settledCount += 1;
      cluster.log.info('queued action settled', { action: id, state: outcome.state });
    }
    return { settledCount, problem: null };
  }

  /** Undefined where it is not there any more. */
  async #runOne(
    entry: StoredAction,
    cluster: QueueCluster,
    writer: UserWriter,
  ): Promise<(ActionOutcome & { readonly state: ActionState | 'away' }) | { readonly state: 'expired' } | undefined> {
    const { id, action, upon } = entry;
    const change = <T>(work: (actions: ActionTable) => T): T => writer.change((tables) => work(tables.of(ActionTable)));
    const nowMs = this.#clock.now();
    if (upon === undefined && entry.expiresAtMs <= nowMs) {
      return change((actions) => actions.expire(id, nowMs)) ? { state: 'expired' } : undefined;
    }
    if (entry.clusterUid !== cluster.clusterUid) return otherCluster(upon);
    if (upon !== undefined && !change((actions) => actions.takeOver(id, this.#self))) return undefined;
    return await runAction(
      action,
      cluster.port(entry.headers),
      {
        sending: (sent: SentUpon) =>
          change((actions) => {
            const claim = { upon: sent, nowMs: this.#clock.now() };
            if (entry.expiresAtMs > claim.nowMs) return actions.claim(id, this.#self, claim);
            // What was sent in time and was not carried out is not sent again after it.
            actions.withdraw(id, this.#self, claim.nowMs);
            actions.expire(id, claim.nowMs);
            return false;
          }),
        withdrawn: () => void change((actions) => actions.withdraw(id, this.#self, this.#clock.now())),
      },
      { upon },
    );
  }
}

function otherCluster(upon: SentUpon | undefined): ActionOutcome & { readonly state: ActionState } {
  const message = 'another cluster answers behind the context now, or its identity cannot be told';
  if (upon === undefined) return { state: 'conflict', reason: 'replaced', message, now: null };
  return { state: 'unknown', message: `it was sent, the answer never came, and ${message}`, now: null };
}
