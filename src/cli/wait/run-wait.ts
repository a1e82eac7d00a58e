import { isTerminal } from '../../output/is-terminal.ts';
import { DaemonFollower } from '../../control/follow-daemon.ts';
import { kubectlError } from '../../errors/as-kubectl.ts';
import { Stdout } from '../../output/stdout.ts';
import type { ObjectRow } from '../../query/object-query.ts';
import type { WaitCondition } from '../../query/wait/wait-condition.ts';
import { daemonSocket } from '../daemon-socket.ts';
import { FollowNotices, lookMs } from '../follow/follow-notices.ts';
import { failureLines, isNotFound, ownFailure, type Failure } from '../get/failure.ts';
import { objectName, shownObject, type FoundObject } from '../get/found-object.ts';
import { usedInPlan, type GetPlan, type GetStep } from '../get/get-plan.ts';
import { choosePrinter } from '../get/printers/choose-printer.ts';
import { inSnapshot, openMirror } from '../open-mirror.ts';
import { confirmedPlan, type WaitParts } from './confirmed-plan.ts';
import { notFound, ObjectWait } from './object-wait.ts';
import { presentStep, rowsOf, typeGone } from './present-step.ts';
import { isSecret, waitsFor, type WaitRequest, type WaitTarget } from './wait-request.ts';

/**
 * `navi wait`: resolves with kubectl's exit code once every object met every condition, or the time is over; each condition
 * that an object meets is printed at once.
 * @throws NAVI_DAEMON_NOT_RUNNING, NAVI_TOO_OLD where the cluster cannot be asked whether the mirror is current, NaviError
 */
export async function runWait(request: WaitRequest, target: WaitTarget): Promise<number> {
  const startedAtMs = Date.now();
  const print = printer(request);
  const reader = openMirror(target.context);
  // Follows before the first look, so that no change falls between.
  const follower = new DaemonFollower(daemonSocket(), target.choice);
  try {
    const notices = new FollowNotices({ ...target, follower });
    const parts = { reader, follower, request, target, notices, startedAtMs };
    const plan = await confirmedPlan(parts);
    follower.hold(usedInPlan(plan));
    for (const { type } of plan.steps) if (type.warning !== null) target.warn(type.warning);
    if (!['', 'name'].includes(request.format.toLowerCase()) && plan.steps.some(({ type }) => isSecret(type))) {
      target.notice('navi: values of Secrets are not mirrored');
    }
    if (waitsFor(request, 'create')) await untilCreated(plan, parts);
    const failures = await visitAll(plan, parts, print);
    for (const line of failureLines(failures)) target.notice(line);
    return failures.length === 0 ? 0 : 1;
  } finally {
    follower.close();
    reader.close();
  }
}

/** @throws NAVI_AS_KUBECTL for a format that does not exist */
function printer({ format }: WaitRequest): (found: FoundObject) => void {
  const stdout = new Stdout(isTerminal(1));
  const chosen =
    format === ''
      ? undefined
      : choosePrinter({
          format,
          template: '',
          allowMissingKeys: true,
          showManagedFields: false,
          noHeaders: false,
        });
  return (found) => {
    const document = chosen?.document(found, shownObject(found, 'body'), undefined);
    stdout.write(document?.text ?? `${objectName(found.type, found.row.name)} condition met\n`);
    stdout.flush();
  };
}

/** Resolves once every object that has a name exists, and one at least of the others. @throws NAVI_AS_KUBECTL after the time */
async function untilCreated(plan: GetPlan, parts: WaitParts): Promise<void> {
  const { reader, follower, request, notices, startedAtMs } = parts;
  for (;;) {
    const steps = await inSnapshot(reader, () => {
      const looks: { readonly step: GetStep; readonly isThere: boolean }[] = [];
      for (const planned of plan.steps) {
        const { step, failure } = presentStep(reader, planned);
        // What cannot be looked for is told when its turn comes.
        looks.push({ step, isThere: failure !== undefined || rowsOf(reader, step, 'row').length > 0 });
      }
      return looks;
    });
    if (plan.isBulk ? steps.some(({ isThere }) => isThere) : steps.every(({ isThere }) => isThere)) return;
    const leftMs = startedAtMs + request.timeoutMs - Date.now();
    if (leftMs <= 0) throw kubectlError('timed out waiting for the condition');
    const wake = await follower.wait(Math.min(lookMs, leftMs));
    notices.tell(
      wake,
      steps.map(({ step }) => step.type),
    );
  }
}

/** Visits all objects in order; what fails with one keeps no other from its turn. */
async function visitAll(
  plan: GetPlan,
  parts: WaitParts,
  print: (found: FoundObject) => void,
): Promise<readonly Failure[]> {
  const { reader, request } = parts;
  const isForDelete = waitsFor(request, 'delete');
  const wait = new ObjectWait(parts);
  const failures: Failure[] = [];
  let visitCount = 0;
  for (const planned of plan.steps) {
    const { step, rows, failure } = await inSnapshot(reader, () => find(planned, parts));
    if (failure !== undefined && !(isForDelete && isNotFound(failure))) failures.push(failure);
    for (const row of rows) {
      visitCount += 1;
      const unmet = await visit(wait, { step, row, conditions: request.conditions }, print);
      if (unmet !== undefined) failures.push(unmet);
    }
  }
  const hasNothing = visitCount === 0 && failures.length === 0 && !isForDelete;
  return hasNothing ? [ownFailure('no matching resources found')] : failures;
}

/** What a step finds. */
interface Found {
  readonly step: GetStep;
  readonly rows: readonly ObjectRow[];
  readonly failure: Failure | undefined;
}

/** Whole objects where they may have to be printed after they are gone, else what tables need. */
function find(planned: GetStep, { reader, request }: WaitParts): Found {
  const { step, log, failure } = presentStep(reader, planned);
  if (failure !== undefined || log.isGone) return { step, rows: [], failure: failure ?? typeGone() };
  const rows = rowsOf(reader, step, waitsFor(request, 'delete') ? 'body' : 'row');
  const isMissing = step.name !== undefined && rows.length === 0;
  return { step, rows, failure: isMissing ? notFound(step.type, step.name) : undefined };
}

/** What is waited for of one object. */
interface Visited {
  readonly step: GetStep;
  readonly row: ObjectRow;
  readonly conditions: readonly WaitCondition[];
}

/** Resolves once the object met all conditions, one after the other, or with what went wrong. */
async function visit(
  wait: ObjectWait,
  { step, row, conditions }: Visited,
  print: (found: FoundObject) => void,
): Promise<Failure | undefined> {
  let found: FoundObject = { type: step.type, row };
  for (const condition of conditions) {
    const outcome = await wait.meet(step, found, condition);
    if ('failure' in outcome) return outcome.failure;
    ({ found } = outcome);
    print(found);
  }
  return undefined;
}
