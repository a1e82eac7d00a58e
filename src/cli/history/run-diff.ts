import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { parseJson } from '../../core/canonical-json.ts';
import { instantText } from '../../core/instant-text.ts';
import { asObject, type JsonObject } from '../../core/json.ts';
import { jsonDifferences } from '../../core/json-difference.ts';
import { oneLine, terminalJson } from '../../core/terminal-text.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import { tableStyle, type TableStyle } from '../../output/navi-table.ts';
import { stdoutTerminal } from '../../output/terminal-stream.ts';
import { yamlText } from '../../output/yaml-text.ts';
import { Past, type StateAt } from '../../query/history/past.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { askContexts, type ContextsRun, type MirrorAnswer } from '../ask-contexts.ts';
import { tellFaults } from '../tell-faults.ts';
import { namedObject, type AskedObject } from './named-object.ts';

/** What `navi diff` was asked for. */
export interface DiffRun extends ContextsRun {
  readonly object: AskedObject;
  /** Epoch ms. */
  readonly fromMs: number;
  /** Epoch ms. */
  readonly toMs: number;
  readonly output: 'json' | undefined;
}

/** Two states of the object in one context; undefined where there was none. */
interface TwoStates {
  readonly title: string;
  readonly before: JsonObject | undefined;
  readonly after: JsonObject | undefined;
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
    const patch = patchText(answer, run, style);
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

/** A unified diff of both as YAML, managedFields left out; empty for states that are alike. Text of a cluster is made harmless line by line. */
function patchText({ title, before, after }: TwoStates, { fromMs, toMs }: DiffRun, { color }: TableStyle): string {
  const [old = '', now = ''] = documents([before, after]);
  if (old === now) return '';
  const [from, to] = [instantText(fromMs), instantText(toMs)].map((text) => text ?? '');
  const patch = createTwoFilesPatch(title, title, old, now, from, to, { headerOptions: FILE_HEADERS_ONLY });
  const lines = patch.trimEnd().split('\n').map(oneLine);
  const painted = lines.map((line, at) => {
    if (at < 2) return color.bold(line);
    if (line.startsWith('@@')) return color.cyan(line);
    return line.startsWith('+') ? color.green(line) : line.startsWith('-') ? color.red(line) : line;
  });
  return `${painted.join('\n')}\n`;
}

/** Both as YAML, or as JSON, which is YAML too, where a text of one of them has what kubectl writes into none. */
function documents(states: readonly (JsonObject | undefined)[]): readonly string[] {
  const yaml = states.map((state) => (state === undefined ? ({ ok: true, text: '' } as const) : yamlText(state)));
  if (yaml.every(({ ok }) => ok)) return yaml.map((each) => (each.ok ? each.text : ''));
  return states.map((state) => (state === undefined ? '' : `${JSON.stringify(state, null, 2)}\n`));
}
