import { counted } from '../core/counted.ts';
import { askDaemon } from '../control/control-client.ts';
import type { UsedType } from '../control/protocol.ts';
import { oneLine } from '../core/terminal-text.ts';
import { asFault } from '../errors/of-contexts.ts';
import { daemonSocket } from './daemon-socket.ts';
import { liveMirrors, tellProgress } from './told-progress.ts';
import type { UsedFor } from './with-used.ts';

/** Longest wait for a first list (ms); what takes longer is told as it is then. */
const listTimeoutMs = 120_000;

/**
 * Has the daemon follow types (`plural.group`) and waits until what is stored of them is current, or it is known why not;
 * undefined where no daemon runs. On a terminal it is told what is waited for.
 */
export async function askUse(
  types: readonly string[],
  { choice, isRenewal = false }: UsedFor,
): Promise<readonly UsedType[] | undefined> {
  const path = daemonSocket();
  const endProgress = tellProgress(() => listingLine(path, types, choice.contexts[0] ?? ''));
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

async function listingLine(path: string, types: readonly string[], context: string): Promise<string> {
  const mirror = (await liveMirrors(path)).find((live) => live.context === context);
  const listing = (mirror?.scopes ?? []).filter(({ type, mode }) => types.includes(type) && mode === 'listing');
  const count = listing.reduce((sum, scope) => sum + scope.listedCount, 0);
  const objects = count === 0 ? '' : `, ${counted(count, 'object')} so far`;
  return `listing ${oneLine(types.join(', '))} of context ${oneLine(context)} …${objects}`;
}
