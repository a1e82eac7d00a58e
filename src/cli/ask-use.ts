import { counted } from '../core/counted.ts';
import { askDaemon } from '../control/control-client.ts';
import type { UsedType } from '../control/protocol.ts';
import type { LiveMirror } from '../core/live-status.ts';
import { oneLine } from '../core/terminal-text.ts';
import { asFault } from '../errors/of-contexts.ts';
import { NaviError } from '../errors/navi-error.ts';
import { isTerminal } from '../output/is-terminal.ts';
import { writeStderr } from '../output/stderr.ts';
import { daemonSocket } from './daemon-socket.ts';
import type { UsedFor } from './with-used.ts';

/** Longest wait for a first list (ms); what takes longer is told as it is then. */
const listTimeoutMs = 120_000;

/** From when on a person who waits is told what for, and how often (ms). */
const progressMs = 500;

const eraseLine = '\r\u001B[K';

/**
 * Has the daemon follow types (`plural.group`) and waits until what is stored of them is current, or it is known why not;
 * undefined where no daemon runs. On a terminal it is told what is waited for.
 */
export async function askUse(
  types: readonly string[],
  { choice, isRenewal = false }: UsedFor,
): Promise<readonly UsedType[] | undefined> {
  const path = daemonSocket();
  const endProgress = isTerminal(2) ? tellProgress(path, types, choice.contexts[0] ?? '') : () => undefined;
  try {
    const request = { method: 'use', ...choice, types, purpose: isRenewal ? 'renewal' : 'question' } as const;
    return (await askDaemon(path, request, listTimeoutMs)) as readonly UsedType[] | undefined;
  } catch (error) {
    // What is kept answers all the same.
    const { message } = asFault(error);
    return types.map((type) => ({ type, isHit: false, problem: message }));
  } finally {
    endProgress();
  }
}

/** Draws one line, and again as the list goes on; the function returned takes it away. */
function tellProgress(path: string, types: readonly string[], context: string): () => void {
  let isDrawn = false;
  let isEnded = false;
  const draw = async (): Promise<void> => {
    const count = await listedCount(path, types, context);
    if (isEnded) return;
    isDrawn = true;
    const objects = count === 0 ? '' : `, ${counted(count, 'object')} so far`;
    writeStderr(`${eraseLine}listing ${oneLine(types.join(', '))} of context ${oneLine(context)} …${objects}`);
  };
  const timer = setInterval(() => void draw(), progressMs);
  return () => {
    isEnded = true;
    clearInterval(timer);
    if (isDrawn) writeStderr(eraseLine);
  };
}

/** Objects that the lists under way have brought; 0 where the daemon does not say. */
async function listedCount(path: string, types: readonly string[], context: string): Promise<number> {
  try {
    const mirrors = (await askDaemon(path, { method: 'live' })) as readonly LiveMirror[] | undefined;
    const scopes = mirrors?.find((mirror) => mirror.context === context)?.scopes ?? [];
    const listing = scopes.filter(({ type, mode }) => types.includes(type) && mode === 'listing');
    return listing.reduce((sum, scope) => sum + scope.listedCount, 0);
  } catch (error) {
    if (error instanceof NaviError) return 0;
    throw error;
  }
}
