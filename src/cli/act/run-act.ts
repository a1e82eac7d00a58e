import type { ActionOutcome } from '../../core/action/action-outcome.ts';
import type { JsonObject } from '../../core/json.ts';
import { terminalText } from '../../core/terminal-text.ts';
import { kubectlError } from '../../errors/as-kubectl.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { failureLines, isNotFound, ownFailure, type Failure } from '../get/failure.ts';
import { objectName } from '../get/found-object.ts';
import { headersOf } from '../get/ask-cluster.ts';
import { getRequest } from '../get/get-request.ts';
import type { GetTarget } from '../get/get-target.ts';
import { objectRow } from '../get/object-row.ts';
import type { GetCommandLine } from '../get/parse-flags.ts';
import { choosePrinter } from '../get/printers/choose-printer.ts';
import type { ObjectPrinter } from '../get/printers/object-printer.ts';
import { parseDuration } from '../duration.ts';
import { dueNotice } from '../due-notice.ts';
import { noticeAfterMs } from '../notice-after.ts';
import { openMirror } from '../open-mirror.ts';
import { actionDiff } from './action-diff.ts';
import { dryRunOf, type ActRequest, type Draft, type DryRun, type FoundTarget } from './act-request.ts';
import { actNow, noDaemon, outcomeFailure, refuseSecret, type ActNow } from './act-target.ts';
import { askFirst, confirm } from './ask-first.ts';
import { caughtUp, type MadeChange } from './caught-up.ts';
import { awaitDeletion } from './await-deletion.ts';
import { deletedText } from './deletion.ts';
import { findTargets, type FoundTargets } from './find-targets.ts';
import { queueActions, runQueueNow, showActions, type ShownAction } from './queue-actions.ts';

/** A command that changes objects. */
export interface ActRun {
  readonly line: GetCommandLine;
  readonly target: GetTarget;
  readonly write: (text: string) => void;
  /** What is asked for; at once and queued may differ. @throws NAVI_AS_KUBECTL */
  readonly request: (isQueued: boolean) => ActRequest;
}

/** Something to be done, with the object that it is about. */
interface Planned {
  readonly found: FoundTarget;
  readonly draft: Draft;
}

/** What is to be done, and what stands in the way of other things. */
interface Plan {
  readonly planned: readonly Planned[];
  readonly failures: readonly Failure[];
  /** kubectl tells a single failure as one of several. */
  readonly isGathered: boolean;
}

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
  const print = printerOf(line);
  const reader = openMirror(target.context);
  try {
    if (isQueued) return await queue(run, { request, reader, dryRun });
    return await actOrQueue(run, { request, reader, dryRun, print });
  } finally {
    reader.close();
  }
}

interface Asked {
  readonly request: ActRequest;
  readonly reader: MirrorReader;
  readonly dryRun: DryRun;
}

/** At once; where the cluster is away, whoever sits at a terminal is asked whether to queue it. */
async function actOrQueue(run: ActRun, asked: Asked & { readonly print: ObjectPrinter | undefined }): Promise<number> {
  try {
    const targets = await findTargets(asked.request, { ...run, reader: asked.reader, isLive: true });
    return await act(run, asked, planOf(asked.request, targets));
  } catch (error) {
    const isAway =
      error instanceof NaviError &&
      ['NAVI_UNREACHABLE', 'NAVI_DAEMON_NOT_RUNNING', 'NAVI_NOT_MIRRORED'].includes(error.code);
    if (!isAway || asked.dryRun === 'server') throw error;
    const told = error.code === 'NAVI_NOT_MIRRORED' ? noDaemon() : withQueueHint(error);
    if (!(await askFirst(`${told.message}. Queue it until the cluster is back?`))) throw told;
    return await queue(run, { ...asked, request: run.request(true) });
  }
}

function withQueueHint(error: NaviError): NaviError {
  const hints = error.hints.filter((hint) => !hint.startsWith('kubectl '));
  return new NaviError(error.code, error.message, {
    hints: [...new Set([...hints, '--queue keeps it until the cluster is back'])],
    cause: error,
  });
}

async function act(
  run: ActRun,
  asked: Asked & { readonly print: ObjectPrinter | undefined },
  plan: Plan,
): Promise<number> {
  const { line, target, write } = run;
  const { request, reader, dryRun, print } = asked;
  if (request.isAllOrNone && plan.failures.length > 0) return tell(run, plan.failures, plan.isGathered);
  if (request.verb === 'delete' && dryRun === 'none' && plan.planned.length > 0) {
    if (
      !(await confirm(
        line.isOn('yes'),
        plan.planned.map(({ found }) => objectName(found.type, found.name)),
      ))
    ) {
      write('deletion is cancelled\n');
      return 0;
    }
  }
  const headers = await headersOf(getRequest(line), target);
  const now: ActNow = { target, headers, isDryRun: dryRun === 'server' };
  const failures = [...plan.failures];
  const made: MadeChange[] = [];
  for (const { found, draft } of plan.planned) {
    for (const note of draft.notes) write(terminalText(note));
    const { action } = draft;
    if (action === undefined || dryRun === 'client') {
      told(write, { found, draft, print, dryRun, answer: found.object ?? {} });
      continue;
    }
    const outcome = await actNow(action, now);
    const failure = outcomeFailure(action, outcome, request.refusalPrefix);
    if (failure !== undefined) {
      failures.push(...unlessIgnored(request, failure));
      if (request.endsAtFailure) break;
      continue;
    }
    const { answer, resourceVersion, warnings } = outcome as Extract<ActionOutcome, { readonly state: 'done' }>;
    for (const warning of warnings) target.warn(warning);
    told(write, {
      found,
      draft: withEffect(draft, found, answer),
      print,
      dryRun,
      answer: answer ?? found.object ?? {},
    });
    if (dryRun === 'none') made.push({ type: found.type, action, resourceVersion });
  }
  if (plan.planned.length === 0 && failures.length === 0 && request.whenNone !== undefined)
    return tellNone(run, request.whenNone);
  if (request.verb === 'delete' && line.isOn('wait') && failures.length === 0)
    failures.push(...(await awaitDeletion(made, line, now)));
  await caughtUp(reader, target, made);
  return tell(run, failures, plan.isGathered);
}

/** A failure, unless it is one that is not to be told. */
function unlessIgnored({ ignoresMissing }: ActRequest, failure: Failure): readonly Failure[] {
  return ignoresMissing === true && isNotFound(failure) ? [] : [failure];
}

/** A patch that changed nothing is told so. */
function withEffect(draft: Draft, { object }: FoundTarget, answer: JsonObject | null): Draft {
  if (draft.operation !== 'patched' || answer === null || object === undefined) return draft;
  const versions = [object, answer].map(({ metadata }) => (metadata as JsonObject | undefined)?.['resourceVersion']);
  return versions[0] === versions[1] ? { ...draft, operation: 'patched (no change)' } : draft;
}

/** Writes to the queue what the mirror says of the objects, once it was shown. */
async function queue(run: ActRun, { request, reader, dryRun }: Asked): Promise<number> {
  const { line, target, write } = run;
  const expiresMs = parseDuration(line.text('expires'), '--expires');
  const targets = await findTargets(request, { ...run, reader, isLive: false });
  const plan = planOf(request, targets);
  const at = { nowMs: Date.now(), noticeAfterMs: noticeAfterMs(process.env) };
  const notice = dueNotice(target.context, targets.types, at);
  if (notice !== undefined) target.notice(notice);
  if (plan.failures.length > 0) return tell(run, plan.failures, plan.isGathered);
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
  const names = plan.planned.map(({ found }) => objectName(found.type, found.name));
  if (request.verb === 'delete' && !(await confirm(line.isOn('yes'), names))) {
    write('deletion is cancelled\n');
    return 0;
  }
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

function planOf(request: ActRequest, targets: FoundTargets): Plan {
  const planned: Planned[] = [];
  const failures: Failure[] = [];
  for (const found of targets.found) {
    if ('failure' in found) failures.push(...unlessIgnored(request, found.failure));
    else {
      const drafted = request.draft(found);
      if ('failure' in drafted) {
        failures.push(drafted.failure);
        if (request.endsAtFailure) break;
        // Where it is told what was looked for, that comes in any case.
        if (drafted.notes.length > 0) planned.push({ found, draft: { ...drafted, action: undefined, operation: '' } });
      } else planned.push({ found, draft: drafted });
    }
  }
  const { errorText } = targets;
  if (errorText !== undefined) failures.push({ reason: undefined, message: errorText, isWhole: true });
  return { planned, failures, isGathered: targets.isGathered && !request.endsAtFailure };
}

/** What is said, and printed, of an object that was changed, or would be. */
interface Told {
  readonly found: FoundTarget;
  readonly draft: Draft;
  readonly print: ObjectPrinter | undefined;
  readonly dryRun: DryRun;
  readonly answer: JsonObject;
}

function told(write: (text: string) => void, { found, draft, print, dryRun, answer }: Told): void {
  const { type, name, namespace } = found;
  if (draft.operation === '') return;
  if (print !== undefined) {
    const { text } = print.document({ type, row: objectRow(answer) }, answer, undefined);
    write(typeof text === 'string' ? text : Buffer.from(text).toString());
    return;
  }
  const suffix = { none: '', client: ' (dry run)', server: ' (server dry run)' }[dryRun];
  const isDeletion = draft.action?.change.kind === 'delete';
  const [kind = ''] = objectName(type, name).split('/');
  const line = isDeletion
    ? `${kind} "${name}" ${deletedText(draft.operation, namespace)}${suffix}`
    : `${objectName(type, name)} ${draft.operation}${suffix}`;
  write(`${terminalText(line)}\n`);
}

function tell({ target }: ActRun, failures: readonly Failure[], isGathered: boolean): number {
  for (const text of failureLines(failures, isGathered)) target.notice(text);
  return failures.length === 0 ? 0 : 1;
}

function tellNone(run: ActRun, { text, to }: NonNullable<ActRequest['whenNone']>): number {
  if (to === 'error') return tell(run, [ownFailure(text)], false);
  if (to === 'stdout') run.write(text);
  else run.target.notice(text);
  return 0;
}

/** @throws NAVI_AS_KUBECTL for a format that there is not */
function printerOf(line: GetCommandLine): ObjectPrinter | undefined {
  const { output } = getRequest(line);
  if (output.format === '' && output.template === '') return undefined;
  if (output.format === 'wide') throw kubectlError('unable to match a printer suitable for the output format "wide"');
  return choosePrinter(output);
}
