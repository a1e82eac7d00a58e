import { existsSync, statSync } from 'node:fs';
import { configMentions } from '../config/config-file.ts';
import type { ContextSummary } from '../kubeconfig/context-summary.ts';
import { daemonMark, dataDirectory, lockFile, mirrorFile } from '../store/data-directory.ts';

/** Set for the programs that a daemon runs: one that is about to end is not to be started again by them. */
export const insideDaemon = 'NAVI_INSIDE_DAEMON';

/** A daemon that works writes to each of its mirrors this often (ms): twice the time between two checks of a cluster. */
const writesEachMs = 120_000;

/** Who asks. */
export interface Asking {
  /** At least one. */
  readonly contexts: readonly ContextSummary[];
  /** Absolute paths of the kubeconfig's files. */
  readonly kubeconfig: readonly string[];
  readonly notice: (text: string) => void;
  /** Changes are waited for, which says itself that no daemon runs. */
  readonly isFollowing?: boolean | undefined;
}

/**
 * Before a question is answered: where no daemon runs, says so once after each end of one, or starts one where the configuration says
 * `auto_start`. Costs looks at two or three files where one runs, and where none ever did.
 */
export async function lookForDaemon(asking: Asking, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  if (asking.contexts.length === 0 || mayRun(asking, env)) return;
  const dataDir = dataDirectory(env);
  const isToTell = asking.isFollowing !== true && existsSync(daemonMark(dataDir));
  const isToStart = isAutoStartSet(env) && env[insideDaemon] === undefined;
  if (!isToTell && !isToStart) return;
  const { withoutDaemon } = await import('./without-daemon.ts');
  await withoutDaemon(asking, env, { isToStart });
}

/**
 * The holder of the lock has its `-wal` file; one that was killed leaves it behind, but writes to no mirror any more: who asks for one
 * that was not written to looks at the lock itself.
 */
function mayRun({ contexts }: Asking, env: NodeJS.ProcessEnv): boolean {
  const dataDir = dataDirectory(env);
  if (!existsSync(`${lockFile(dataDir)}-wal`)) return false;
  return contexts.every(({ mirrorId }) => {
    const state = statSync(`${mirrorFile(dataDir, mirrorId)}-wal`, { throwIfNoEntry: false });
    return state !== undefined && Date.now() - state.mtimeMs < writesEachMs;
  });
}

function isAutoStartSet(env: NodeJS.ProcessEnv): boolean {
  return (env['NAVI_DAEMON_AUTO_START'] ?? '') !== '' || configMentions('auto_start', env);
}
