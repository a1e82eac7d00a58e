import { resourceName } from '../core/api-resource.ts';
import { shellWord } from '../core/shell-word.ts';
import { oneLine } from '../core/terminal-text.ts';
import { exitCodes } from '../errors/navi-error.ts';
import type { Failure } from '../kube/failure.ts';
import { withoutPassword } from '../kubeconfig/url-password.ts';
import type { ClusterMirror } from './cluster-mirror.ts';
import type { Reflector } from './reflector.ts';
import type { SyncProcess } from './sync-process.ts';

/** Tries of one list before `--once` gives it up. */
const maxListTries = 5;

/** Tries to reach a cluster before `--once` gives it up. */
const maxClusterTries = 4;

/** An outage in the middle that lasts longer than this ends `--once` (ms). */
const maxOutageMs = 30_000;

const tries = new WeakMap<ClusterMirror, { problem: unknown; count: number }>();

/**
 * Exit code of `navi sync --once`, or undefined while lists are running: 0 when every listable scope is complete or
 * refused by RBAC (those are named), 4 when everything was refused, 6 when something could not be completed.
 */
export function onceOutcome(sync: SyncProcess, output: { write(text: string): unknown }): number | undefined {
  const outcomes = sync.mirrors.map((mirror) => mirrorOutcome(mirror));
  if (outcomes.some((outcome) => outcome === undefined)) return undefined;
  const lines = outcomes.flatMap((outcome) => outcome?.lines ?? []);
  output.write(lines.map((line) => `${oneLine(line)}\n`).join(''));
  return Math.max(0, ...outcomes.map((outcome) => outcome?.code ?? 0));
}

/** What a cluster that cannot even be identified comes to; undefined while it is tried again. */
function problemOutcome(mirror: ClusterMirror, problem: Failure): Outcome | undefined {
  const { name, cluster, user } = mirror.context;
  if (problem.class === 'unauthorized') {
    const how =
      user.exec === undefined
        ? 'log in with the tool that wrote the kubeconfig'
        : `navi login --context ${shellWord(name)} runs the plugin with your terminal`;
    return { code: exitCodes.NAVI_REFUSED, lines: [`error: ${name}: cannot sign in: ${problem.message}`, `  ${how}`] };
  }
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
      '  check the server, the network or the VPN',
    ],
  };
}

interface Outcome {
  readonly code: number;
  /** With words of servers and plugins: unsafe for a terminal as they are. */
  readonly lines: readonly string[];
}

function mirrorOutcome(mirror: ClusterMirror): Outcome | undefined {
  const name = mirror.context.name;
  const { storeProblem } = mirror;
  // A damaged store is set aside and begun anew.
  if (storeProblem?.code === 'NAVI_STORE_CORRUPT') return undefined;
  if (storeProblem !== undefined)
    return { code: storeProblem.exitCode, lines: [`error: ${name}: ${storeProblem.message}`] };
  if (mirror.problem !== undefined) {
    const { problem } = mirror;
    const seen = tries.get(mirror) ?? { problem: undefined, count: 0 };
    if (seen.problem !== problem) tries.set(mirror, { problem, count: seen.count + 1 });
    return problemOutcome(mirror, problem);
  }
  if (mirror.outageSinceMs !== undefined && Date.now() - mirror.outageSinceMs > maxOutageMs) {
    return {
      code: exitCodes.NAVI_UNREACHABLE,
      lines: [`error: ${name}: ${withoutPassword(mirror.context.cluster.server)} cannot be reached any more`],
    };
  }
  const { reflectors } = mirror;
  const failed = reflectors.filter(hasGivenUp);
  if (!reflectors.every((reflector) => reflector.isSettled || hasGivenUp(reflector)) || !mirror.isPlanned)
    return undefined;
  return summary(mirror, failed);
}

function summary(mirror: ClusterMirror, failed: readonly Reflector[]): Outcome {
  const name = mirror.context.name;
  const { reflectors } = mirror;
  const denied = reflectors.filter((reflector) => reflector.state.kind === 'denied');
  const refusals = refusalLines(name, reflectors);
  if (failed.length > 0) {
    const failures = failed.map(
      ({ recipe, status }) =>
        `error: ${name}: ${resourceName(recipe.type)} could not be listed: ${status.lastError ?? 'unknown reason'}`,
    );
    return { code: exitCodes.NAVI_INCOMPLETE, lines: [...refusals, ...failures] };
  }
  const isAllDenied = denied.length === reflectors.length && denied.length > 0;
  return { code: isAllDenied ? exitCodes.NAVI_REFUSED : 0, lines: refusals };
}

/** A type that may not be listed as a whole may be mirrored in some namespaces all the same. */
function refusalLines(name: string, reflectors: readonly Reflector[]): readonly string[] {
  const isDenied = ({ state }: Reflector): boolean => state.kind === 'denied';
  const refused = new Set(reflectors.filter(isDenied).map(({ scope }) => scope.name));
  const readable = reflectors.filter((reflector) => !isDenied(reflector) && refused.has(reflector.scope.name));
  const partly = new Map<string, number>();
  for (const { scope } of readable) partly.set(scope.name, (partly.get(scope.name) ?? 0) + 1);
  const not = [...refused].filter((type) => !partly.has(type));
  const some = [...partly].map(([type, count]) => `${type} (${count})`);
  return [
    not.length === 0 ? '' : `${name}: forbidden, not mirrored: ${not.join(', ')}`,
    some.length === 0 ? '' : `${name}: mirrored in the namespaces that may be read: ${some.join(', ')}`,
  ].filter((line) => line !== '');
}

function hasGivenUp(reflector: Reflector): boolean {
  const { state } = reflector;
  return state.kind === 'backing-off' && state.retry === 'list' && state.failureCount >= maxListTries;
}
