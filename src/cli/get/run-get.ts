import { humanDuration } from '../../core/human-duration.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { judgeFreshness, type FreshnessVerdict } from '../../query/freshness.ts';
import { readTypes } from '../../query/mirror-type.ts';
import { readableParts } from '../../query/type-places.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { dueNotice } from '../due-notice.ts';
import { noticeAfterMs } from '../notice-after.ts';
import { inSnapshot, openMirror } from '../open-mirror.ts';
import { OwnSink, type AnswerSink } from './answer-sink.ts';
import { failureLines } from './failure.ts';
import { planGet, storedTypes, typeNames, usedInPlan, type GetPlan } from './get-plan.ts';
import { isTable, type GetRequest } from './get-request.ts';
import { storedRows } from './get-rows.ts';
import type { Asked, Printed } from './get-tables.ts';
import type { GetTarget } from './get-target.ts';
import { HeldSnapshot } from './held-snapshot.ts';
import { manifestsOf, planManifests, type Manifests } from './manifest-plan.ts';
import type { LiveRows } from './live-rows.ts';
import { hasOwnAnswer } from './query-flags.ts';
import { withUsed } from '../with-used.ts';
import { refuseRequest } from './refuse-flags.ts';
import { withoutValues } from './secret-notice.ts';

const nothingLive: LiveRows = { rows: new Map(), warnings: [] };

/**
 * `navi get` of one context without a watch: resolves with the exit code.
 * @param sink where the answer goes: to stdout, or to that of several contexts
 * @throws NaviError, OutputClosed
 */
export async function runGet(
  request: GetRequest,
  target: GetTarget,
  sink: AnswerSink = new OwnSink(),
): Promise<number> {
  refuseRequest(request);
  const noticeAfter = await noticeAfterMs(process.env);
  // Few ask questions of navi's own, or for machine formats: nobody else loads what answers and prints them.
  const makeQuery = request.query && (await (await import('./row-query.ts')).rowQueryOf(request.query));
  const answers = request.query && hasOwnAnswer(request.query) ? await import('./answer-query.ts') : undefined;
  const printing = isTable(request.output) ? undefined : await import('./get-objects.ts');
  const manifests = await manifestsOf(request);
  const reader = openMirror(target.context);
  try {
    const { asked, warningCount, printed, query } = await inSnapshot(reader, async () => {
      const plan = await planFreshEnough(reader, { request, manifests, target }).catch((error: unknown) => {
        const isRefusal = error instanceof NaviError && error.code === 'NAVI_AS_KUBECTL';
        if (isRefusal) tellStaleTypes(reader, target, noticeAfter);
        throw error;
      });
      const live = await rowsFromElsewhere(reader, { request, plan, target });
      // Ages are counted up to the time that is asked about.
      const at: Asked = { request, plan, nowMs: request.past?.kind === 'at' ? request.past.atMs : Date.now() };
      const query = await makeQuery?.(storedTypes(plan), { cluster: target.context.name, nowMs: at.nowMs });
      const snapshot = new HeldSnapshot(() => reader.sqlite.exec('commit'));
      const source = storedRows(reader, { liveRows: live.rows, query }, snapshot);
      const warningCount = tellWarnings(plan, live, target);
      sink.begin?.(judgeFreshness(storedTypes(plan), at.nowMs, noticeAfter));
      const answered = query && answers?.answerQuery({ ...at, query, source, reader }, sink);
      const printed =
        answered ?? printing?.printObjects(source, at, (text) => sink.write(text)) ?? sink.tables(source, at);
      return { asked: at, warningCount, query, printed };
    });
    sink.end();
    for (const notice of query?.notices ?? []) target.notice(notice);
    return tell(asked, { printed, warningCount, target, noticeAfter, sink });
  } finally {
    reader.close();
  }
}

/** A request that is refused is judged by the types that were known when the mirror was last fresh: says so when it is not. */
function tellStaleTypes(reader: MirrorReader, target: GetTarget, noticeAfter: number): void {
  const definitions = readableParts(readTypes(reader)).filter(
    ({ resource }) => resource === 'customresourcedefinitions',
  );
  const notice = dueNotice(target.context, definitions, { nowMs: Date.now(), noticeAfterMs: noticeAfter });
  if (notice !== undefined) target.notice(notice);
}

/** Rows of the past, and those that only the cluster has: no snapshot is held while it is asked. */
async function rowsFromElsewhere(
  reader: MirrorReader,
  { request, plan, target }: { readonly request: GetRequest; readonly plan: GetPlan; readonly target: GetTarget },
): Promise<LiveRows> {
  if (request.past !== undefined) {
    const { pastRows } = await import('./past-rows.ts');
    return { rows: pastRows(reader, { request, plan }, request.past), warnings: [] };
  }
  if (plan.steps.every((step) => step.live === undefined)) return nothingLive;
  reader.sqlite.exec('commit');
  try {
    const { readLive } = await import('./live-rows.ts');
    return await readLive(request, plan, target);
  } finally {
    reader.sqlite.exec('begin');
  }
}

/** What a plan is made of. */
interface Planning {
  readonly request: GetRequest;
  readonly manifests: Manifests | undefined;
  readonly target: GetTarget;
}

/** The plan over data that is young enough: with `--max-age` a daemon may be asked to confirm it now. */
export async function planFreshEnough(
  reader: MirrorReader,
  { request, manifests, target }: Planning,
): Promise<GetPlan> {
  const planned = (): GetPlan => {
    const types = readTypes(reader);
    return manifests === undefined ? planGet(request, types, target) : planManifests(request, manifests, types, target);
  };
  const plan = await withUsed(reader, planned, usedInPlan, target);
  if (request.maxAgeMs === undefined || !isTooOld(plan, request.maxAgeMs)) return plan;
  let isRunning = false;
  // No snapshot is held while the daemon is asked, and what it confirms is in the next one.
  reader.sqlite.exec('commit');
  try {
    const { confirmNow } = await import('./confirm-now.ts');
    isRunning = await confirmNow(target);
  } finally {
    reader.sqlite.exec('begin');
  }
  const confirmed = planned();
  if (!isTooOld(confirmed, request.maxAgeMs)) return confirmed;
  const { ageMs } = verdictOf(confirmed);
  const age = ageMs === null ? 'of unknown age' : `${humanDuration(ageMs)} old`;
  throw new NaviError(
    'NAVI_TOO_OLD',
    `the mirror of ${typeNames(confirmed)} is ${age}, older than --max-age ${humanDuration(request.maxAgeMs)}`,
    {
      hints: isRunning ? ['navi status says what is wrong'] : ['navi sync --detach keeps it fresh'],
    },
  );
}

function isTooOld(plan: GetPlan, maxAgeMs: number): boolean {
  const { ageMs } = verdictOf(plan);
  return ageMs === null || ageMs > maxAgeMs;
}

/** The oldest of what a plan reads. */
function verdictOf(plan: GetPlan): FreshnessVerdict {
  return judgeFreshness(storedTypes(plan), Date.now(), 0);
}

/** Tells the Warning headers of what was asked for, as the answers bring them to kubectl: before the data. Their number. */
function tellWarnings(plan: GetPlan, live: LiveRows, { warn }: GetTarget): number {
  const stored = plan.steps.flatMap((step) => (step.live === undefined ? (step.type.warning ?? []) : []));
  const warnings = new Set([...stored, ...live.warnings]);
  for (const warning of warnings) warn(warning);
  return warnings.size;
}

/** Everything for stderr, after the data: "No resources found", errors, then navi's own notices. */
function tell(
  { request, plan }: Asked,
  result: {
    readonly printed: Printed;
    readonly warningCount: number;
    readonly target: GetTarget;
    readonly noticeAfter: number;
    readonly sink: AnswerSink;
  },
): number {
  const { printed, warningCount, target, noticeAfter, sink } = result;
  const isSilent = !printed.isEmpty || printed.failures.length > 0 || request.ignoreNotFound;
  if (isTable(request.output) && !isSilent) {
    const isOneNamespace = !request.allNamespaces && plan.steps.every((step) => step.type.namespaced);
    const { namespaces } = request;
    const place =
      namespaces.length > 1
        ? `${namespaces.join(', ')} namespaces`
        : `${namespaces[0] ?? target.context.namespace} namespace`;
    sink.empty(isOneNamespace ? `No resources found in ${place}.` : 'No resources found', target);
  }
  const isGathered = plan.isGathered && isTable(request.output);
  for (const line of failureLines(printed.failures, isGathered)) target.notice(line);
  const secrets = withoutValues(request, plan, target.argv);
  if (secrets !== undefined) target.notice(secrets);
  const notice = dueNotice(target.context, storedTypes(plan), { nowMs: Date.now(), noticeAfterMs: noticeAfter });
  if (notice !== undefined) target.notice(notice);
  if (printed.failures.length > 0) return 1;
  if (!request.warningsAsErrors || warningCount === 0) return 0;
  target.notice(`error: ${warningCount} warning${warningCount === 1 ? '' : 's'} received`);
  return 1;
}
