import { exitCodes } from '../../errors/navi-error.ts';
import type { ResolvedContext } from '../../kubeconfig/resolve-context.ts';
import { tableStyle, type ColorMode } from '../../output/navi-table.ts';
import { readStatuses } from './read-statuses.ts';
import { statusJson } from './status-json.ts';
import { statusText } from './status-text.ts';

/** What `navi status` was asked for. */
export interface StatusRun {
  readonly contexts: readonly ResolvedContext[];
  readonly isAll: boolean;
  readonly isJson: boolean;
  readonly color: ColorMode;
  readonly write: (text: string) => void;
}

/** `navi status`: resolves with the exit code, 6 where no context asked for is mirrored. @throws NaviError */
export async function runStatus(run: StatusRun): Promise<number> {
  const report = await readStatuses(run.contexts);
  if (run.isJson) run.write(`${JSON.stringify(statusJson(report), null, 2)}\n`);
  else run.write(statusText(report, { isAll: run.isAll, style: tableStyle(process.stdout, process.env, run.color) }));
  return report.contexts.some(({ mirror }) => mirror !== undefined) ? 0 : exitCodes.NAVI_NOT_MIRRORED;
}
