import { oneLine } from '../../core/terminal-text.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { isScreen, LiveScreen, screenSize } from '../../output/live-screen.ts';
import { tableStyle } from '../../output/navi-table.ts';
import { errorText } from '../../errors/error-text.ts';
import { refuseUnknownTypes } from './asked-types.ts';
import { LookWaits } from '../look-waits.ts';
import { readStatuses, type StatusReport } from './read-statuses.ts';
import type { StatusRun } from './run-status.ts';
import { StatusChanges } from './status-changes.ts';
import { statusText } from './status-text.ts';
import { stdoutTerminal } from '../../output/terminal-stream.ts';

/** Between two looks (ms). */
const lookMs = 1_000;

/** Where a watched status goes. */
interface StatusView {
  show(report: StatusReport): void;
  /** What cannot be read now may be there with the next look: a store is replaced, a daemon begins. */
  fail(error: NaviError): void;
  end(): void;
}

/**
 * `navi status --watch`: on a terminal the status drawn anew in place, otherwise a line for each change. Resolves with the
 * exit code when it is interrupted.
 * @throws OutputClosed; NaviError where the first look fails
 */
export async function watchStatus(run: StatusRun): Promise<number> {
  const first = await readStatuses(run);
  refuseUnknownTypes(first.contexts, run.knownContexts);
  const view = isScreen(process.stdout, process.env) ? screenView(run) : lineView(run);
  const waits = new LookWaits();
  try {
    view.show(first);
    for (;;) {
      const code = await waits.next(lookMs);
      if (code !== undefined) return code;
      await look(run, view);
    }
  } finally {
    waits.end();
    view.end();
  }
}

async function look(run: StatusRun, view: StatusView): Promise<void> {
  let report: StatusReport;
  try {
    report = await readStatuses(run);
  } catch (error) {
    if (!(error instanceof NaviError)) throw error;
    view.fail(error);
    return;
  }
  view.show(report);
}

function screenView(run: StatusRun): StatusView {
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

function lineView(run: StatusRun): StatusView {
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
