import type { DaemonFollower, Wake } from '../../control/follow-daemon.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import { dueNotice } from '../due-notice.ts';

/** Between two looks of a command that follows a mirror, for the health of that (ms); changes come at once. */
export const lookMs = 5_000;

/** What notices of a command that follows a mirror are about, and where they go. */
export interface FollowSubject {
  readonly follower: DaemonFollower;
  readonly context: ContextSummary;
  /** Age of data from which on a notice is due (ms). */
  readonly noticeAfterMs: number;
  readonly notice: (text: string) => void;
}

/** Tells people, once each time, of a daemon that is away or that will not tell, and of data that is too old. */
export class FollowNotices {
  readonly #subject: FollowSubject;
  #isAway = false;
  #isNoticed = false;

  constructor(subject: FollowSubject) {
    this.#subject = subject;
  }

  /** To be called with each wake of the follower. @param types those that are followed, as they are now */
  tell(wake: Wake, types: readonly MirrorType[]): void {
    const { follower, notice, context, noticeAfterMs } = this.#subject;
    if (wake === 'refused') notice(`navi: the daemon does not follow this context: ${follower.refusal ?? ''}`);
    if (wake === 'away' && !this.#isAway) notice('navi: no daemon is running; changes come once navi sync runs');
    this.#isAway = wake === 'away' || (this.#isAway && !follower.isConnected);
    const ageNotice = dueNotice(context, types, { nowMs: Date.now(), noticeAfterMs });
    if (ageNotice !== undefined && !this.#isNoticed) notice(ageNotice);
    this.#isNoticed = ageNotice !== undefined;
  }
}
