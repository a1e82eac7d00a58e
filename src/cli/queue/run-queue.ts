import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import { targetText } from '../../core/action/action.ts';
import { oneLine } from '../../core/terminal-text.ts';
import { NaviError, type ErrorCode, exitCodes } from '../../errors/navi-error.ts';
import { asFault } from '../../errors/of-contexts.ts';
import type { StoredAction } from '../../store/action-table.ts';
import { noDaemon } from '../act/act-target.ts';
import { runQueueNow } from '../act/queue-actions.ts';
import { isUnderWay, readQueue } from './queue-entries.ts';
import { whyText } from './entry-text.ts';

/** Whose queues are run, and where that is told. */
export interface QueueRunRequest {
  readonly contexts: readonly ContextSummary[];
  /** Files of the kubeconfig. */
  readonly kubeconfig: readonly string[];
  readonly write: (text: string) => void;
  readonly notice: (text: string) => void;
}

/**
 * Has the daemon carry out what is queued for contexts, and tells what became of it. Resolves with the exit code: 0 where all
 * is done, 4 where something was not carried out or may not have been, 6 where something waits.
 * @throws NAVI_DAEMON_NOT_RUNNING
 */
export async function runQueue({ contexts, kubeconfig, write, notice }: QueueRunRequest): Promise<number> {
  const before = readQueue().filter((entry) => isUnderWay(entry));
  let code = 0;
  for (const { name, mirrorId } of contexts) {
    const own = before.filter((entry) => entry.mirrorId === mirrorId);
    if (own.length === 0) continue;
    const ran = await runQueueNow({ choice: { contexts: [name], kubeconfig } }).catch(asFault);
    if (ran === undefined) throw noDaemon();
    if (ran instanceof NaviError) notice(`navi: context "${oneLine(name)}": ${oneLine(ran.message)}`);
    const now = new Map(readQueue().map((entry) => [entry.id, entry]));
    for (const { id } of own) {
      const entry = now.get(id);
      if (entry === undefined) continue;
      write(`${id}: ${oneLine(`${entry.action.verb} ${targetText(entry.action.target)}`)}: ${entry.state}`);
      write(entry.state === 'done' ? '\n' : `: ${oneLine(whyText(entry, { isReadOnly: false }))}\n`);
      code = Math.max(code, codeOf(entry));
    }
  }
  if (before.length === 0) notice('nothing is queued');
  return code;
}

function codeOf(entry: StoredAction): number {
  const code: ErrorCode = isUnderWay(entry) ? 'NAVI_UNREACHABLE' : 'NAVI_REFUSED';
  return entry.state === 'done' ? 0 : exitCodes[code];
}
