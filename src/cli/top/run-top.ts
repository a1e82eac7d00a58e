import { humanDuration } from '../../core/human-duration.ts';
import { oneLine } from '../../core/terminal-text.ts';
import type { UsageKind } from '../../core/usage.ts';
import { isAsciiLocale, type SparklineFrame } from '../../output/sparkline.ts';
import type { UsageState } from '../../store/usage-reader.ts';
import { askContexts, type ContextAnswer, type ContextsRun } from '../ask-contexts.ts';
import { answersJson } from '../listing/listing-text.ts';
import { tellFaults } from '../tell-faults.ts';
import { readTop, type TopAnswer } from './read-top.ts';
import { topRows } from './top-json.ts';
import type { TopRequest } from './top-request.ts';
import { topTable } from './top-table.ts';

/** How `navi top` is to be run. */
export interface TopRun extends ContextsRun {
  readonly output: 'json' | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** Signs that draw the past of a row. */
const pastWidth = 20;

/**
 * `navi top`: resolves with the exit code; no pods are 0. Contexts that cannot answer are told, and the others print.
 * @throws NaviError where none can
 */
export async function runTop(request: TopRequest, run: TopRun): Promise<number> {
  const nowMs = Date.now();
  const detail = {
    hasReserves: request.hasReserves || run.output === 'json',
    pastFromMs: request.pastMs === undefined ? undefined : nowMs - request.pastMs,
  };
  const { answers, faults } = await askContexts(run, (reader, context) => {
    const answer = readTop({ reader, request, context, nowMs }, detail);
    return { answer, from: [], wants: answer.from, leftOut: answer.leftOut };
  });
  const aged = answers.map((each) => ({ ...each, ...ageOf(each.answer, nowMs) }));
  print(request, run, { answers: aged, nowMs });
  for (const answer of aged) if (answer.isStale) run.notice(staleNotice(answer, request.kind));
  for (const { context, answer } of aged)
    for (const phrase of answer.leftOut) run.notice(`navi: of context "${oneLine(context)}" ${phrase}`);
  if (aged.every(({ answer }) => answer.measured.length === 0)) run.notice(nothingFound(aged));
  return tellFaults(run, faults);
}

function print(
  request: TopRequest,
  run: TopRun,
  { answers, nowMs }: { readonly answers: readonly ContextAnswer<TopAnswer>[]; readonly nowMs: number },
): void {
  if (run.output === 'json') {
    const rows = answers.map((each) => ({ ...each, answer: topRows(each.answer, request) }));
    run.write(answersJson(request.kind, rows));
    return;
  }
  const frame: SparklineFrame | undefined =
    request.pastMs === undefined
      ? undefined
      : { fromMs: nowMs - request.pastMs, toMs: nowMs, width: pastWidth, isAscii: isAsciiLocale(run.env) };
  const table = topTable(answers, { request, hasContexts: run.contexts.length > 1, frame });
  if (table !== '') run.write(table);
}

/** The age of the oldest source; it is told from two intervals on. */
function ageOf({ sources }: TopAnswer, nowMs: number): Pick<ContextAnswer<TopAnswer>, 'ageMs' | 'isStale'> {
  const ages = sources.map(({ polledAtMs }) => (polledAtMs === null ? null : Math.max(0, nowMs - polledAtMs)));
  const isStale = sources.some(
    ({ polledAtMs, intervalMs }) => polledAtMs === null || nowMs - polledAtMs > 2 * intervalMs,
  );
  return { ageMs: ages.includes(null) ? null : Math.max(...ages.filter((age) => age !== null)), isStale };
}

function staleNotice({ context, answer, ageMs }: ContextAnswer<TopAnswer>, kind: UsageKind): string {
  const age = ageMs === null ? 'of unknown age' : `${humanDuration(ageMs)} old`;
  return `navi: use of ${kind} of context "${oneLine(context)}" is ${age}: ${whyOld(answer.sources)}`;
}

function whyOld(sources: readonly UsageState[]): string {
  const failed = sources.find(({ failure }) => failure !== null)?.failure;
  return failed === null || failed === undefined
    ? 'navi sync has not asked for it since'
    : oneLine(failed.message.slice(0, 200));
}

/** kubectl's words (1.36). */
function nothingFound(answers: readonly ContextAnswer<TopAnswer>[]): string {
  const [place, ...others] = answers.map(({ answer }) => answer.namespace);
  const isOne = place !== undefined && others.every((other) => other === place);
  return isOne ? `No resources found in ${place} namespace.` : 'No resources found';
}
