import { isatty } from 'node:tty';
import { askDaemon } from '../../control/control-client.ts';
import { controlSocketPath } from '../../control/socket-path.ts';
import { humanDuration } from '../../core/human-duration.ts';
import { resourceName } from '../../core/api-resource.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { Kubeconfig } from '../../kubeconfig/kubeconfig.ts';
import type { ResolvedContext } from '../../kubeconfig/resolve-context.ts';
import { Stdout } from '../../output/stdout.ts';
import { judgeFreshness, type FreshnessVerdict } from '../../query/freshness.ts';
import { readTypes, type MirrorType } from '../../query/mirror-type.ts';
import { dataDirectory } from '../../store/data-directory.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { dueNotice } from '../due-notice.ts';
import { noticeAfterMs } from '../notice-after.ts';
import { inSnapshot, openMirror } from '../open-mirror.ts';
import { printObjects } from './get-objects.ts';
import { planGet, type GetPlan } from './get-plan.ts';
import type { GetRequest } from './get-request.ts';
import { printTables, type Printed } from './get-tables.ts';

/** Where a request goes. */
export interface GetTarget {
  readonly context: ResolvedContext;
  readonly kubeconfig: Kubeconfig;
  /** For notices and error lines. */
  readonly notice: (text: string) => void;
}

/** How long a daemon may take to confirm before `--max-age` gives up (ms). */
const confirmTimeoutMs = 15_000;

/** `navi get`: prints and resolves with the exit code. @throws NaviError, OutputClosed */
export async function runGet(request: GetRequest, target: GetTarget): Promise<number> {
  const noticeAfter = noticeAfterMs(process.env);
  const reader = openMirror(target.context);
  try {
    const stdout = new Stdout(isatty(1));
    const nowMs = Date.now();
    const { plan, printed } = await inSnapshot(reader, async () => {
      const asked = await planFreshEnough(reader, request, target);
      for (const warning of asked.warnings) target.notice(warning);
      return { plan: asked, printed: print(reader, { request, plan: asked, nowMs }, (text) => stdout.write(text)) };
    });
    stdout.flush();
    return tell(request, { plan, printed, target, nowMs, noticeAfter });
  } finally {
    reader.close();
  }
}

function print(
  reader: MirrorReader,
  asked: { request: GetRequest; plan: GetPlan; nowMs: number },
  write: (text: string) => void,
): Printed {
  return asked.request.format.kind === 'table' ? printTables(reader, asked, write) : printObjects(reader, asked, write);
}

/** The plan over data that is young enough: with `--max-age` a daemon may be asked to confirm it now. */
async function planFreshEnough(reader: MirrorReader, request: GetRequest, target: GetTarget): Promise<GetPlan> {
  const plan = planGet(request, await readTypes(reader), target.context.namespace);
  if (request.maxAgeMs === undefined || !isTooOld(plan, request.maxAgeMs)) return plan;
  const about = { contexts: [target.context.name], kubeconfig: target.kubeconfig.files };
  // No snapshot is held while the daemon is asked, and what it confirms is in the next one.
  reader.sqlite.exec('commit');
  try {
    const socket = controlSocketPath(dataDirectory(process.env), process.env);
    await askDaemon(socket, { method: 'confirm', ...about }, confirmTimeoutMs);
  } finally {
    reader.sqlite.exec('begin');
  }
  const confirmed = planGet(request, await readTypes(reader), target.context.namespace);
  if (!isTooOld(confirmed, request.maxAgeMs)) return confirmed;
  const { ageMs, type } = verdictOf(confirmed);
  const age = ageMs === null ? 'of unknown age' : `${humanDuration(ageMs)} old`;
  throw new NaviError(
    'NAVI_TOO_OLD',
    `the mirror of ${type === undefined ? 'this' : resourceName(type)} is ${age}, older than --max-age ${humanDuration(request.maxAgeMs)}`,
    {
      hints: ['navi sync keeps it fresh', 'navi status says what is wrong'],
    },
  );
}

function isTooOld(plan: GetPlan, maxAgeMs: number): boolean {
  const { ageMs } = verdictOf(plan);
  return ageMs === null || ageMs > maxAgeMs;
}

/** The oldest of what a plan reads. */
function verdictOf(plan: GetPlan): FreshnessVerdict {
  const answered = plan.steps.map((step) => step.type).filter((type) => type.scope?.phase !== 'denied');
  return judgeFreshness([...new Set<MirrorType>(answered)], Date.now(), 0);
}

/** Everything for stderr, after the data: Warning headers, "No resources found", errors, then freshness. */
function tell(
  request: GetRequest,
  result: {
    readonly plan: GetPlan;
    readonly printed: Printed;
    readonly target: GetTarget;
    readonly nowMs: number;
    readonly noticeAfter: number;
  },
): number {
  const { plan, printed, target, nowMs, noticeAfter } = result;
  const warnings = new Set(plan.steps.flatMap((step) => (step.type.warning === null ? [] : [step.type.warning])));
  for (const warning of warnings) target.notice(`Warning: ${warning}`);
  const isTable = request.format.kind === 'table';
  if (isTable && printed.isEmpty && printed.errors.length === 0 && !request.ignoreNotFound) {
    const isOneNamespace = !request.allNamespaces && plan.steps.every((step) => step.type.namespaced);
    const namespace = request.namespace ?? target.context.namespace;
    target.notice(isOneNamespace ? `No resources found in ${namespace} namespace.` : 'No resources found');
  }
  for (const error of printed.errors) target.notice(error);
  const answered = plan.steps.map((step) => step.type);
  const notice = dueNotice(target.context, answered, { nowMs, noticeAfterMs: noticeAfter });
  if (notice !== undefined) target.notice(notice);
  return printed.errors.length > 0 ? 1 : 0;
}
