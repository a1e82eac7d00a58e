import { oneLine } from '../../core/terminal-text.ts';
import { isScreen, LiveScreen, screenSize } from '../../output/live-screen.ts';
import { tableStyle } from '../../output/navi-table.ts';
import { errorText } from '../../errors/error-text.ts';
import { refuseUnknownTypes } from './asked-types.ts';
import { watchLooks, type LookView } from '../watch-looks.ts';
import { readStatuses, type StatusReport } from './read-statuses.ts';
import type { StatusRun } from './run-status.ts';
import { StatusChanges } from './status-changes.ts';
import { statusText } from './status-text.ts';
import { stdoutTerminal } from '../../output/terminal-stream.ts';

/**
 * `navi status --watch`: on a terminal the status drawn anew in place, otherwise a line for each change. Resolves with the
 * exit code when it is interrupted.
 * @throws OutputClosed; NaviError where the first look fails
 */
export async function watchStatus(run: StatusRun): Promise<number> {
  const first = await readStatuses(run);
  refuseUnknownTypes(first.contexts, run.knownContexts);
  const view = isScreen(process.stdout, process.env) ? screenView(run) : lineView(run);
  return await watchLooks(first, () => readStatuses(run), view);
}

function screenView(run: StatusRun): LookView<StatusReport> {
  const screen = new LiveScreen(run.write);
  const draw = (text: string): void => screen.draw(text, screenSize(process.stdout));
  return {
    show: (report) => {
      const style = tableStyle(stdoutTerminal(), process.env, run.color);
      const faults = report.faults.map((fault) => `\n${errorText(fault)}`).join('');
      draw(`${statusText(report, { isAll: run.isAll, style })}${faults}`);
    },
    fail: (error) => draw(errorText(error)),
    end: () => screen.end(),
  };
}

function lineView(run: StatusRun): LookView<StatusReport> {
  const changes = new StatusChanges();
  let lastError = '';
  let told: readonly string[] = [];
  return {
    show: (report) => {
      lastError = '';
      const messages = report.faults.map(({ message }) => message);
      for (const message of messages) if (!told.includes(message)) run.write(errorLine(message));
      told = messages;
      const lines = changes.news(report).join('');
      if (lines !== '') run.write(lines);
    },
    fail: (error) => {
      if (error.message === lastError) return;
      lastError = error.message;
      run.write(errorLine(error.message));
    },
    end: () => undefined,
  };
}

const errorLine = (message: string): string => `${new Date().toISOString()} error: ${oneLine(message)}\n`;
