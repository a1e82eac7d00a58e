import { numberText } from '../../core/counted.ts';
import { humanAge } from '../../core/human-duration.ts';
import { instantText } from '../../core/instant-text.ts';
import { oneLine, terminalJson } from '../../core/terminal-text.ts';
import { differenceTexts } from '../../output/difference-text.ts';
import { tableStyle, type TableStyle } from '../../output/navi-table.ts';
import { stdoutTerminal } from '../../output/terminal-stream.ts';
import { toldChange, type ObjectChange } from '../../query/history/object-changes.ts';
import { Past } from '../../query/history/past.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import { askContexts, type ContextsRun, type MirrorAnswer } from '../ask-contexts.ts';
import { tellFaults } from '../tell-faults.ts';
import { changeJson, operationText } from './change-json.ts';
import { namedObject, type AskedObject } from './named-object.ts';

/** What `navi history` was asked for. */
export interface HistoryRun extends ContextsRun {
  readonly object: AskedObject;
  /** Only changes from then on (epoch ms); undefined: all that are kept. */
  readonly sinceMs: number | undefined;
  /** Most changes: the newest. */
  readonly limit: number;
  readonly output: 'json' | undefined;
}

/** What is told of the object in one context. */
interface ObjectHistory {
  readonly title: string;
  /** Oldest first. */
  readonly changes: readonly ObjectChange[];
  /** Older ones are there too. */
  readonly isCut: boolean;
  /** From when on (epoch ms) changes were seen; null where that is not known. */
  readonly knownSinceMs: number | null;
}

/**
 * `navi history`: resolves with the exit code. Contexts that know no such object are told, and the others print.
 * @throws NaviError where none does
 */
export async function runHistory(run: HistoryRun): Promise<number> {
  const { answers, faults, notices } = await askContexts(run, (reader, context) => {
    const past = new Past(reader);
    try {
      return readHistory(run, { reader, past }, context);
    } finally {
      past.close();
    }
  });
  for (const notice of notices) run.notice(notice);
  if (run.output === 'json') {
    const histories = answers.map(({ context, ageMs, isStale, answer: { changes, isCut, knownSinceMs } }) => ({
      context,
      ageMs,
      isStale,
      isCut,
      knownSince: instantText(knownSinceMs),
      changes: changes.map(changeJson),
    }));
    run.write(terminalJson(`${JSON.stringify({ histories }, null, 2)}\n`));
    return tellFaults(run, faults);
  }
  const style = tableStyle(stdoutTerminal(), process.env, run.color);
  for (const { context, answer } of answers) {
    if (run.contexts.length > 1) run.write(`${style.color.bold(oneLine(context))}: `);
    run.write(historyText(answer, style, Date.now()));
    if (answer.isCut)
      run.notice(
        `navi: only the newest ${run.limit === 1 ? 'change is' : `${numberText(run.limit)} changes are`} here; --limit takes more`,
      );
    if (answer.changes.length === 0) run.notice(noneText(answer));
  }
  return tellFaults(run, faults);
}

function readHistory(
  run: HistoryRun,
  { reader, past }: { readonly reader: MirrorReader; readonly past: Past },
  context: ContextSummary,
): MirrorAnswer<ObjectHistory> {
  const { type, namespace, name, placed, from, leftOut } = namedObject({ reader, past }, context, run.object);
  const found = past.changes(placed, run.limit + 1).filter(({ at }) => at >= (run.sinceMs ?? 0));
  const answer = {
    title: `${type.kind} ${namespace === '' ? '' : `${namespace}/`}${name}`,
    changes: found.slice(0, run.limit).map(toldChange).reverse(),
    isCut: found.length > run.limit,
    knownSinceMs: past.knownSince(placed) ?? null,
  };
  return { answer, from, leftOut };
}

function noneText({ knownSinceMs }: ObjectHistory): string {
  return knownSinceMs === null
    ? 'navi has seen no change of it'
    : `navi has seen no change of it since ${instantText(knownSinceMs)}`;
}

/** A line for each change, and one below it for each difference. */
function historyText({ title, changes }: ObjectHistory, { color }: TableStyle, nowMs: number): string {
  const lines = changes.flatMap((change) => {
    const { atMs, operation, by, differences, isLost } = change;
    const word = operationText(change);
    const painted = operation === 'added' ? color.green(word) : operation === 'deleted' ? color.red(word) : word;
    const hand = by.length === 0 ? '' : ` by ${oneLine(by.join(', '))}`;
    const ago = color.dim(`(${humanAge(atMs, nowMs)} ago)`);
    return [
      `${instantText(atMs) ?? ''} ${ago}  ${painted}${hand}${isLost ? ', what is no longer known' : ''}`,
      ...differenceTexts(differences).map((text) => `    ${oneLine(text)}`),
    ];
  });
  return `${[color.bold(oneLine(title)), ...lines].join('\n')}\n`;
}
