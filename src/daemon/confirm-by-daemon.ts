import { askDaemon } from '../control/control-client.ts';
import type { ContextChoice } from '../control/protocol.ts';
import type { LiveMirror } from '../core/live-status.ts';
import { shellWord } from '../core/shell-word.ts';
import { NaviError } from '../errors/navi-error.ts';
import { mirrorId, type ResolvedContext } from '../kubeconfig/resolve-context.ts';
import { delay, systemClock } from '../util/clock.ts';

/** Longest time that a daemon may take to confirm (ms). */
const confirmTimeoutMs = 120_000;

/** The same where a cluster cannot be followed: as long as `--once` alone waits for it (ms). */
const troubledTimeoutMs = 30_000;

/** Between two questions; each is a request to the cluster and, where that fails, a line of the daemon's log (ms). */
const firstWaitMs = 500;
const longestWaitMs = 5_000;

/**
 * `navi sync --once` beside a daemon, which listens at `path`: has it prove that the mirrors of the contexts are complete
 * and fresh, until it can. False where nobody listens.
 * @throws NAVI_REFUSED where somebody has to sign in first, NAVI_INCOMPLETE with what stands in the way
 */
export async function confirmByDaemon(
  path: string,
  contexts: readonly ResolvedContext[],
  choice: ContextChoice,
): Promise<boolean> {
  const clock = systemClock();
  const startedAtMs = clock.monotonic();
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(longestWaitMs, waitMs * 2)) {
    const answer = (await askDaemon(path, { method: 'confirm', ...choice }, confirmTimeoutMs)) as
      | { confirmed: boolean }
      | undefined;
    if (answer === undefined) return false;
    if (answer.confirmed) return true;
    const trouble = await troubleOf(path, contexts);
    const limitMs = trouble === undefined ? confirmTimeoutMs : troubledTimeoutMs;
    const isLate = clock.monotonic() - startedAtMs > limitMs;
    if (isLate || trouble?.reason === 'auth-needed') throw notConfirmed(choice, trouble);
    await delay(clock, waitMs);
  }
}

/** The first of the contexts whose cluster cannot be followed now. */
async function troubleOf(path: string, contexts: readonly ResolvedContext[]): Promise<LiveMirror | undefined> {
  const live = ((await askDaemon(path, { method: 'live' })) ?? []) as readonly LiveMirror[];
  const ids = new Set(contexts.map((context) => mirrorId(context)));
  return live.find((mirror) => ids.has(mirror.mirrorId) && mirror.health === 'unhealthy');
}

function notConfirmed({ contexts }: ContextChoice, trouble: LiveMirror | undefined): NaviError {
  if (trouble === undefined) {
    return new NaviError('NAVI_INCOMPLETE', `the running daemon could not complete ${contexts.join(', ')}`, {
      hints: ['navi status says what is wrong'],
    });
  }
  const { context, reason, lastError } = trouble;
  const why = `${reason}${lastError === null ? '' : `: ${lastError}`}`;
  const isSignIn = reason === 'auth-needed';
  return new NaviError(
    isSignIn ? 'NAVI_REFUSED' : 'NAVI_INCOMPLETE',
    `the running daemon cannot follow the cluster of context "${context}" (${why})`,
    { hints: [isSignIn ? `navi login --context ${shellWord(context)}` : 'navi status says what is wrong'] },
  );
}
