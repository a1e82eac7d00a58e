import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { startMetricsServer, type MetricsServer } from '../support/metrics-server.ts';
import { installNavi, type NaviDaemon, type NaviInstallation } from '../support/navi-process.ts';
import { startRealCluster, type RealCluster } from '../support/real-cluster.ts';

const nodes = ['node-0', 'node-1'];

/** What kwok has every container of a pod use: steady, but for what a clock adds. */
const pods = [
  { name: 'small', cpu: '20m', memory: '8Mi', labels: { app: 'web' } },
  { name: 'middle', cpu: '250m', memory: '100Mi', labels: { app: 'web' } },
  { name: 'large', cpu: '1500m', memory: '2Gi', labels: { app: 'db' } },
] as const;

/** Lines whose CPU kwok's clock makes tremble: they are compared without it. */
const lines: readonly string[] = [
  'pods -n shop',
  'pods -A --sort-by memory',
  'pods -A --sort-by cpu --no-headers',
  'pods -n shop --containers',
  'pods -n shop -l app=web',
  'pods -n shop --sum',
  'pod large -n shop',
  'pod nobody -n shop',
  'pod waiting -n shop',
  'pod large -A',
  'pods -n empty',
  'pods -n shop --field-selector metadata.name=small',
  'nodes',
  'nodes --sort-by memory',
  'node node-0',
  'node nobody',
];

describe.skipIf(clusterProgramsMissing('metrics') !== undefined)('navi top beside metrics-server', () => {
  let cluster: RealCluster;
  let server: MetricsServer;
  let navi: NaviInstallation;
  let daemon: NaviDaemon;

  beforeAll(async () => {
    cluster = await startRealCluster({ kwok: true });
    await cluster.createNodes(nodes.length);
    for (const name of ['shop', 'empty']) await cluster.kubectl(['create', 'namespace', name]);
    for (const [index, { name, cpu, memory, labels }] of pods.entries()) {
      const annotations = { 'test/cpu': cpu, 'test/memory': memory };
      const containers = ['main', 'side'].map((container) => ({ name: container, image: 'app' }));
      const spec = { nodeName: nodes[index % nodes.length], containers };
      await makePod({ metadata: { name, labels, annotations }, spec });
    }
    // No node runs it, so that nothing is measured of it.
    await makePod({ metadata: { name: 'waiting' }, spec: { containers: [{ name: 'main', image: 'app' }] } });
    server = await startMetricsServer(cluster, nodes);
    navi = installNavi(cluster.kubeconfig);
    const settings = join(navi.dataDir, '..', 'navi');
    mkdirSync(settings, { recursive: true });
    writeFileSync(join(settings, 'config.toml'), '[metrics]\ninterval = "5s"\n');
    daemon = navi.daemon();
    await daemon.waitFor('it runs', (line) => line.msg === 'discovered');
    expect((await navi.run(['sync', '--once'])).code).toBe(0);
  }, 180_000);

  afterAll(async () => {
    await navi.remove();
    await server.stop();
    await cluster.stop();
  });

  async function makePod(body: object): Promise<void> {
    const { status, text } = await cluster.request('/api/v1/namespaces/shop/pods', { method: 'POST', body });
    expect({ status, text }).toMatchObject({ status: 201 });
  }

  test.each(lines)('navi top %s prints what kubectl prints', { timeout: 90_000 }, async (line) => {
    const words = ['top', ...line.split(' ')];
    const withoutCpu = (text: string): string => text.replaceAll(/\b\d+m +(\d+% +)?/g, '');
    const told = ({ stdout, stderr, code }: { stdout: string; stderr: string; code: number | null }): object => ({
      stdout: withoutCpu(stdout),
      stderr,
      code,
    });
    const giveUpAt = performance.now() + 30_000;
    for (;;) {
      const [ours, theirs] = [await navi.ask(words), await cluster.kubectl(words)];
      if (performance.now() > giveUpAt || JSON.stringify(told(ours)) === JSON.stringify(told(theirs))) {
        expect(told(ours)).toEqual(told(theirs));
        return;
      }
      await pause(100);
    }
  });

  // metrics-server leaves the pods of a node out of an answer while it has one measurement of them only.
  test('measures what kwok plays', { timeout: 90_000 }, async () => {
    const memory = [
      ['large', 4096],
      ['middle', 200],
      ['small', 16],
    ];
    const giveUpAt = performance.now() + 60_000;
    for (; ; await pause(100)) {
      const { stdout } = await navi.ask(['top', 'pods', '-n', 'shop', '-o', 'json']);
      const { pods: told } = JSON.parse(stdout) as {
        pods: { name: string; cpuMillicores: number; memoryBytes: number }[];
      };
      const measured = told.map(({ name, memoryBytes }) => [name, memoryBytes / 1024 ** 2]);
      if (performance.now() < giveUpAt && JSON.stringify(measured) !== JSON.stringify(memory)) continue;
      expect(measured).toEqual(memory);
      expect(told[0]?.cpuMillicores).toBeGreaterThan(2_000);
      expect(told[0]?.cpuMillicores).toBeLessThan(4_000);
      return;
    }
  });

  test(
    'says how old it is once the metrics-server is away, and goes on with what it knows',
    { timeout: 90_000 },
    async () => {
      const before = await navi.ask(['top', 'pods', '-n', 'shop']);
      await server.stop();
      const giveUpAt = performance.now() + 60_000;
      let later = before;
      while (later.stderr === '' && performance.now() < giveUpAt) {
        await pause(100);
        later = await navi.ask(['top', 'pods', '-n', 'shop']);
      }
      expect(later.stderr).toMatch(/^navi: use of pods of context "\S+" is \d+s old: /);
      expect(later.stdout.split('\n')).toHaveLength(before.stdout.split('\n').length);
      expect(
        daemon.log().filter(({ msg, level }) => msg === 'use of pods is not told' && level === 'warn'),
      ).toHaveLength(1);
    },
  );
});
