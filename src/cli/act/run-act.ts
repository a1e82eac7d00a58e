import { NaviError } from '../../errors/navi-error.ts';
import { dueNotice } from '../due-notice.ts';
import { parseDuration } from '../duration.ts';
import { headersOf } from '../get/ask-cluster.ts';
import { getRequest } from '../get/get-request.ts';
import { noticeAfterMs } from '../notice-after.ts';
import { openMirror } from '../open-mirror.ts';
import { actAtOnce, cancelled, tellFailures, type ActAsked, type ActRun } from './act-at-once.ts';
import { actionDiff } from './action-diff.ts';
import { namesOf, planActions } from './act-plan.ts';
import { dryRunOf } from './act-request.ts';
import { noDaemon, refuseSecret } from './act-target.ts';
import { askFirst } from '../ask-first.ts';
import { confirm } from './confirm-deletion.ts';
import { findTargets, whyLive } from './find-targets.ts';
import { queueActions, runQueueNow, showActions, type ShownAction } from './queue-actions.ts';
import { changePrinter } from './tell-change.ts';

/**
 * Changes objects, at once or when the cluster is back: resolves with the exit code, kubectl's where that has an answer.
 * @throws NAVI_USAGE, NAVI_AS_KUBECTL, NAVI_UNREACHABLE and NAVI_DAEMON_NOT_RUNNING where it is not queued, and more
 */
export async function runAct(run: ActRun): Promise<number> {
  const { line, target } = run;
  const dryRun = dryRunOf(line);
  const isQueued = line.isOn('queue');
  if (isQueued && dryRun === 'server') {
    throw new NaviError('NAVI_USAGE', '--queue is for a cluster that is away, and --dry-run=server asks it', {
      hints: ['--queue --dry-run=client shows what would be queued'],
    });
  }
  const request = run.request(isQueued);
  const print = changePrinter(line);
  const reader = openMirror(target.context);
  try {
    const asked = { request, reader, dryRun, print };
    return isQueued ? await queue(run, asked) : await actOrQueue(run, asked);
  } finally {
    reader.close();
  }
}

const away = new Set(['NAVI_UNREACHABLE', 'NAVI_DAEMON_NOT_RUNNING', 'NAVI_NOT_MIRRORED']);

/** At once; where the cluster is away, whoever sits at a terminal is asked whether to queue it. */
async function actOrQueue(run: ActRun, asked: ActAsked): Promise<number> {
  try {
    const targets = await findTargets(asked.request, { ...run, reader: asked.reader, isLive: true });
    return await actAtOnce(run, asked, planActions(asked.request, targets));
  } catch (error) {
    if (!(error instanceof NaviError) || !away.has(error.code) || asked.dryRun === 'server') throw error;
    const told = isNoDaemon(error) ? noDaemon() : withQueueHint(error);
    if (!(await askFirst(`${told.message}. Queue it until the cluster is back?`))) throw told;
    return await queue(run, { ...asked, request: run.request(true) });
  }
}

/** What reads objects through the daemon says so of one that is not there. */
function isNoDaemon({ code, message }: NaviError): boolean {
  return code === 'NAVI_NOT_MIRRORED' && message.startsWith(whyLive);
}

function withQueueHint(error: NaviError): NaviError {
  const hints = error.hints.filter((hint) => !hint.startsWith('kubectl '));
  return new NaviError(error.code, error.message, {
    hints: [...new Set([...hints, '--queue keeps it until the cluster is back'])],
    cause: error,
  });
}

/** Writes to the queue what the mirror says of the objects, once it was shown. */
async function queue(run: ActRun, { request, reader, dryRun }: ActAsked): Promise<number> {
  const { line, target, write } = run;
  const expiresMs = parseDuration(line.text('expires'), '--expires');
  const targets = await findTargets(request, { ...run, reader, isLive: false });
  const plan = planActions(request, targets);
  const at = { nowMs: Date.now(), noticeAfterMs: await noticeAfterMs(process.env) };
  const notice = dueNotice(target.context, targets.types, at);
  if (notice !== undefined) target.notice(notice);
  if (plan.failures.length > 0) return tellFailures(run, plan.failures, plan.isGathered);
  const shown = plan.planned.flatMap(({ found, draft }): readonly ShownAction[] => {
    if (draft.action === undefined) return [];
    refuseSecret(draft.action);
    return [{ action: draft.action, diff: actionDiff(draft.action, found.object) }];
  });
  refuseUnknownScale(shown);
  if (shown.length === 0) {
    target.notice('navi: there is nothing to change, so nothing is queued');
    return 0;
  }
  showActions(shown, write);
  if (dryRun === 'client') return 0;
  if (request.verb === 'delete' && !(await confirm(line.isOn('yes'), namesOf(plan)))) return cancelled(run);
  const headers = await headersOf(getRequest(line), target);
  await queueActions(shown, { reader, target, headers, expiresMs, write });
  await tryQueue(run);
  return 0;
}

/** A cluster that is there after all gets what was queued at once; whatever keeps it from that is no failure of queueing. */
async function tryQueue({ target }: ActRun): Promise<void> {
  try {
    const ran = await runQueueNow(target);
    if (ran === undefined) target.notice('navi: no daemon runs; the next one carries it out when the cluster is there');
    else if (ran.settledCount > 0) target.notice('navi: the cluster is there: navi queue list tells what became of it');
  } catch (error) {
    if (!(error instanceof NaviError)) throw error;
    target.notice('navi: it waits for the cluster');
  }
}

/** @throws NAVI_USAGE */
function refuseUnknownScale(shown: readonly ShownAction[]): void {
  const unknown = shown.find(({ action }) => action.verb === 'scale' && action.touched.length === 0);
  if (unknown === undefined) return;
  throw new NaviError('NAVI_USAGE', `the mirror does not tell how many replicas ${unknown.action.target.name} has`, {
    hints: ['run it again without --queue when the cluster is there'],
  });
}
