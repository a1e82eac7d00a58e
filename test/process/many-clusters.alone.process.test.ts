import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DaemonInfo } from '../../src/control/protocol.ts';
import { maxBatchEvents } from '../../src/daemon/change-batcher.ts';
import { mirrorFile } from '../../src/store/data-directory.ts';
import { startClusterCrowd, type ClusterCrowd, type CrowdCluster, type WrittenMark } from '../support/cluster-crowd.ts';
import { ask, percentile, untilSettled } from '../support/daemon-probes.ts';
import { amountOf } from '../support/long-run.ts';
import { installNavi, type NaviDaemon, type NaviInstallation } from '../support/navi-process.ts';
import { StoreView } from '../support/store-view.ts';

const healthyCount = 6;
const markCount = 40;
const markEveryMs = 100;

/** A change to its visibility, in a daemon with bad contexts: not slower than this (ms), or than so many times without them. */
const visibleMs = 250;
const visibleRatio = 3;

/** So many turns of floods, of a batch each, may pass until a change of another cluster is visible; a backlog has hundreds. */
const waitedTurns = 15;

const few = { events: 10, pods: 10, configmaps: 10 };
const many = { events: 600, pods: 300, configmaps: 300 };

let folder: string;
/** Servers that are well, and those that are not: in two processes, so that these take no time from those. */
let well: ClusterCrowd;
let ill: ClusterCrowd;
let mute: Server;
let navi: NaviInstallation;
let daemon: NaviDaemon;
let healthy: readonly CrowdCluster[];
let flooding: readonly CrowdCluster[];
let badNames: readonly string[];
const held = new Set<Socket>();

interface NamedServer {
  readonly name: string;
  readonly url: string;
}

function kubeconfigText(servers: readonly NamedServer[]): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: servers.map(({ name, url }) => ({ name, cluster: { server: url } })),
    users: [{ name: 'admin', user: { token: 'token-of-admin' } }],
    contexts: servers.map(({ name }) => ({ name, context: { cluster: name, user: 'admin' } })),
    'current-context': servers[0]?.name,
  });
}

/** Takes connections and bytes, and never says a word. */
async function startMute(): Promise<Server> {
  const server = createServer((socket) => {
    held.add(socket);
    socket.on('error', () => undefined);
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function startIll(): Promise<readonly NamedServer[]> {
  const made = async (name: string, counts = few): Promise<NamedServer & { cluster: CrowdCluster }> => {
    const cluster = await ill.start(counts);
    return { name, url: cluster.url, cluster };
  };
  const [noHeaders, noBody] = [await made('hangs-before-headers'), await made('hangs-in-body')];
  await ill.hang(noHeaders.cluster, 'headers');
  await ill.hang(noBody.cluster, 'body');
  const failing = await Promise.all([401, 403, 500, 503, 429].map((status) => made(`answers-${status}`)));
  for (const { cluster, name } of failing)
    await ill.fail(cluster, Number(name.slice(-3)), name.endsWith('429') ? 1 : undefined);
  const floods = [await made('floods', many), await made('floods-too', many)];
  flooding = floods.map(({ cluster }) => cluster);
  const { port } = mute.address() as AddressInfo;
  return [
    { name: 'hangs-in-tls', url: `https://127.0.0.1:${port}` },
    { name: 'hangs-in-tcp', url: `http://127.0.0.1:${port}` },
    { name: 'refuses', url: 'http://127.0.0.1:1' },
    { name: 'refuses-tls', url: 'https://127.0.0.1:1' },
    { name: 'speaks-no-tls', url: failing[0]?.url.replace('http:', 'https:') ?? '' },
    noHeaders,
    noBody,
    ...failing,
    ...floods,
  ];
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'navi-test-'));
  [well, ill] = [startClusterCrowd(), startClusterCrowd()];
  mute = await startMute();
  healthy = await Promise.all(Array.from({ length: healthyCount }, () => well.start(few)));
  const bad = await startIll();
  badNames = bad.map(({ name }) => name);
  const kubeconfig = join(folder, 'kubeconfig');
  const good = healthy.map(({ index, url }) => ({ name: `good-${index}`, url }));
  writeFileSync(kubeconfig, kubeconfigText([...good, ...bad]));
  navi = installNavi(kubeconfig);
  daemon = navi.daemon(good.flatMap(({ name }) => ['--context', name]));
  await untilSettled(
    navi.dataDir,
    daemon,
    good.map(({ name }) => name),
  );
}, 180_000);

afterAll(async () => {
  await navi.remove();
  await Promise.all([well.stop(), ill.stop()]);
  for (const socket of held) socket.destroy();
  await new Promise((resolve) => mute.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

/** When each version of `mark` was first seen in the store of a context, from now on until told to end. */
class Sightings {
  readonly seenAt = new Map<string, number>();
  readonly #view: StoreView;
  #last = -1;

  constructor(file: string) {
    this.#view = new StoreView(() => file);
  }

  look(): void {
    const { version } = this.#view;
    if (version === this.#last) return;
    this.#last = version;
    const nowMs = performance.timeOrigin + performance.now();
    for (const row of this.#view.all(`select resource_version as mark from change where key = 'default/mark'`)) {
      const mark = String(row['mark']);
      if (!this.seenAt.has(mark)) this.seenAt.set(mark, nowMs);
    }
  }

  close(): void {
    this.#view.close();
  }
}

/** Writes marks to every healthy cluster; from each write to its visibility in the store (ms). */
async function visibility(): Promise<readonly number[]> {
  const { mirrors } = await ask<DaemonInfo>(navi.dataDir, { method: 'info' });
  const sightings = healthy.map(({ index }) => {
    const mirror = mirrors.find(({ context }) => context === `good-${index}`);
    return new Sightings(mirrorFile(navi.dataDir, mirror?.mirrorId ?? ''));
  });
  for (const sighting of sightings) sighting.look();
  let written: readonly (readonly WrittenMark[])[] | undefined;
  const writing = Promise.all(
    healthy.map((cluster) => well.mark(cluster, { count: markCount, everyMs: markEveryMs })),
  ).then((marks) => (written = marks));
  const isSeen = (): boolean =>
    written?.every((marks, index) =>
      marks.every(({ resourceVersion }) => sightings[index]?.seenAt.has(resourceVersion)),
    ) === true;
  while (!isSeen()) {
    for (const sighting of sightings) sighting.look();
    await pause(4);
  }
  for (const sighting of sightings) sighting.close();
  return (await writing).flatMap((marks, index) =>
    marks.map(({ resourceVersion, atMs }) => (sightings[index]?.seenAt.get(resourceVersion) ?? Number.NaN) - atMs),
  );
}

/** Changes in the stores of the clusters that flood. */
async function floodedCount(): Promise<number> {
  const { mirrors } = await ask<DaemonInfo>(navi.dataDir, { method: 'info' });
  const counts = mirrors
    .filter(({ context }) => context.startsWith('floods'))
    .map(({ mirrorId }) => {
      const view = new StoreView(() => mirrorFile(navi.dataDir, mirrorId));
      const count = Number(view.all('select max(seq) as count from change')[0]?.['count'] ?? 0);
      view.close();
      return count;
    });
  return counts.reduce((sum, count) => sum + count, 0);
}

test(
  'of 20 clusters those that hang, refuse and fail take nothing from the others, those that flood some turns',
  { timeout: 240_000 },
  async () => {
    expect(healthyCount + badNames.length).toBe(20);
    const alone = await visibility();
    const added = await navi.run(['sync', ...badNames.flatMap((name) => ['--context', name])]);
    expect(added).toMatchObject({ code: 0 });
    await untilSettled(navi.dataDir, daemon, ['floods', 'floods-too']);
    const beside = await visibility();
    const floods = Promise.all(flooding.map((cluster) => ill.flood(cluster, amountOf(15_000, 100_000), 2_000)));
    // It is awaited below, unless the test fails before.
    floods.catch(() => undefined);
    const [countBefore, startedAt] = [await floodedCount(), performance.now()];
    const flooded = await visibility();
    const turnMs = ((performance.now() - startedAt) / ((await floodedCount()) - countBefore)) * maxBatchEvents;
    const p99 = [alone, beside, flooded].map((values) => Math.round(percentile(values, 99)));
    process.stderr.write(
      `change to visible, p99: ${p99[0]} ms, ${p99[1]} beside bad clusters, ${p99[2]} beside floods whose turns take ${Math.round(turnMs)}\n`,
    );
    const [aloneMs = 0, besideMs, floodedMs] = p99;
    const barMs = Math.max(visibleMs, visibleRatio * aloneMs);
    expect(besideMs).toBeLessThanOrEqual(barMs);
    expect(floodedMs).toBeLessThanOrEqual(Math.max(barMs, waitedTurns * turnMs));
    const status = await navi.run(['status', '--all-contexts', '-o', 'json']);
    const { clusters } = JSON.parse(status.stdout) as { clusters: readonly { context: string; health: string }[] };
    const healthOf = new Map(clusters.map(({ context, health }) => [context, health]));
    for (const { index } of healthy) expect(healthOf.get(`good-${index}`)).toBe('healthy');
    for (const name of badNames.filter((bad) => !bad.startsWith('floods')))
      expect(healthOf.get(name), name).not.toBe('healthy');
    await floods;
  },
);
