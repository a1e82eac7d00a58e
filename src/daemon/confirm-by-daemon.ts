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
 * `navi sync --once` beside a daemon, which listens at `path`: has it prove that the mirror of a context is complete and
 * fresh, until it can. The mirror as it then is; undefined where nobody listens.
 * @throws NAVI_REFUSED where somebody has to sign in first, NAVI_INCOMPLETE with what stands in the way
 */
export async function confirmByDaemon(
  path: string,
  context: ResolvedContext,
  choice: ContextChoice,
): Promise<LiveMirror | undefined> {
  const clock = systemClock();
  const startedAtMs = clock.monotonic();
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(longestWaitMs, waitMs * 2)) {
    const answer = (await askDaemon(path, { method: 'confirm', ...choice }, confirmTimeoutMs)) as
      | { confirmed: boolean }
      | undefined;
    if (answer === undefined) return undefined;
    const mirror = await liveMirror(path, context);
    if (answer.confirmed) return mirror;
    const trouble = mirror?.health === 'unhealthy' ? mirror : undefined;
    const limitMs = trouble === undefined ? confirmTimeoutMs : troubledTimeoutMs;
    const isLate = clock.monotonic() - startedAtMs > limitMs;
    if (isLate || trouble?.reason === 'auth-needed') throw notConfirmed(context.name, trouble);
    await delay(clock, waitMs);
  }
}

async function liveMirror(path: string, context: ResolvedContext): Promise<LiveMirror | undefined> {
  const live = ((await askDaemon(path, { method: 'live' })) ?? []) as readonly LiveMirror[];
  const id = mirrorId(context);
  return live.find((mirror) => mirror.mirrorId === id);
}

/** @param name the context as it was asked for; another one may share its mirror */
function notConfirmed(name: string, trouble: LiveMirror | undefined): NaviError {
  if (trouble === undefined) {
    return new NaviError('NAVI_INCOMPLETE', `the running daemon could not complete context "${name}"`, {
      hints: [`navi status --context ${shellWord(name)} says what is wrong`],
    });
  }
  const { reason, lastError } = trouble;
  const why = `${reason}${lastError === null ? '' : `: ${lastError}`}`;
  const isSignIn = reason === 'auth-needed';
  return new NaviError(
    isSignIn ? 'NAVI_REFUSED' : 'NAVI_INCOMPLETE',
    `the running daemon cannot follow the cluster of context "${name}" (${why})`,
    { hints: [`navi ${isSignIn ? 'login' : 'status'} --context ${shellWord(name)}`] },
  );
}
