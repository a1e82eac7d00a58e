import { terminalJson, terminalText } from '../../core/terminal-text.ts';
import { askDaemon } from '../../control/control-client.ts';
import { errorText } from '../../errors/error-text.ts';
import { exitCodes, NaviError } from '../../errors/navi-error.ts';
import type { ColorMode } from '../../output/color-mode.ts';
import { tableStyle } from '../../output/navi-table.ts';
import { daemonSocket } from '../daemon-socket.ts';
import { refuseUnknownTypes } from './asked-types.ts';
import { readStatuses, type StatusSubjects } from './read-statuses.ts';
import { statusJson } from './status-json.ts';
import { statusText } from './status-text.ts';
import { watchStatus } from './watch-status.ts';
import { stdoutTerminal } from '../../output/terminal-stream.ts';

/** What `navi status` was asked for. */
export interface StatusRun extends StatusSubjects {
  /** Names of all contexts of the kubeconfig. */
  readonly knownContexts: readonly string[];
  readonly isAll: boolean;
  /** Undefined: text for people. */
  readonly format: 'json' | 'prometheus' | undefined;
  /** Goes on until it is interrupted. */
  readonly isWatch: boolean;
  readonly color: ColorMode;
  readonly write: (text: string) => void;
  readonly notice: (text: string) => void;
}

/**
 * `navi status`: resolves with the exit code, 6 where no context asked for is mirrored, or one cannot be told of. Metrics are those of the daemon, of
 * all that it mirrors.
 * @throws NaviError
 */
export async function runStatus(run: StatusRun): Promise<number> {
  if (run.format === 'prometheus') {
    if (run.types.length > 0) {
      throw new NaviError('NAVI_USAGE', 'a type and -o prometheus exclude each other: metrics are of all types', {
        hints: ['navi status TYPE -o json has the counts of a type'],
      });
    }
    const text = await askMetrics();
    run.write(stdoutTerminal().isTTY ? terminalText(text) : text);
    return 0;
  }
  if (run.isWatch) return await watchStatus(run);
  const report = await readStatuses(run);
  refuseUnknownTypes(report.contexts, run.knownContexts);
  if (run.format === 'json') run.write(terminalJson(`${JSON.stringify(statusJson(report), null, 2)}\n`));
  else run.write(statusText(report, { isAll: run.isAll, style: tableStyle(stdoutTerminal(), process.env, run.color) }));
  for (const fault of report.faults) run.notice(errorText(fault));
  const isMirrored = report.contexts.some(({ mirror }) => mirror !== undefined);
  return isMirrored && report.faults.length === 0 ? 0 : exitCodes.NAVI_NOT_MIRRORED;
}

async function askMetrics(): Promise<string> {
  const text = await askDaemon(daemonSocket(), { method: 'metrics' });
  if (typeof text === 'string') return text;
  if (text === undefined) {
    throw new NaviError('NAVI_DAEMON_NOT_RUNNING', 'no daemon runs, so nothing is measured', {
      hints: ['navi sync --detach starts one'],
    });
  }
  throw new NaviError('NAVI_DAEMON_SILENT', 'the daemon does not know metrics', {
    hints: ['navi stop ends it; one of this version takes its place with navi sync --detach'],
  });
}
