import { isatty } from 'node:tty';
import { askDaemon } from '../../control/control-client.ts';
import { humanDuration } from '../../core/human-duration.ts';
import { asKubectl } from '../../errors/as-kubectl.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { Stdout } from '../../output/stdout.ts';
import { judgeFreshness, type FreshnessVerdict } from '../../query/freshness.ts';
import { readTypes } from '../../query/mirror-type.ts';
import { readableParts } from '../../query/type-places.ts';
import { requiredResource } from '../../query/resource-arguments.ts';
import { daemonSocket } from '../daemon-socket.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { dueNotice } from '../due-notice.ts';
import { noticeAfterMs } from '../notice-after.ts';
import { inSnapshot, openMirror } from '../open-mirror.ts';
import { failureLines } from './failure.ts';
import { printObjects } from './get-objects.ts';
import { planGet, storedTypes, typeNames, type GetPlan } from './get-plan.ts';
import { isTable, type GetRequest } from './get-request.ts';
import { storedRows, type RowSource } from './get-rows.ts';
import { printTables, type Asked, type Printed } from './get-tables.ts';
import type { GetTarget } from './get-target.ts';
import { HeldSnapshot } from './held-snapshot.ts';
import { manifestsOf, planManifests, type Manifests } from './manifest-plan.ts';
import { readLive, type LiveRows } from './live-rows.ts';

import { withoutValues } from './secret-notice.ts';

/** How long a daemon may take to confirm before `--max-age` gives up (ms). */
const confirmTimeoutMs = 15_000;

const nothingLive: LiveRows = { rows: new Map(), warnings: [] };

/** `navi get` without a watch: prints and resolves with the exit code. @throws NaviError, OutputClosed */
export async function runGet(request: GetRequest, target: GetTarget): Promise<number> {
  refuseRequest(request);
  const noticeAfter = noticeAfterMs(process.env);
  // Few ask questions of navi's own: nobody else loads what answers them.
  const answers = request.query === undefined ? undefined : await import('./answer-query.ts');
  const makeQuery = request.query === undefined ? undefined : answers?.rowQueryOf(request.query);
  const manifests = await manifestsOf(request);
  const reader = openMirror(target.context);
  try {
    const stdout = new Stdout(isatty(1));
    const { asked, warningCount, printed, query } = await inSnapshot(reader, async () => {
      const plan = await planFreshEnough(reader, { request, manifests, target }).catch(async (error: unknown) => {
        const isRefusal = error instanceof NaviError && error.code === 'NAVI_AS_KUBECTL';
        if (isRefusal) await tellStaleTypes(reader, target, noticeAfter);
        throw error;
      });
      const live = await outsideSnapshot(reader, plan, async () => await readLive(request, plan, target));
      const at: Asked = { request, plan, nowMs: Date.now() };
      const query = makeQuery?.(storedTypes(plan), { cluster: target.context.name, nowMs: at.nowMs });
      const snapshot = new HeldSnapshot(() => reader.sqlite.exec('commit'));
      const source = storedRows(reader, { liveRows: live.rows, query }, snapshot);
      const warningCount = tellWarnings(plan, live, target);
      const write = (text: string | Uint8Array): void => stdout.write(text);
      const answered = query && answers?.answerQuery({ ...at, query, source, reader }, write);
      return { asked: at, warningCount, query, printed: answered ?? print(source, at, write) };
    });
    stdout.flush();
    for (const notice of query?.notices ?? []) target.notice(notice);
    return tell(asked, { printed, warningCount, target, noticeAfter });
  } finally {
    reader.close();
  }
}

/**
 * What kubectl refuses before it asks anything.
 * @throws NAVI_AS_KUBECTL
 */
export function refuseRequest(request: GetRequest): void {
  const { output, table, watch, manifests } = request;
  const hasManifests = manifests.filenames.length > 0 || manifests.kustomize !== '';
  if (!watch.isOn && request.args.length === 0 && !hasManifests) {
    throw asKubectl(requiredResource);
  }
  if (table.showLabels && output.format !== '' && output.format !== 'wide') {
    const text = `error: --show-labels option cannot be used with ${output.format} printer`;
    throw asKubectl(text);
  }
  if (watch.showEvents && !watch.isOn) {
    const text = 'error: --output-watch-events option can only be used with --watch or --watch-only';
    throw asKubectl(text);
  }
}

/** A request that is refused is judged by the types that were known when the mirror was last fresh: says so when it is not. */
async function tellStaleTypes(reader: MirrorReader, target: GetTarget, noticeAfter: number): Promise<void> {
  const definitions = readableParts(await readTypes(reader)).filter(
    ({ resource }) => resource === 'customresourcedefinitions',
  );
  const notice = dueNotice(target.context, definitions, { nowMs: Date.now(), noticeAfterMs: noticeAfter });
  if (notice !== undefined) target.notice(notice);
}

/** No snapshot is held while the cluster is asked. */
async function outsideSnapshot(reader: MirrorReader, plan: GetPlan, work: () => Promise<LiveRows>): Promise<LiveRows> {
  if (plan.steps.every((step) => step.live === undefined)) return nothingLive;
  reader.sqlite.exec('commit');
  try {
    return await work();
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
  const planned = async (): Promise<GetPlan> => {
    const types = await readTypes(reader);
    return manifests === undefined ? planGet(request, types, target) : planManifests(request, manifests, types, target);
  };
  const plan = await planned();
  if (request.maxAgeMs === undefined || !isTooOld(plan, request.maxAgeMs)) return plan;
  let isRunning = false;
  // No snapshot is held while the daemon is asked, and what it confirms is in the next one.
  reader.sqlite.exec('commit');
  try {
    const socket = daemonSocket();
    isRunning = (await askDaemon(socket, { method: 'confirm', ...target.choice }, confirmTimeoutMs)) !== undefined;
  } finally {
    reader.sqlite.exec('begin');
  }
  const confirmed = await planned();
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

function print(source: RowSource, asked: Asked, write: (text: string | Uint8Array) => void): Printed {
  return isTable(asked.request.output) ? printTables(source, asked, write) : printObjects(source, asked, write);
}

/** Everything for stderr, after the data: "No resources found", errors, then navi's own notices. */
function tell(
  { request, plan, nowMs }: Asked,
  result: {
    readonly printed: Printed;
    readonly warningCount: number;
    readonly target: GetTarget;
    readonly noticeAfter: number;
  },
): number {
  const { printed, warningCount, target, noticeAfter } = result;
  const isSilent = !printed.isEmpty || printed.failures.length > 0 || request.ignoreNotFound;
  if (isTable(request.output) && !isSilent) {
    const isOneNamespace = !request.allNamespaces && plan.steps.every((step) => step.type.namespaced);
    const namespace = request.namespace === '' ? target.context.namespace : request.namespace;
    target.notice(isOneNamespace ? `No resources found in ${namespace} namespace.` : 'No resources found');
  }
  const isGathered = plan.isGathered && isTable(request.output);
  for (const line of failureLines(printed.failures, isGathered)) target.notice(line);
  const secrets = withoutValues(request, plan, target.argv);
  if (secrets !== undefined) target.notice(secrets);
  const notice = dueNotice(target.context, storedTypes(plan), { nowMs, noticeAfterMs: noticeAfter });
  if (notice !== undefined) target.notice(notice);
  if (printed.failures.length > 0) return 1;
  if (!request.warningsAsErrors || warningCount === 0) return 0;
  target.notice(`error: ${warningCount} warning${warningCount === 1 ? '' : 's'} received`);
  return 1;
}
