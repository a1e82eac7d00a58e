import { terminalJson, terminalText } from '../../core/terminal-text.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { isTerminal } from '../../output/is-terminal.ts';
import type { ContextsRun } from '../ask-contexts.ts';
import { NewFile } from '../export/target.ts';
import { tellFaults } from '../tell-faults.ts';
import { tellFile } from '../tell-file.ts';
import { htmlReport } from './html-report.ts';
import { markdownReport } from './markdown-report.ts';
import { readReport, type ReportChoice } from './read-report.ts';
import type { Report } from './report.ts';
import { reportView } from './report-view.ts';

/** Formats of a report. */
export const reportFormats = ['html', 'md', 'json'] as const;

/** One of them. */
export type ReportFormat = (typeof reportFormats)[number];

/** What is reported, as what, and where to. */
export interface ReportRun extends ContextsRun {
  readonly choice: ReportChoice;
  readonly format: ReportFormat;
  /** A file; undefined for stdout. */
  readonly to: string | undefined;
}

/** The format that is asked for: that of `-o`, else what the name of the file ends in, else HTML. */
export function reportFormat(output: ReportFormat | undefined, to: string | undefined): ReportFormat {
  if (output !== undefined) return output;
  const ending = /\.(?:(md|markdown)|(json))$/i.exec(to ?? '');
  return ending === null ? 'html' : ending[1] === undefined ? 'json' : 'md';
}

/**
 * `navi report`: resolves with the exit code. Contexts that cannot answer are told, and are in the report.
 * @throws NAVI_USAGE where the file cannot be written, or HTML would go to a terminal; NaviError where no context can answer
 */
export async function runReport(run: ReportRun): Promise<number> {
  const { format, to } = run;
  if (to === undefined && format === 'html' && isTerminal(1)) {
    throw new NaviError('NAVI_USAGE', 'a report is a page of HTML, which a terminal does not show', {
      hints: ['--to report.html writes a file for a browser', '-o md prints it as text'],
    });
  }
  const file = to === undefined ? undefined : new NewFile(to);
  try {
    const { report, faults, notices } = await readReport(run, run.choice);
    const text = reportText(report, format);
    if (file === undefined) run.write(isTerminal(1) && format === 'md' ? terminalText(text) : text);
    else {
      file.write(text);
      file.commit();
      await tellFile(run.notice, 'navi: report written to', file.path);
    }
    for (const notice of notices) run.notice(notice);
    return tellFaults(run, faults);
  } finally {
    file?.discard();
  }
}

function reportText(report: Report, format: ReportFormat): string {
  if (format === 'json') return terminalJson(`${JSON.stringify(report, null, 2)}\n`);
  const view = reportView(report);
  return format === 'md' ? markdownReport(view) : htmlReport(view);
}
