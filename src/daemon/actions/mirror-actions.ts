import { isSecretType, type Action } from '../../core/action/action.ts';
import type { ActionOutcome } from '../../core/action/action-outcome.ts';
import type { QueueRun } from '../../control/protocol.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { Transport } from '../../kube/transport.ts';
import { identified, type CheckResult } from '../cluster-check.ts';
import type { Logger } from '../logger.ts';
import type { ActionQueue, QueueCluster } from './action-queue.ts';
import { clusterPort } from './cluster-port.ts';
import { runAction, type ActionPort } from './run-action.ts';

/** What changes of one cluster are made with. */
export interface MirrorActionsOptions {
  readonly transport: Transport;
  readonly log: Logger;
  /** Aborted when the mirror stops. */
  readonly stopping: AbortSignal;
  /** Asks the cluster who it is, now; undefined before it was ever asked. */
  readonly identify: () => Promise<CheckResult | undefined>;
}

/** How an action is carried out at once. */
export interface ActNow {
  readonly isDryRun: boolean;
  /** Headers that name another user. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Aborted when nobody waits for the answer any more; what was sent by then may be carried out. */
  readonly ended: AbortSignal;
}

/** Changes one cluster, as people ask: at once, or what was queued for it. */
export class MirrorActions {
  readonly #options: MirrorActionsOptions;

  constructor(options: MirrorActionsOptions) {
    this.#options = options;
  }

  /** Carries an action out now, and keeps nothing of it. @throws NAVI_UNREACHABLE where the cluster was not asked to */
  async act(action: Action, { isDryRun, headers, ended }: ActNow): Promise<ActionOutcome> {
    const port = this.#port(headers, isSecretType(action.target) && isAboutMetadata(action), ended);
    const journal = { sending: () => true, withdrawn: () => undefined };
    const outcome = (await runAction(action, port, journal, { isDryRun })) as ActionOutcome;
    if (outcome.state !== 'away' || outcome.isSent || outcome.refusal !== undefined) return outcome;
    throw new NaviError('NAVI_UNREACHABLE', `the cluster cannot be asked: ${outcome.message}`, {
      hints: ['navi status says since when', '--queue keeps it until the cluster is back'],
    });
  }

  /** Who the cluster is, asked now. @throws NAVI_UNREACHABLE */
  async identity(): Promise<string> {
    const result = await this.#options.identify();
    if (result !== undefined && identified(result)) return result.identity.uid;
    throw new NaviError('NAVI_UNREACHABLE', 'the cluster does not answer: what is queued waits for it', {
      hints: ['navi status says since when'],
    });
  }

  /** Carries out what is queued for the cluster, which has just told who it is. */
  async runQueue(queue: ActionQueue, cluster: Pick<QueueCluster, 'mirrorId' | 'clusterUid'>): Promise<QueueRun> {
    const port = (headers: ActNow['headers']): ActionPort => this.#port(headers, false);
    return await queue.run({ ...cluster, port, log: this.#options.log });
  }

  #port(headers: ActNow['headers'], isMetadataEnough: boolean, ended?: AbortSignal): ActionPort {
    const { transport, stopping } = this.#options;
    const signal = ended === undefined ? stopping : AbortSignal.any([ended, stopping]);
    return clusterPort(transport, { headers, signal, isMetadataEnough });
  }
}

function isAboutMetadata({ subresource, touched }: Action): boolean {
  return subresource === '' && touched.every(({ path }) => path[0] === 'metadata');
}
