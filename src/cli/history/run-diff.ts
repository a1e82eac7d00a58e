import { parseJson } from '../../core/canonical-json.ts';
import { instantText } from '../../core/instant-text.ts';
import { asObject, type JsonObject } from '../../core/json.ts';
import { jsonDifferences } from '../../core/json-difference.ts';
import { oneLine, terminalJson } from '../../core/terminal-text.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import { tableStyle } from '../../output/navi-table.ts';
import { stdoutTerminal } from '../../output/terminal-stream.ts';
import { Past, type StateAt } from '../../query/history/past.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { askContexts, type ContextsRun, type MirrorAnswer } from '../ask-contexts.ts';
import { tellFaults } from '../tell-faults.ts';
import { namedObject, type AskedObject } from './named-object.ts';
import { objectPatch, paintedPatch, type TwoStates } from './object-patch.ts';

/** What `navi diff` was asked for. */
export interface DiffRun extends ContextsRun {
  readonly object: AskedObject;
  /** Epoch ms. */
  readonly fromMs: number;
  /** Epoch ms. */
  readonly toMs: number;
  readonly output: 'json' | undefined;
}

/**
 * `navi diff`: resolves with the exit code; states that are alike are told on stderr, and are no error. Contexts that cannot
 * answer are told, and the others print.
 * @throws NaviError where none can
 */
export async function runDiff(run: DiffRun): Promise<number> {
  const { answers, faults, notices } = await askContexts(run, (reader, context) => readStates(run, reader, context));
  for (const notice of notices) run.notice(notice);
  if (run.output === 'json') {
    const diffs = answers.map(({ context, ageMs, isStale, answer: { before, after } }) => ({
      context,
      ageMs,
      isStale,
      from: instantText(run.fromMs),
      to: instantText(run.toMs),
      before: before ?? null,
      after: after ?? null,
      differences: jsonDifferences(before, after).map((each) => ({
        path: each.path,
        before: each.before ?? null,
        after: each.after ?? null,
      })),
    }));
    run.write(terminalJson(`${JSON.stringify({ diffs }, null, 2)}\n`));
    return tellFaults(run, faults);
  }
  const style = tableStyle(stdoutTerminal(), process.env, run.color);
  for (const { context, answer } of answers) {
    const times = { from: instantText(run.fromMs) ?? '', to: instantText(run.toMs) ?? '' };
    const patch = paintedPatch(objectPatch(answer, times), style);
    if (run.contexts.length > 1) run.write(`${style.color.bold(oneLine(context))}\n`);
    run.write(patch);
    if (patch === '') run.notice('it was the same then');
  }
  return tellFaults(run, faults);
}

function readStates(run: DiffRun, reader: MirrorReader, context: ContextSummary): MirrorAnswer<TwoStates> {
  const past = new Past(reader);
  try {
    const { type, namespace, name, placed, from, leftOut } = namedObject({ reader, past }, context, run.object);
    const read = (atMs: number): JsonObject | undefined => bodyOf(past.stateAt(placed, atMs), atMs);
    const title = `${type.resource}/${namespace === '' ? '' : `${namespace}/`}${name}`;
    return { answer: { title, before: read(run.fromMs), after: read(run.toMs) }, from, leftOut };
  } finally {
    past.close();
  }
}

/** @throws NAVI_TOO_OLD */
function bodyOf(state: StateAt, atMs: number): JsonObject | undefined {
  switch (state.kind) {
    case 'unknown':
      throw tooOld(
        `navi knows it only since ${state.sinceMs === undefined ? 'its first list' : instantText(state.sinceMs)}`,
      );
    case 'lost':
      throw tooOld(`how it was at ${instantText(atMs)} is no longer kept`);
    case 'none':
      return undefined;
    case 'state':
      return asObject(parseJson(state.body));
  }
}

function tooOld(message: string): NaviError {
  return new NaviError('NAVI_TOO_OLD', message, { hints: ['navi history shows the changes that are kept'] });
}
