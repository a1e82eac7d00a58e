import { numberText } from '../../core/counted.ts';
import { stdoutTerminal } from '../../output/terminal-stream.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { asFault, errorOfAll, ofContext } from '../../errors/of-contexts.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import { isColored } from '../../output/color-mode.ts';
import { mirrorFile } from '../../store/data-directory.ts';
import type { ContextsRun } from '../ask-contexts.ts';
import { openDataDirectory } from '../open-data-directory.ts';
import { tellFaults } from '../tell-faults.ts';
import type { StatementEnd, StatementProcess } from './statement-process.ts';
import {
  mostMemoryBytes,
  type ContextFault,
  type StatementReport,
  type StatementRequest,
  type ToldError,
} from './statement-request.ts';

/** What `navi sql` was asked for. */
export interface SqlRun
  extends
    Omit<ContextsRun, 'write' | 'kubeconfig'>,
    Pick<StatementRequest, 'statement' | 'parameters' | 'isExplain' | 'limit' | 'output'> {
  /** After which the statement is ended (ms). */
  readonly timeoutMs: number;
  readonly process: StatementProcess;
}

/**
 * `navi sql`: resolves with the exit code. Contexts that cannot answer are told, and the others print.
 * @throws NaviError where none can, or the statement cannot be run; NAVI_STATEMENT_LIMIT where it was stopped
 */
export async function runSql(run: SqlRun): Promise<number> {
  const end = await run.process.run(statementRequest(run), run.timeoutMs);
  switch (end.kind) {
    case 'done':
      return await tell(run, end);
    case 'unread':
      return 0;
    case 'failed':
      throw error(end.error);
    case 'timed-out':
    case 'out-of-memory':
      throw stopped(end.kind, run.timeoutMs);
    case 'bug':
      throw new Error(`the process of the statement: ${end.stack}`);
    case 'ended':
      throw endedError(end);
  }
}

function statementRequest(run: SqlRun): StatementRequest {
  const directory = openDataDirectory(process.env);
  const { isTTY, columns = 0 } = stdoutTerminal();
  return {
    statement: run.statement,
    parameters: run.parameters,
    isExplain: run.isExplain,
    limit: run.limit,
    contexts: run.contexts.map((context) => ({
      name: context.name,
      file: mirrorFile(directory, context.mirrorId),
    })),
    output: run.output,
    isTerminal: isTTY,
    width: columns > 0 ? columns : null,
    isColored: isColored(isTTY, process.env, run.color),
    noticeAfterMs: run.noticeAfterMs,
  };
}

type Done = Extract<StatementReport, { kind: 'done' }>;

async function tell(run: SqlRun, done: Done): Promise<number> {
  const faults = [...run.faults];
  for (const fault of done.faults) {
    const why = await faultError(run.contexts, fault);
    faults.push(run.contexts.length === 1 ? why : ofContext(fault.context, why));
  }
  if (done.contextCount === 0) throw errorOfAll(faults);
  for (const notice of done.notices) run.notice(notice);
  const exitCode = tellFaults(run, faults);
  if (done.cut.length > 0) {
    const of = run.contexts.length === 1 ? '' : ` of ${done.cut.join(', ')}`;
    run.notice(
      `navi: only the first ${run.limit === 1 ? `row${of} is` : `${numberText(run.limit)} rows${of} are`} here; --limit 0 prints all`,
    );
  }
  if (done.rowCount === 0 && run.output === 'table') run.notice('no row');
  return exitCode;
}

/** Why a context has no rows: one that was never mirrored is opened once more, to say so in the words of other commands. */
async function faultError(contexts: readonly ContextSummary[], fault: ContextFault): Promise<NaviError> {
  const context = contexts.find(({ name }) => name === fault.context);
  if (fault.error !== null || context === undefined) return error(fault.error ?? unknownError);
  const { openMirror } = await import('../open-mirror.ts');
  try {
    openMirror(context).close();
    return error(unknownError);
  } catch (thrown) {
    return asFault(thrown);
  }
}

/** Of a mirror that has come into being between two looks. */
const unknownError: ToldError = {
  code: 'NAVI_NOT_MIRRORED',
  message: 'the mirror was not there yet',
  hints: ['try again'],
};

function error({ code, message, hints }: ToldError): NaviError {
  return new NaviError(code, message, { hints });
}

function stopped(why: 'timed-out' | 'out-of-memory', timeoutMs: number): NaviError {
  if (why === 'timed-out') {
    return new NaviError(
      'NAVI_STATEMENT_LIMIT',
      `the statement was stopped: it took longer than ${timeoutMs / 1_000} s`,
      {
        hints: ['--timeout 1m gives it more time', '--explain shows how it is read: SCAN of a large view takes long'],
      },
    );
  }
  const mebibytes = mostMemoryBytes / 1024 ** 2;
  return new NaviError(
    'NAVI_STATEMENT_LIMIT',
    `the statement was stopped: it took more than ${mebibytes} MiB of memory`,
    {
      hints: ['what is sorted or grouped is held in memory: ask for fewer rows, or for fewer columns of them'],
    },
  );
}

/** An engine without memory left aborts. */
function endedError({ code, signal }: Extract<StatementEnd, { kind: 'ended' }>): Error {
  const isAbort = signal === 'SIGABRT' || signal === 'SIGTRAP' || code === 134 || code === 133;
  if (isAbort) return stopped('out-of-memory', 0);
  return new Error(`the process of the statement ended by itself (${signal ?? `exit code ${code ?? '?'}`})`);
}
