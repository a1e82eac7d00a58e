import { setTimeout as pause } from 'node:timers/promises';
import { resourceName } from '../../src/core/api-resource.ts';
import { rangeState } from '../support/etcd-store.ts';
import { mirrorFiles, withStore } from '../support/stored-mirror.ts';
import { compareStore } from './compare-store.ts';
import type { SoakCluster, SoakContext } from './soak-cluster.ts';
import { run } from './soak-readers.ts';

/** How a quiet point went. */
export interface QuietPoint {
  readonly atMs: number;
  /** From the end of the load to a cluster that stands still. */
  readonly stillAfterMs: number;
  /** From then on, by context: until the store equals the server. */
  readonly equalAfterMs: Readonly<Record<string, number>>;
  /** From the same moment until status calls everything healthy that is not refused. */
  readonly healthyAfterMs: number;
  readonly objectCount: number;
  readonly problems: readonly string[];
}

const stillForMs = 3_000;
const stillTimeoutMs = 180_000;
const storedTimeoutMs = 60_000;
const healthyTimeoutMs = 90_000;

/**
 * All keys but those that change without an end: leases, and events, which expire at any time. As ranges from the first
 * key up to the second.
 */
const watchedRanges: readonly (readonly [string, string])[] = [
  ['/registry/', '/registry/events/'],
  ['/registry/events0', '/registry/leases/'],
  ['/registry/leases0', '/registry/masterleases/'],
  ['/registry/masterleases0', '/registry0'],
];

/** Waits until the controllers are done, then for equality of every mirrored type in every context. */
export async function quietPoint(soak: SoakCluster, dataDir: string, env: NodeJS.ProcessEnv): Promise<QuietPoint> {
  const problems: string[] = [];
  const startedAt = performance.now();
  if (!(await standsStill(soak))) problems.push(`the cluster does not stand still within ${stillTimeoutMs} ms`);
  const stillAt = performance.now();
  const sinceStill = (): number => Math.round(performance.now() - stillAt);
  const equalAfterMs: Record<string, number> = {};
  let objectCount = 0;
  for (const context of soak.contexts) {
    try {
      const file = await untilStored(dataDir, context);
      const compared = await compareStore(soak.cluster, file, context);
      if ('difference' in compared) throw new Error(compared.difference);
      objectCount += compared.objectCount;
      equalAfterMs[context.name] = sinceStill();
      problems.push(...storeProblems(file, context).map((problem) => `${context.name}: ${problem}`));
    } catch (error) {
      problems.push(`${context.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const unhealthy = await untilHealthy(env);
  if (unhealthy.length > 0) problems.push(`not healthy within ${healthyTimeoutMs} ms: ${unhealthy.join('; ')}`);
  return {
    atMs: Math.round(startedAt),
    stillAfterMs: Math.round(stillAt - startedAt),
    equalAfterMs,
    healthyAfterMs: sinceStill(),
    objectCount,
    problems,
  };
}

async function standsStill({ cluster }: SoakCluster): Promise<boolean> {
  const giveUpAt = performance.now() + stillTimeoutMs;
  let last = '';
  let since = performance.now();
  while (performance.now() < giveUpAt) {
    const states = await Promise.all(watchedRanges.map(([from, to]) => rangeState(cluster, from, to)));
    const state = states.join(' ');
    if (state !== last) since = performance.now();
    last = state;
    if (performance.now() - since >= stillForMs) return true;
    await pause(250);
  }
  return false;
}

/** The store of a context, which a daemon that has just been started makes first. */
async function untilStored(dataDir: string, { name }: SoakContext): Promise<string> {
  const contextOf = (file: string): unknown =>
    withStore(file, (database) => database.prepare('select context from mirror').pluck().get());
  const giveUpAt = performance.now() + storedTimeoutMs;
  while (performance.now() < giveUpAt) {
    const file = mirrorFiles(dataDir).find((candidate) => contextOf(candidate) === name);
    if (file !== undefined && completeTypeCount(file) > 0) return file;
    await pause(100);
  }
  throw new Error(`context ${name} has no store`);
}

function completeTypeCount(file: string): number {
  return withStore(file, (database) =>
    Number(database.prepare('select count(*) from scope where complete = 1').pluck().get()),
  );
}

/** What is wrong with a store besides its content: broken pages, and rows of a type that its user may not read. */
function storeProblems(file: string, { types }: SoakContext): readonly string[] {
  return withStore(file, (database) => {
    const check = String(database.pragma('quick_check', { simple: true }));
    const rows = database
      .prepare(
        `select distinct api_group as "group", resource from object join resource_type on resource_type.id = type_id`,
      )
      .all() as { group: string; resource: string }[];
    const foreign = rows.map((row) => resourceName(row)).filter((name) => types !== undefined && !types.has(name));
    return [
      ...(check === 'ok' ? [] : [`quick_check: ${check}`]),
      ...foreign.map((name) => `rows of ${name} are stored`),
    ];
  });
}

interface StatusJson {
  readonly clusters: readonly {
    readonly context: string;
    readonly health?: string;
    readonly reason?: string;
    readonly types?: readonly {
      readonly type: string;
      readonly health: string | null;
      readonly reason: string | null;
    }[];
  }[];
}

/** What is not healthy at the end of the time; nothing once everything is that can be. */
async function untilHealthy(env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const giveUpAt = performance.now() + healthyTimeoutMs;
  for (;;) {
    const { code, stdout, stderr } = await run(['status', '-o', 'json', '--all-contexts'], env);
    const unhealthy = code === 0 ? unhealthyOf(JSON.parse(stdout) as StatusJson) : [stderr];
    if (unhealthy.length === 0 || performance.now() > giveUpAt) return unhealthy;
    await pause(500);
  }
}

function unhealthyOf({ clusters }: StatusJson): readonly string[] {
  return clusters.flatMap(({ context, types = [], health, reason }) => [
    ...(health === 'unhealthy' ? [`${context}: ${reason}`] : []),
    ...types
      .filter((type) => type.health !== null && type.health !== 'healthy' && type.reason !== 'forbidden')
      .map((type) => `${context} ${type.type}: ${type.health} (${type.reason})`),
  ]);
}
