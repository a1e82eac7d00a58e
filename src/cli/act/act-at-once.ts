import type { ActionOutcome } from '../../core/action/action-outcome.ts';
import { terminalText } from '../../core/terminal-text.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { headersOf } from '../get/ask-cluster.ts';
import { failureLines, ownFailure, type Failure } from '../get/failure.ts';
import { getRequest } from '../get/get-request.ts';
import type { GetTarget } from '../get/get-target.ts';
import type { GetCommandLine } from '../get/parse-flags.ts';
import type { ObjectPrinter } from '../get/printers/object-printer.ts';
import { namesOf, unlessIgnored, type ActPlan, type Planned } from './act-plan.ts';
import type { ActRequest, DryRun } from './act-request.ts';
import { actNow, outcomeFailure, type ActNow } from './act-target.ts';
import { confirm } from './confirm-deletion.ts';
import { awaitDeletion } from './await-deletion.ts';
import { caughtUp, type MadeChange } from './caught-up.ts';
import { tellChange } from './tell-change.ts';

/** A command that changes objects. */
export interface ActRun {
  readonly line: GetCommandLine;
  readonly target: GetTarget;
  readonly write: (text: string) => void;
  /** What is asked for; at once and queued may differ. @throws NAVI_AS_KUBECTL */
  readonly request: (isQueued: boolean) => ActRequest;
}

/** What is to be done now, and how it is told. */
export interface ActAsked {
  readonly request: ActRequest;
  readonly reader: MirrorReader;
  readonly dryRun: DryRun;
  readonly print: ObjectPrinter | undefined;
}

/** kubectl 1.36. */
const forceWarning =
  'Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.';

/** Carries a plan out through the daemon, object by object. Resolves with the exit code. @throws what `actNow` throws */
export async function actAtOnce(run: ActRun, asked: ActAsked, plan: ActPlan): Promise<number> {
  const { line, target } = run;
  const { request, reader, dryRun } = asked;
  if (request.isAllOrNone && plan.failures.length > 0) return tellFailures(run, plan.failures, plan.isGathered);
  if (request.verb === 'delete') {
    const isAsked = dryRun === 'none' && plan.planned.length > 0;
    if (isAsked && !(await confirm(line.isOn('yes'), namesOf(plan)))) return cancelled(run);
    if (line.isOn('force')) target.warn(forceWarning);
  }
  const headers = await headersOf(getRequest(line), target);
  const now: ActNow = { target, headers, isDryRun: dryRun === 'server' };
  const failures = [...plan.failures];
  const made: MadeChange[] = [];
  for (const planned of plan.planned) {
    const { failure, change } = await actOne(run, asked, { planned, now });
    if (change !== undefined) made.push(change);
    if (failure === undefined) continue;
    failures.push(...unlessIgnored(request, failure));
    if (request.endsAtFailure) break;
  }
  if (!plan.hasObjects && failures.length === 0 && request.whenNone !== undefined)
    return tellNone(run, request.whenNone);
  if (request.verb === 'delete' && line.isOn('wait') && failures.length === 0)
    failures.push(...(await awaitDeletion(made, line, now)));
  await caughtUp(reader, target, made);
  return tellFailures(run, failures, plan.isGathered);
}

/** What became of one object. */
interface ActedUpon {
  readonly failure?: Failure | undefined;
  readonly change?: MadeChange | undefined;
}

async function actOne(
  { target, write }: ActRun,
  { request, dryRun, print }: ActAsked,
  { planned, now }: { readonly planned: Planned; readonly now: ActNow },
): Promise<ActedUpon> {
  const { found, draft } = planned;
  for (const note of draft.notes) write(terminalText(note));
  const { action } = draft;
  const unasked = { ...planned, print, dryRun, answer: found.object ?? {} };
  if (action === undefined || dryRun === 'client') {
    tellChange(write, unasked);
    return {};
  }
  const outcome = await actNow(action, now);
  const failure = outcomeFailure(action, outcome, request.refusalPrefix);
  if (failure !== undefined) return { failure };
  const { answer, resourceVersion, warnings } = outcome as Extract<ActionOutcome, { readonly state: 'done' }>;
  for (const warning of warnings) target.warn(warning);
  tellChange(write, answer === null ? unasked : { ...unasked, answer });
  return dryRun === 'none' ? { change: { type: found.type, action, resourceVersion } } : {};
}

/** Tells failures as kubectl does. Returns the exit code. */
export function tellFailures({ target }: ActRun, failures: readonly Failure[], isGathered: boolean): number {
  for (const text of failureLines(failures, isGathered)) target.notice(text);
  return failures.length === 0 ? 0 : 1;
}

/** Somebody said no. */
export function cancelled({ write }: ActRun): number {
  write('deletion is cancelled\n');
  return 0;
}

function tellNone(run: ActRun, { text, to }: NonNullable<ActRequest['whenNone']>): number {
  if (to === 'error') return tellFailures(run, [ownFailure(text)], false);
  if (to === 'stdout') run.write(text);
  else run.target.notice(text);
  return 0;
}
