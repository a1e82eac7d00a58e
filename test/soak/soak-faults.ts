import { setTimeout as pause } from 'node:timers/promises';
import { compactEtcd } from '../support/etcd-store.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import type { DaemonSupervisor } from './daemon-supervisor.ts';
import type { SoakCluster, SoakContext } from './soak-cluster.ts';

/** What the faults of a soak are made of. */
export interface FaultTargets {
  readonly soak: SoakCluster;
  readonly daemon: DaemonSupervisor;
  readonly random: SeededRandom;
}

/** A fault that was made, in the order of time. */
export interface MadeFault {
  readonly name: string;
  readonly atMs: number;
  readonly durationMs: number;
}

/** From when on a context could not be reached at all, by its name; a context that can be reached is not in it. */
export type AwaySince = Map<string, number>;

type Fault = (targets: FaultTargets, away: AwaySince) => Promise<void>;

const between = (random: SeededRandom, fromMs: number, toMs: number): number => fromMs + random.below(toMs - fromMs);

/** Runs `work` while the contexts are noted as away. */
async function whileAway(contexts: readonly SoakContext[], away: AwaySince, work: () => Promise<void>): Promise<void> {
  const since = performance.now();
  for (const { name } of contexts) away.set(name, since);
  await work();
  for (const { name } of contexts) away.delete(name);
}

const faults: Readonly<Record<string, { readonly weight: number; readonly make: Fault }>> = {
  'API server killed': {
    weight: 3,
    make: ({ soak: { cluster, contexts }, random }, away) =>
      whileAway(contexts, away, async () => {
        await cluster.stopApiServer('SIGKILL');
        await pause(between(random, 500, 9_000));
        away.clear();
        await cluster.startApiServer();
      }),
  },
  'API server stopped by SIGTERM': {
    weight: 2,
    make: async ({ soak: { cluster }, random }) => {
      await cluster.stopApiServer('SIGTERM');
      await pause(between(random, 100, 2_000));
      await cluster.startApiServer();
    },
  },
  'API server frozen': {
    weight: 2,
    make: async ({ soak: { cluster }, random }) => {
      cluster.signalApiServer('SIGSTOP');
      await pause(between(random, 2_000, 12_000));
      cluster.signalApiServer('SIGCONT');
    },
  },
  'etcd killed': {
    weight: 3,
    make: async ({ soak: { cluster }, random }) => {
      await cluster.stopEtcd('SIGKILL');
      await pause(between(random, 200, 5_000));
      await cluster.startEtcd();
    },
  },
  'etcd frozen': {
    weight: 2,
    make: async ({ soak: { cluster }, random }) => {
      cluster.signalEtcd('SIGSTOP');
      await pause(between(random, 2_000, 13_000));
      cluster.signalEtcd('SIGCONT');
    },
  },
  'etcd and API server killed': {
    weight: 1,
    make: async ({ soak: { cluster }, random }) => {
      await Promise.all([cluster.stopApiServer('SIGKILL'), cluster.stopEtcd('SIGKILL')]);
      await pause(between(random, 200, 3_000));
      await cluster.startEtcd();
      await cluster.startApiServer();
    },
  },
  'etcd compacted': { weight: 2, make: async ({ soak }) => compactEtcd(soak.cluster) },
  'connections of one context cut': {
    weight: 2,
    make: async ({ soak, random }) => random.pick(soak.contexts).front.cut(),
  },
  'connections of all contexts cut': {
    weight: 2,
    make: async ({ soak }) => {
      for (const { front } of soak.contexts) front.cut();
    },
  },
  'one context refused': {
    weight: 2,
    make: async ({ soak, random }, away) => {
      const context = random.pick(soak.contexts);
      await whileAway([context], away, async () => {
        await context.front.leave();
        await pause(between(random, 1_000, 12_000));
        await context.front.return();
      });
    },
  },
  'one context swallowed': {
    weight: 2,
    make: async ({ soak, random }) => {
      const { front } = random.pick(soak.contexts);
      front.mute();
      await pause(between(random, 3_000, 14_000));
      front.speak();
      front.cut();
    },
  },
  'one context slow': {
    weight: 1,
    make: async ({ soak, random }) => {
      const { front } = random.pick(soak.contexts);
      front.bytesPerSecond = 40_000;
      front.cut();
      await pause(between(random, 6_000, 14_000));
      front.bytesPerSecond = 0;
      front.cut();
    },
  },
  'daemon killed': { weight: 3, make: async ({ daemon }) => daemon.kill() },
  'daemon frozen': {
    weight: 1,
    make: async ({ daemon, random }) => {
      daemon.signal('SIGSTOP');
      await pause(between(random, 2_000, 12_000));
      daemon.signal('SIGCONT');
    },
  },
  'API server and daemon killed': {
    weight: 1,
    make: async ({ soak: { cluster }, daemon, random }) => {
      await cluster.stopApiServer('SIGKILL');
      daemon.kill();
      await pause(between(random, 100, 3_000));
      await cluster.startApiServer();
    },
  },
};

const drawn = Object.entries(faults).flatMap(([name, { weight }]) => Array.from({ length: weight }, () => name));

/** Makes one fault and mends it; resolves when the cluster is whole again. */
export async function makeFault(targets: FaultTargets, away: AwaySince): Promise<MadeFault> {
  const name = targets.random.pick(drawn);
  const startedAt = performance.now();
  await faults[name]?.make(targets, away);
  return { name, atMs: Math.round(startedAt), durationMs: Math.round(performance.now() - startedAt) };
}
