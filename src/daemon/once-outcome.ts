import { resourceName } from '../core/api-resource.ts';
import { shellWord } from '../core/shell-word.ts';
import { oneLine } from '../core/terminal-text.ts';
import { exitCodes } from '../errors/navi-error.ts';
import { exitCodeOf } from '../errors/of-contexts.ts';
import { networkHint, type Failure } from '../kube/failure.ts';
import { withoutPassword } from '../kubeconfig/url-password.ts';
import type { ClusterMirror } from './cluster-mirror.ts';
import type { Reflector } from './reflector.ts';
import { refusals, type ListOutcome } from './refusals.ts';
import type { SyncProcess } from './sync-process.ts';

/** Tries of one list before `--once` gives it up. */
const maxListTries = 5;

/** Tries to reach a cluster before `--once` gives it up. */
const maxClusterTries = 4;

/** An outage in the middle that lasts longer than this ends `--once` (ms). */
const maxOutageMs = 30_000;

const tries = new WeakMap<ClusterMirror, { problem: unknown; count: number }>();

/** What `navi sync --once` comes to. */
export interface OnceOutcome {
  /** Whole lines, each with its line feed, that steer no terminal. */
  readonly text: string;
  readonly code: number;
}

/**
 * What `navi sync --once` came to, or undefined while lists are running. The exit code is 0 when every listable scope is
 * complete or refused by RBAC (those are named), 4 when everything or the login was refused, 6 when something could not be
 * completed, as where some of several clusters could not.
 * @param failedCodes exit codes of contexts that could not even be begun with
 */
export function onceOutcome(
  sync: SyncProcess,
  { isTerminal, failedCodes = [] }: { readonly isTerminal: boolean; readonly failedCodes?: readonly number[] },
): OnceOutcome | undefined {
  const outcomes = sync.mirrors.map((mirror) => mirrorOutcome(mirror, isTerminal));
  if (outcomes.some((outcome) => outcome === undefined)) return undefined;
  const lines = outcomes.flatMap((outcome) => outcome?.lines ?? []);
  return {
    text: lines.map((line) => `${oneLine(line)}\n`).join(''),
    code: exitCodeOf([...failedCodes, ...outcomes.map((outcome) => outcome?.code ?? 0)]),
  };
}

/** What a cluster that cannot even be identified comes to; undefined while it is tried again. */
function problemOutcome(mirror: ClusterMirror, problem: Failure): ListOutcome | undefined {
  const { name, cluster } = mirror.context;
  if (problem.class === 'unauthorized')
    return signInOutcome(mirror, `cannot sign in: ${problem.message}`, problem.hint);
  if (problem.class === 'forbidden') {
    return {
      code: exitCodes.NAVI_REFUSED,
      lines: [`error: ${name}: the cluster refuses these credentials: ${problem.message}`],
    };
  }
  if ((tries.get(mirror)?.count ?? 0) < maxClusterTries) return undefined;
  return {
    code: exitCodes.NAVI_UNREACHABLE,
    lines: [
      `error: ${name}: ${withoutPassword(cluster.server)} cannot be reached: ${problem.message}`,
      `  ${problem.hint ?? networkHint}`,
    ],
  };
}

/** Only a person can go on from here. */
function signInOutcome({ context: { name, user } }: ClusterMirror, what: string, hint?: string): ListOutcome {
  const how =
    user.exec === undefined
      ? 'log in with the tool that wrote the kubeconfig'
      : `navi login --context ${shellWord(name)} runs the plugin with your terminal`;
  return { code: exitCodes.NAVI_REFUSED, lines: [`error: ${name}: ${what}`, `  ${hint ?? how}`] };
}

function mirrorOutcome(mirror: ClusterMirror, isTerminal: boolean): ListOutcome | undefined {
  const name = mirror.context.name;
  const { storeProblem } = mirror;
  // A damaged store is set aside and begun anew.
  if (storeProblem?.code === 'NAVI_STORE_CORRUPT') return undefined;
  if (storeProblem !== undefined) {
    const { exitCode, message, hints } = storeProblem;
    return { code: exitCode, lines: [`error: ${name}: ${message}`, ...hints.map((hint) => `  ${hint}`)] };
  }
  if (mirror.problem !== undefined) {
    const { problem } = mirror;
    const seen = tries.get(mirror) ?? { problem: undefined, count: 0 };
    if (seen.problem !== problem) tries.set(mirror, { problem, count: seen.count + 1 });
    return problemOutcome(mirror, problem);
  }
  const { reflectors, isPlanned } = mirror;
  const failed = reflectors.filter(hasGivenUp);
  const isDone = isPlanned && reflectors.every((reflector) => isComplete(reflector) || hasGivenUp(reflector));
  return isDone ? summary(mirror, failed, isTerminal) : interruption(mirror);
}

/** What keeps the lists of a cluster that was reached from coming to an end; undefined while that may pass. */
function interruption(mirror: ClusterMirror): ListOutcome | undefined {
  const { context, own, isPlanned, outageSinceMs } = mirror;
  if (isPlanned && own.reason === 'auth-needed') {
    const why = own.lastError === null ? '' : `: ${own.lastError}`;
    return signInOutcome(mirror, `the login was lost before everything was listed${why}`);
  }
  if (outageSinceMs === undefined || Date.now() - outageSinceMs <= maxOutageMs) return undefined;
  const server = withoutPassword(context.cluster.server);
  return {
    code: exitCodes.NAVI_UNREACHABLE,
    lines: [`error: ${context.name}: ${server} cannot be reached any more`],
  };
}

function summary(mirror: ClusterMirror, failed: readonly Reflector[], isTerminal: boolean): ListOutcome {
  const context = mirror.context.name;
  const scopes = mirror.reflectors.map(({ scope, state }) => ({
    type: scope.name,
    isRefused: state.kind === 'denied',
  }));
  const refused = refusals(scopes, { context, isTerminal });
  if (failed.length === 0) return refused;
  const failures = failed.map(
    ({ recipe, status }) =>
      `error: ${context}: ${resourceName(recipe.type)} could not be listed: ${status.lastError ?? 'unknown reason'}`,
  );
  return { code: exitCodes.NAVI_INCOMPLETE, lines: [...refused.lines, ...failures] };
}

/** What an earlier process left is complete only once what happened since then has been read. */
function isComplete(reflector: Reflector): boolean {
  return reflector.isSettled && reflector.isCurrent;
}

function hasGivenUp(reflector: Reflector): boolean {
  const { state } = reflector;
  return state.kind === 'backing-off' && state.retry === 'list' && state.failureCount >= maxListTries;
}
