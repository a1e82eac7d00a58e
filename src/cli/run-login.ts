import { askDaemon } from '../control/control-client.ts';
import type { HandedCredential, WakeAnswer } from '../control/protocol.ts';
import { NaviError } from '../errors/navi-error.ts';
import type { ResolvedContext } from '../kubeconfig/resolve-context.ts';
import { daemonSocket } from './daemon-socket.ts';
import { shellWord } from '../core/shell-word.ts';

/** What a login came to, as the daemon needs it. */
export interface LoginResult {
  /** Who the cluster takes the person for. */
  readonly principal: string;
  /** For a daemon that cannot get one by itself. */
  readonly credential: HandedCredential | undefined;
}

/**
 * Tells the daemon that a person has signed in, and hands the credential over, from memory to memory.
 * @param kubeconfigFiles absolute paths
 * @returns the line to tell
 * @throws NAVI_DAEMON_NOT_RUNNING where there is none, NAVI_DAEMON_SILENT
 */
export async function wakeDaemon(
  context: ResolvedContext,
  kubeconfigFiles: readonly string[],
  { principal, credential }: LoginResult,
): Promise<string> {
  const done = `the cluster of context "${context.name}" takes you for ${principal}`;
  const choice = { contexts: [context.name], kubeconfig: kubeconfigFiles };
  const answer = (await askDaemon(daemonSocket(), { method: 'wake', ...choice, credential })) as WakeAnswer | undefined;
  const name = shellWord(context.name);
  if (answer === undefined) {
    throw new NaviError('NAVI_DAEMON_NOT_RUNNING', `${done}, but no daemon runs that could go on with it`, {
      hints: [`navi sync --detach --context ${name} starts one`],
    });
  }
  if (!answer.isMirrored) return `${done}; the daemon does not mirror it: navi sync --context ${name}`;
  return `${done}; the daemon goes on with it`;
}
