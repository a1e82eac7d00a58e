import { isTerminal } from '../../output/is-terminal.ts';
import { DaemonFollower } from '../../control/follow-daemon.ts';
import { kubectlError } from '../../errors/as-kubectl.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { PatientStdout } from '../../output/patient-stdout.ts';
import { Stdout } from '../../output/stdout.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import type { ObjectRow } from '../../query/object-query.ts';
import { daemonSocket } from '../daemon-socket.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { dueNotice } from '../due-notice.ts';
import { noticeAfterMs } from '../notice-after.ts';
import { inSnapshot, openMirror } from '../open-mirror.ts';
import { shellWord } from '../../core/shell-word.ts';
import { ExpressionFilter } from './expression-filter.ts';
import { failureLines, isNotFound, ownFailure, type Failure } from './failure.ts';
import { wholeObject } from './found-object.ts';
import { storedTypes, type GetPlan, type GetStep } from './get-plan.ts';
import { isTable, type GetRequest } from './get-request.ts';
import { inTableOrder, knownFailure, storedRows } from './get-rows.ts';
import { HeldSnapshot } from './held-snapshot.ts';
import type { GetTarget } from './get-target.ts';
import { manifestsOf, type Manifests } from './manifest-plan.ts';
import { presentPosition, type Position } from '../follow/type-log.ts';
import { ObjectWatch } from './object-watch.ts';
import type { MakeRowQuery } from './row-query.ts';
import { refuseRequest } from './refuse-flags.ts';
import { planFreshEnough } from './run-get.ts';
import { withoutValues } from './secret-notice.ts';
import { sortedRows } from './sort-rows.ts';
import { usedNames } from '../with-used.ts';
import { watchOutput, type WatchOutput } from './watch-output.ts';

/** The signals at which kubectl 1.36 ends a watch, with exit code 1 and whatever of its output is not taken yet. */
const endingSignals = ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGQUIT'] as const;

/** What is there at the start is held in memory up to some such length: the size of a pipe on Linux. */
const heldLengthMax = 65_536;

/**
 * `navi get -w`: prints the objects, then each change as the daemon writes it, until it is interrupted; resolves with the
 * exit code where it ends by itself. A daemon that is away is waited for; nothing is lost or told twice meanwhile.
 * @throws NaviError, OutputClosed
 */
export async function runWatch(request: GetRequest, target: GetTarget): Promise<number> {
  warnOfSorting(request, target);
  refuseRequest(request);
  const noticeAfter = await noticeAfterMs(process.env);
  // Few ask questions of navi's own: nobody else loads what answers them.
  const makeQuery = request.query && (await (await import('./row-query.ts')).rowQueryOf(request.query));
  const manifests = await manifestsOf(request);
  const reader = openMirror(target.context);
  // Follows before the first look, so that no change falls between.
  const follower = new DaemonFollower(daemonSocket(), target.choice);
  try {
    const stdout = new PatientStdout(isTerminal(1));
    let begun: Begun;
    try {
      begun = await print(reader, stdout, { request, manifests, target, makeQuery });
    } finally {
      endOnSignals();
      await stdout.flush();
    }
    if ('failures' in begun) {
      for (const line of failureLines(begun.failures)) target.notice(line);
      const notice = dueNotice(target.context, begun.types, { nowMs: Date.now(), noticeAfterMs: noticeAfter });
      if (notice !== undefined) target.notice(notice);
      return begun.failures.length > 0 ? 1 : 0;
    }
    follower.hold(usedNames(begun.steps.map(({ type }) => type)));
    return await new ObjectWatch({ reader, stdout, target, follower, noticeAfterMs: noticeAfter, ...begun }).run();
  } finally {
    follower.close();
    reader.close();
  }
}

/** Prints what is there into `stdout`; what is too much to hold is written at once, and a signal ends navi as any program. */
async function print(reader: MirrorReader, stdout: PatientStdout, asked: WatchAsked): Promise<Begun> {
  const large = new Stdout(isTerminal(1));
  let write = (text: string | Uint8Array): void => {
    stdout.write(text);
    if (stdout.heldLength < heldLengthMax) return;
    for (const part of stdout.take()) large.write(part);
  };
  const output = watchOutput(asked.request, (text) => write(text));
  try {
    const read = await inSnapshot(reader, async () => await readBeginning(reader, output, asked));
    return 'failures' in read ? read : begin(read, output, asked);
  } finally {
    large.flush();
    write = (text) => stdout.write(text);
  }
}

/** Everything printed so far is written; what a reader that stopped has not taken nobody waits for. */
function endOnSignals(): void {
  for (const signal of endingSignals) process.once(signal, () => process.exit(1));
}

function warnOfSorting(request: GetRequest, { notice }: GetTarget): void {
  if (request.sortBy === '') return;
  notice(
    request.watch.only
      ? 'warning: --watch-only requested, --sort-by will be ignored'
      : 'warning: --watch requested, --sort-by will be ignored for watch events received',
  );
}

interface WatchAsked {
  readonly request: GetRequest;
  readonly manifests: Manifests | undefined;
  readonly target: GetTarget;
  /** `--where`; undefined for all objects. */
  readonly makeQuery: MakeRowQuery | undefined;
}

/** What ends a watch before it begins, with the types that the answer came from. */
interface Ended {
  readonly failures: readonly Failure[];
  readonly types: readonly MirrorType[];
}

type Begun =
  | (Pick<Beginning, 'filter' | 'position'> & {
      readonly steps: readonly [GetStep, ...GetStep[]];
      readonly output: WatchOutput;
    })
  | Ended;

/** What is there, and where the change log stands, in one snapshot. */
interface Beginning {
  readonly plan: GetPlan;
  readonly steps: readonly [GetStep, ...GetStep[]];
  readonly rows: readonly ObjectRow[];
  readonly filter: ExpressionFilter | undefined;
  readonly position: Position;
}

async function readBeginning(
  reader: MirrorReader,
  output: WatchOutput,
  { request, manifests, target, makeQuery }: WatchAsked,
): Promise<Beginning | Ended> {
  const plan = await planFreshEnough(reader, { request, manifests, target });
  const types = storedTypes(plan);
  for (const { type } of plan.steps) if (type.warning !== null) target.warn(type.warning);
  const known = plan.steps.map((step) => step.failure ?? knownFailure(step)).find((failure) => failure !== undefined);
  if (known !== undefined) return { failures: [known], types };
  refuseLive(plan, target);
  const rows: ObjectRow[] = [];
  const query = await makeQuery?.(types, { cluster: target.context.name, nowMs: Date.now() });
  const source = storedRows(reader, { liveRows: new Map(), query }, new HeldSnapshot(() => undefined));
  for (const step of plan.steps) {
    const read = source.read(step, output.detail);
    if ('failure' in read) {
      return { failures: isNotFound(read.failure) && request.ignoreNotFound ? [] : [read.failure], types };
    }
    for (const row of isTable(request.output) ? inTableOrder(read.type, read.rows) : read.rows) rows.push(row);
  }
  query?.refuseMistake();
  const [first, ...others] = plan.steps;
  if (first === undefined) return { failures: [], types };
  const filter = query && new ExpressionFilter(query, rows);
  return { plan, steps: [first, ...others], rows, filter, position: presentPosition(reader) };
}

/** Prints what is there. No snapshot is held for that: it may take long. */
function begin(
  { plan, steps, rows, filter, position }: Beginning,
  output: WatchOutput,
  { request, manifests, target }: WatchAsked,
): Begun {
  const [{ type }] = steps;
  if (!request.watch.only) output.rows(type, sorted(request, type, rows));
  // The namespaces of `-n a,b` are followed together, which kubectl does not have.
  if (steps.length > 1 && !plan.isBulk) {
    const why =
      manifests === undefined
        ? 'you may only watch a single resource or type of resource at a time'
        : `watch is only supported on individual resources and resource collections - ${plan.steps.length} resources were found`;
    return { failures: [ownFailure(why)], types: storedTypes(plan) };
  }
  const secrets = withoutValues(request, plan, target.argv);
  if (secrets !== undefined) target.notice(secrets);
  for (const notice of filter?.takeNotices() ?? []) target.notice(notice);
  return { steps, filter, position, output };
}

/** What the mirror cannot answer it cannot follow either. @throws NAVI_NOT_MIRRORED */
function refuseLive(plan: GetPlan, { argv }: GetTarget): void {
  const why = plan.steps.find((step) => step.live !== undefined)?.live;
  if (why === undefined) return;
  throw new NaviError('NAVI_NOT_MIRRORED', `${why}; it cannot be watched here`, {
    hints: [`kubectl get ${argv.map(shellWord).join(' ')}`],
  });
}

/** Only the rows of the first table are sorted. @throws NAVI_AS_KUBECTL */
function sorted(request: GetRequest, type: MirrorType, rows: readonly ObjectRow[]): readonly ObjectRow[] {
  if (request.sortBy === '' || !isTable(request.output)) return rows;
  const order = sortedRows(request.sortBy, function* () {
    for (const row of rows) yield wholeObject({ type, row });
  });
  if (order.ok) return order.positions.flatMap((position) => rows[position] ?? []);
  throw kubectlError(`unable to output the provided object: ${order.message}`);
}
