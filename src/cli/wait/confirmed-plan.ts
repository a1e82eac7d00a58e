import { askDaemon } from '../../control/control-client.ts';
import type { DaemonFollower } from '../../control/follow-daemon.ts';
import { resourceName } from '../../core/api-resource.ts';
import { humanDuration } from '../../core/human-duration.ts';
import { shellWord } from '../../core/shell-word.ts';
import { asFault } from '../../errors/of-contexts.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { readTypes, type MirrorType } from '../../query/mirror-type.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { daemonSocket } from '../daemon-socket.ts';
import type { FollowNotices } from '../follow/follow-notices.ts';
import { storedTypes, usedInPlan, type GetPlan } from '../get/get-plan.ts';
import { withUsed } from '../with-used.ts';
import { inSnapshot } from '../open-mirror.ts';
import { planWait, type WaitRequest, type WaitTarget } from './wait-request.ts';

/** How long the daemon may take to prove what is stored, however short `--timeout` is (ms): a check and what it waits for. */
const confirmMs = 15_000;

/** Between two questions to the daemon; each is a request to the cluster (ms). */
const firstPauseMs = 500;
const longestPauseMs = 5_000;

/** What is looked at, and with what. */
export interface WaitParts {
  readonly reader: MirrorReader;
  readonly follower: DaemonFollower;
  readonly request: WaitRequest;
  readonly target: WaitTarget;
  readonly notices: FollowNotices;
  /** When the command began (epoch ms). */
  readonly startedAtMs: number;
}

/**
 * The plan of a wait, once the rows that it is about are proven to be the server's at a time after the command began. Older
 * ones tell nothing: the change that makes somebody wait may have undone what they say.
 * @throws NAVI_DAEMON_NOT_RUNNING, NAVI_TOO_OLD where the cluster does not prove them in time, and what `planWait` throws
 */
export async function confirmedPlan(parts: WaitParts): Promise<GetPlan> {
  const { follower, request, target, startedAtMs } = parts;
  const giveUpAtMs = startedAtMs + Math.max(request.timeoutMs, confirmMs);
  let isTold = false;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, 2 * pauseMs)) {
    await askToConfirm(target);
    const outcome = await provenPlan(parts);
    if (!(outcome instanceof NaviError)) return outcome;
    const nowMs = Date.now();
    if (nowMs >= giveUpAtMs) throw outcome;
    if (!isTold && nowMs - startedAtMs > longestPauseMs) {
      target.notice(`navi: ${outcome.message}; waiting for it`);
      isTold = true;
    }
    await follower.wait(Math.min(pauseMs, giveUpAtMs - nowMs));
  }
}

/** @throws NAVI_DAEMON_NOT_RUNNING, NAVI_DAEMON_SILENT, what the daemon says of a context that it cannot mirror */
async function askToConfirm({ choice }: WaitTarget): Promise<void> {
  const answer = await askDaemon(daemonSocket(), { method: 'confirm', ...choice }, confirmMs);
  if (answer !== undefined) return;
  throw new NaviError('NAVI_DAEMON_NOT_RUNNING', 'no daemon follows the cluster, so nothing that is stored is proof', {
    hints: ['navi sync --detach starts one'],
  });
}

/** The plan, or why it cannot be gone by yet. @throws NaviError for what waiting does not change */
async function provenPlan({ reader, request, target, startedAtMs }: WaitParts): Promise<GetPlan | NaviError> {
  const planned = (): GetPlan => planWait(request, readTypes(reader), target);
  const plan = await inSnapshot(reader, () => withUsed(reader, planned, usedInPlan, target)).catch(asFault);
  if (plan instanceof NaviError) {
    if (plan.code === 'NAVI_INCOMPLETE') return plan;
    throw plan;
  }
  const unproven = storedTypes(plan).find((type) => !isProven(type, startedAtMs));
  return unproven === undefined ? plan : notProven(unproven, request);
}

/** A refusal is an answer of its own. */
function isProven({ scope }: MirrorType, sinceMs: number): boolean {
  return scope?.phase === 'denied' || (scope?.complete === true && (scope.asOfMs ?? 0) >= sinceMs);
}

function notProven(type: MirrorType, { argv }: WaitRequest): NaviError {
  const { asOfMs = null, pollIntervalMs = null, reason = 'none', lastError = null } = type.scope ?? {};
  const since = asOfMs === null ? '' : ` ${humanDuration(Date.now() - asOfMs)} ago`;
  const confirmed = `was ${asOfMs === null ? 'never' : 'last'} confirmed with the cluster${since}`;
  const polled = pollIntervalMs === null ? '' : `: it is listed every ${humanDuration(pollIntervalMs)}`;
  const why = reason === 'none' ? polled : ` (${reason}${lastError === null ? '' : `: ${lastError}`})`;
  return new NaviError('NAVI_TOO_OLD', `${resourceName(type)} ${confirmed}${why}`, {
    hints: [`navi status ${resourceName(type)} says more`, `kubectl wait ${argv.map(shellWord).join(' ')}`],
  });
}
