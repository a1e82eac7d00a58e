import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { schemaFaults, type JsonSchema } from '../support/json-schema.ts';
import { installNavi, type NaviDaemon, type NaviInstallation } from '../support/navi-process.ts';
import { startRealCluster, type RealCluster } from '../support/real-cluster.ts';
import { startUsageServer, type StubPod, type UsageServer } from '../support/usage-server.ts';

const quietly = { spec: { containers: [{ name: 'main', image: 'app' }], terminationGracePeriodSeconds: 0 } };

/** Command lines that navi and kubectl answer alike: stdout, stderr and exit code. */
const alike: readonly (readonly string[])[] = [
  ['pods'],
  ['pod'],
  ['po', '-A'],
  ['pods', '-A', '--no-headers'],
  ['pods', '-n', 'shop', '--containers'],
  ['pods', '-A', '--containers', '--sort-by', 'memory'],
  ['pods', '-A', '--containers', '--sort-by=cpu', '--sum'],
  ['pods', '-n', 'shop', '--sum'],
  ['pods', '-A', '--sum', '--no-headers'],
  ['pods', '-A', '--sort-by', 'cpu'],
  ['pods', '-A', '--sort-by', 'memory'],
  ['pods', '-n', 'shop', '--sort-by', 'cpu'],
  ['pods', '-n', 'shop', '-l', 'app=web'],
  ['pods', '-A', '-l', 'app=none'],
  ['pods', '-n', 'empty'],
  ['pods', '-n', 'young'],
  ['pod', 'web-0', '-n', 'shop'],
  ['pod', 'web-0', '-n', 'shop', '--containers', '--no-headers'],
  ['pod', 'nobody', '-n', 'shop'],
  ['pod', 'web-0', '-l', 'app=web'],
  ['pods', 'a', 'b'],
  ['pods', '--sort-by', 'name'],
  ['pods', '-l', 'a=b=c'],
  ['pods', '--field-selector', 'metadata.name'],
  ['nodes', '-l', 'zone=a'],
  ['nodes', '-l', 'zone=a', '--sort-by', 'cpu'],
  ['nodes', '-l', 'zone=a', '--sort-by', 'memory', '--no-headers'],
  ['no', '-l', 'zone=a', '--show-capacity'],
  ['node', 'node-1'],
  ['node', 'node-9'],
  ['node', 'node-1', '-l', 'zone=a'],
  ['nodes'],
];

describe.skipIf(clusterProgramsMissing() !== undefined)('navi top', () => {
  let cluster: RealCluster;
  let usage: UsageServer;
  let navi: NaviInstallation;
  let daemon: NaviDaemon;

  async function makePod(namespace: string, name: string, labels = {}, spec = quietly.spec): Promise<void> {
    const body = { metadata: { name, labels }, spec };
    const { status } = await cluster.request(`/api/v1/namespaces/${namespace}/pods`, { method: 'POST', body });
    expect(status).toBe(201);
  }

  beforeAll(async () => {
    cluster = await startRealCluster();
    for (const name of ['shop', 'empty', 'young']) await cluster.kubectl(['create', 'namespace', name]);
    await makePod('default', 'lone');
    await makePod('young', 'newborn');
    const pods: StubPod[] = [pod('default', 'lone', { main: { cpu: '1', memory: '1Gi' } })];
    for (let index = 0; index < 30; index += 1) {
      const labels = { app: index % 3 === 0 ? 'web' : 'job' };
      const name = `web-${index}`;
      await makePod('shop', name, labels, reserving);
      // Many of the same size: what Go's sort leaves where.
      const main = { cpu: `${(index % 5) * 1_000_001}n`, memory: `${(index % 4) * 1000 + 7}Ki` };
      pods.push({ ...pod('shop', name, { main, side: { cpu: '250u', memory: '1536k' } }), labels });
    }
    await cluster.createNodes(4);
    for (const name of ['node-0', 'node-1', 'node-2']) await cluster.kubectl(['label', 'node', name, 'zone=a']);
    usage = await startUsageServer(cluster);
    usage.pods = pods.toSorted((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1));
    usage.nodes = ['node-0', 'node-1', 'node-2'].map((name, index) => ({
      name,
      labels: { zone: 'a' },
      usage: { cpu: `${index * 1_234_567_891}n`, memory: `${(3 - index) * 123_456}Ki` },
    }));
    navi = installNavi(cluster.kubeconfig);
    mkdirSync(join(navi.dataDir, '..', 'navi'), { recursive: true });
    writeFileSync(join(navi.dataDir, '..', 'navi', 'config.toml'), '[metrics]\ninterval = "5s"\n');
    daemon = navi.daemon();
    await daemon.waitFor('it runs', (line) => line.msg === 'discovered');
    expect((await navi.run(['sync', '--once'])).code).toBe(0);
    await until(async () => (await navi.ask(['top', 'pods', '-A'])).stdout.split('\n').length > 31);
  }, 120_000);

  afterAll(async () => {
    await navi.remove();
    await usage.stop();
    await cluster.stop();
  });

  test.each(alike.map((args) => args.join(' ')))('navi top %s prints what kubectl prints', async (line) => {
    const words = ['top', ...line.split(' ')];
    const [ours, theirs] = [await navi.ask(words), await cluster.kubectl(words)];
    expect({ stdout: ours.stdout, stderr: ours.stderr, code: ours.code }).toEqual(theirs);
  });

  test('tells in JSON what it uses of what it asks for', async () => {
    const { stdout, stderr } = await navi.ask(['top', 'pods', '-n', 'shop', '-l', 'app=web', '-o', 'json']);
    expect(stderr).toBe('');
    const { pods } = JSON.parse(stdout) as { pods: object[] };
    expect(pods).toHaveLength(10);
    expect(pods.find((each) => 'name' in each && each.name === 'web-3')).toMatchObject({
      namespace: 'shop',
      cpuMillicores: 4,
      requests: { cpuMillicores: 10, memoryBytes: 1_073_741_824 },
      limits: { cpuMillicores: null, memoryBytes: null },
    });
    const table = await navi.ask(['top', 'pod', 'web-3', '-n', 'shop', '--use', '--history', '--no-headers']);
    expect(table.stdout).toMatch(/^web-3 +4m +4Mi +32% +- +0% +- +█/);
  });

  test.each(['pods -A', 'pods -A --history 30m', 'nodes', 'nodes --history --show-capacity', 'pods -n empty'])(
    'navi top %s -o json fits its schema',
    async (line) => {
      const { stdout } = await navi.ask(['top', ...line.split(' '), '-o', 'json']);
      const schema = readFileSync(join(import.meta.dirname, '../../schemas/top.json'), 'utf8');
      expect(schemaFaults(JSON.parse(stdout), JSON.parse(schema) as JsonSchema)).toEqual([]);
    },
  );

  test('says of each row which context it is of', async () => {
    const file = join(navi.dataDir, '..', 'two.kubeconfig');
    writeFileSync(file, readFileSync(cluster.kubeconfig, 'utf8'));
    const view = (path: string) =>
      cluster.kubectl(['config', 'view', '-o', `jsonpath={${path}}`], { kubeconfig: file });
    // What `..cluster` finds comes in no order.
    const paths = ['.current-context', '.contexts[0].context.cluster', '.contexts[0].context.user'];
    const [name, of, user] = await Promise.all(paths.map(view));
    const parts = [`--cluster=${of?.stdout}`, `--user=${user?.stdout}`];
    await cluster.kubectl(['config', 'set-context', 'other', ...parts], { kubeconfig: file });
    const { stdout } = await navi.ask(['top', 'nodes', '--all-contexts', '--kubeconfig', file, '-l', 'zone=a']);
    const [head = '', ...rows] = stdout.split('\n');
    expect(head).toMatch(/^CONTEXT +NAME +CPU/);
    expect(rows.filter((row) => row.startsWith(`${name?.stdout} `))).toHaveLength(3);
    expect(rows.filter((row) => row.startsWith('other '))).toHaveLength(3);
  });

  test('answers from the store while nobody can be asked, and says how old that is', { timeout: 60_000 }, async () => {
    const { stdout } = await navi.ask(['top', 'pods', '-A']);
    await daemon.kill('SIGTERM');
    const asked = usage.requests.length;
    await until(async () => (await navi.ask(['top', 'pods', '-A'])).stderr.includes('use of pods'), 40_000);
    const later = await navi.ask(['top', 'pods', '-A']);
    expect(later.stdout).toBe(stdout);
    expect(later.stderr).toMatch(
      /^navi: use of pods of context "\S+" is \d+s old: navi sync has not asked for it since\n$/,
    );
    expect(usage.requests).toHaveLength(asked);
  });
});

const reserving = {
  ...quietly.spec,
  containers: [
    { name: 'main', image: 'app', resources: { requests: { cpu: '10m' }, limits: { memory: '1Gi' } } },
    { name: 'side', image: 'app' },
  ],
};

function pod(namespace: string, name: string, containers: StubPod['containers']): StubPod {
  return { namespace, name, containers };
}

async function until(holds: () => Promise<boolean>, withinMs = 30_000): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error(`not within ${withinMs} ms`);
    await pause(50);
  }
}
