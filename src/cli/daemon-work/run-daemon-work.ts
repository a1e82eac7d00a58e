import { askDaemon } from '../../control/control-client.ts';
import { resourceName } from '../../core/api-resource.ts';
import { oneLine, terminalJson } from '../../core/terminal-text.ts';
import { errorText } from '../../errors/error-text.ts';
import { exitCodes, NaviError } from '../../errors/navi-error.ts';
import { asFault, errorOfAll, exitCodeOf, ofContext } from '../../errors/of-contexts.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import type { ColorMode } from '../../output/color-mode.ts';
import { caution, naviTable, tableStyle, type TableStyle } from '../../output/navi-table.ts';
import { readTypes } from '../../query/mirror-type.ts';
import { daemonSocket } from '../daemon-socket.ts';
import { namedType } from '../named-type.ts';
import { openMirror } from '../open-mirror.ts';
import { stdoutTerminal } from '../../output/terminal-stream.ts';

/** Longest time without an answer (ms): a cluster of a million objects takes minutes to compare. */
const answerTimeoutMs = 3_600_000;

/** What the daemon did with a scope. */
interface ScopeOutcome {
  readonly type: string;
  readonly namespace: string;
  readonly objectCount: number;
  readonly problem: string | null;
}

/** Work that the daemon does at once because a person asks for it. */
export interface DaemonWork<Outcome extends ScopeOutcome> {
  readonly method: 'refresh' | 'verify';
  /** What is told of a scope that had no problem. */
  readonly result: (outcome: Outcome) => string;
  /** Whether that is what one hopes for. */
  readonly isGood: (outcome: Outcome) => boolean;
}

/** Of which types and clusters, and how it is told. */
export interface DaemonWorkRun {
  /** As typed; none: all. */
  readonly types: readonly string[];
  readonly contexts: readonly ContextSummary[];
  /** Of contexts that were asked for with these and cannot be used. */
  readonly faults: readonly NaviError[];
  /** Absolute paths of the kubeconfig's files. */
  readonly kubeconfig: readonly string[];
  readonly output: 'json' | undefined;
  readonly color: ColorMode;
  readonly write: (text: string) => void;
  readonly notice: (text: string) => void;
}

/**
 * Has the daemon do it in each context; resolves with the exit code, 6 where something came out badly.
 * @throws NAVI_DAEMON_NOT_RUNNING; NaviError where no context can be asked
 */
export async function runDaemonWork<Outcome extends ScopeOutcome>(
  work: DaemonWork<Outcome>,
  run: DaemonWorkRun,
): Promise<number> {
  const done: { context: string; scopes: readonly Outcome[] }[] = [];
  const faults = [...run.faults];
  for (const context of run.contexts) {
    const scopes = await ask(work, run, context).catch(asFault);
    if (scopes instanceof NaviError) faults.push(run.contexts.length === 1 ? scopes : ofContext(context.name, scopes));
    else done.push({ context: context.name, scopes });
  }
  if (done.length === 0) throw errorOfAll(faults);
  if (run.output === 'json') run.write(terminalJson(`${JSON.stringify({ contexts: done }, null, 2)}\n`));
  else print(work, run, done);
  for (const fault of faults) run.notice(errorText(fault));
  const isGood = done.every(({ scopes }) => scopes.every(work.isGood));
  return exitCodeOf([isGood ? 0 : exitCodes.NAVI_INCOMPLETE, ...faults.map(({ exitCode }) => exitCode)]);
}

async function ask<Outcome extends ScopeOutcome>(
  { method }: DaemonWork<Outcome>,
  run: DaemonWorkRun,
  context: ContextSummary,
): Promise<readonly Outcome[]> {
  const types = namesOf(run.types, context);
  const request = { method, contexts: [context.name], kubeconfig: run.kubeconfig, types };
  const answer = await askDaemon(daemonSocket(), request, answerTimeoutMs);
  if (answer !== undefined) return answer as readonly Outcome[];
  throw new NaviError('NAVI_DAEMON_NOT_RUNNING', `no daemon is running, and navi ${method} needs it`, {
    hints: ['navi sync --detach starts one', 'navi sync --once lists everything once'],
  });
}

/** `plural.group` of what was typed. No snapshot is held while the daemon works. @throws NAVI_USAGE */
function namesOf(typed: readonly string[], context: ContextSummary): readonly string[] {
  if (typed.length === 0) return [];
  const reader = openMirror(context);
  try {
    const types = readTypes(reader);
    const named = typed.map((text) => namedType(text, types));
    const off = named.find(({ retrieval }) => retrieval === 'off');
    if (off !== undefined) {
      throw new NaviError('NAVI_NOT_MIRRORED', `${resourceName(off)} are not mirrored: ${off.retrievalReason}`);
    }
    return named.map(resourceName);
  } finally {
    reader.close();
  }
}

function print<Outcome extends ScopeOutcome>(
  work: DaemonWork<Outcome>,
  run: DaemonWorkRun,
  done: readonly { readonly context: string; readonly scopes: readonly Outcome[] }[],
): void {
  const style = tableStyle(stdoutTerminal(), process.env, run.color);
  const hasContexts = run.contexts.length > 1;
  const hasNamespaces = done.some(({ scopes }) => scopes.some(({ namespace }) => namespace !== ''));
  const headers = [
    ...(hasContexts ? ['CONTEXT'] : []),
    'TYPE',
    ...(hasNamespaces ? ['NAMESPACE'] : []),
    'OBJECTS',
    'RESULT',
  ];
  const rows = done.flatMap(({ context, scopes }) =>
    scopes.map((scope) => [
      ...(hasContexts ? [oneLine(context)] : []),
      oneLine(scope.type),
      ...(hasNamespaces ? [oneLine(scope.namespace)] : []),
      String(scope.objectCount),
      resultText(work, scope, style),
    ]),
  );
  if (rows.length === 0) run.notice('nothing of that is mirrored');
  else run.write(naviTable(headers, rows, style));
}

function resultText<Outcome extends ScopeOutcome>(
  { result, isGood }: DaemonWork<Outcome>,
  scope: Outcome,
  { color }: TableStyle,
): string {
  const text = oneLine(scope.problem ?? result(scope));
  if (isGood(scope)) return color.green(text);
  return scope.problem === null ? color.red(text) : caution(color)(text);
}
