import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { untilSettled } from '../support/daemon-probes.ts';
import { startFakeKubelet, type FakeKubelet } from '../support/fake-kubelet.ts';
import { installNavi, type NaviInstallation, type NaviResult } from '../support/navi-process.ts';
import { untilQueueSettled } from '../support/queue-probes.ts';
import { startRealCluster, type RealCluster } from '../support/real-cluster.ts';
import { untilKept } from '../support/until-kept.ts';

/** Every notice of age is due. */
const env = { NAVI_NOTICE_AFTER: '0s' };

const workload = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'app' }] } },
  },
};
const configMap = (name: string): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data: { color: 'red' },
});

/** A while ago, to the second: what ended longer ago than logs are kept is not fetched. */
const ago = (seconds: number): string => new Date(Date.now() - seconds * 1_000).toISOString().replace(/\.\d+Z$/, 'Z');

/** A pod whose only container has crashed, and what its kubelet says of that. */
const crashedPod = {
  metadata: { name: 'crashed', namespace: 'default' },
  spec: { nodeName: 'fake', restartPolicy: 'Never', containers: [{ name: 'app', image: 'app' }] },
};
const crash = {
  phase: 'Failed',
  containerStatuses: [
    {
      name: 'app',
      image: 'app',
      imageID: '',
      containerID: 'c://app',
      ready: false,
      restartCount: 0,
      lastState: {},
      state: {
        terminated: {
          containerID: 'c://app',
          exitCode: 1,
          reason: 'Error',
          startedAt: ago(60),
          finishedAt: ago(30),
        },
      },
    },
  ],
};

describe.skipIf(clusterProgramsMissing() !== undefined)('the offline drill', () => {
  let cluster: RealCluster;
  let kubelet: FakeKubelet;
  let navi: NaviInstallation;

  beforeAll(async () => {
    cluster = await startRealCluster({ audit: true });
    kubelet = await startFakeKubelet((_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.end(`${ago(50)} out of luck\n`);
    });
    await kubelet.joinAs(cluster, 'fake');
    navi = installNavi(cluster.kubeconfig);
    const settings = join(dirname(navi.dataDir), 'navi');
    mkdirSync(settings, { recursive: true });
    writeFileSync(join(settings, 'config.toml'), '[prefetch.logs]\nnamespaces = ["default"]\n');
    const stdin = [workload, ...['one', 'two'].map(configMap)].map((object) => JSON.stringify(object)).join('\n---\n');
    const made = await cluster.kubectl(['create', '-f', '-'], { stdin });
    expect(made).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await navi.remove();
    await cluster.stop();
    await kubelet.stop();
  });

  const ask = async (line: string): Promise<NaviResult> => await navi.run(line.split(' '), { env });

  test('everything answers and says how old it is; two of three queued actions are done, one is a conflict, nothing twice', async () => {
    const daemon = navi.daemon();
    await untilSettled(navi.dataDir, daemon, ['test']);
    const pods = '/api/v1/namespaces/default/pods';
    expect((await cluster.request(pods, { method: 'POST', body: crashedPod })).status).toBe(201);
    const status = { ...crashedPod, status: crash };
    expect((await cluster.request(`${pods}/crashed/status`, { method: 'PUT', body: status })).status).toBe(200);
    await untilKept(navi, 1);
    await cluster.stopApiServer('SIGKILL');

    for (const line of [
      'get configmaps',
      'get deploy/web',
      'search web',
      'describe configmap one',
      'certs',
      'history configmap/one',
      'report',
    ]) {
      const { code, stderr, stdout } = await ask(line);
      expect({ line, code }).toEqual({ line, code: 0 });
      expect(stdout, line).not.toBe('');
      expect(stderr, line).toMatch(/^navi: .* of context "test" is \d+\w* old: /m);
    }

    const logs = await ask('logs crashed');
    expect(logs).toMatchObject({ stdout: 'out of luck\n', code: 0 });
    expect(logs.stderr).toMatch(/kept log of crashed\/app: the run that ended /);

    // Without --queue it is refused, and says what would do.
    const refused = await navi.run(['label', 'configmap', 'one', 'tier=front']);
    expect(refused).toMatchObject({ code: 6, stdout: '' });
    expect(refused.stderr).toContain('--queue');

    for (const line of [
      'scale deployment/web --replicas=3 --queue',
      'label configmap one tier=front --queue',
      'patch configmap two --type=merge -p {"data":{"color":"blue"}} --queue',
    ]) {
      const { code, stdout } = await ask(line);
      expect({ line, code }).toEqual({ line, code: 0 });
      expect(stdout).toMatch(/^\+/m);
      expect(stdout).toMatch(/^queued \d+: /m);
    }

    await daemon.kill('SIGKILL');
    await cluster.startApiServer();
    const changed = await cluster.kubectl(['patch', 'configmap', 'two', '-p', '{"data":{"color":"green"}}']);
    expect(changed).toMatchObject({ code: 0 });

    navi.daemon();
    const entries = await untilQueueSettled(navi.dataDir);
    expect(entries.map(({ id, state }) => [id, state])).toEqual([
      [1, 'done'],
      [2, 'done'],
      [3, 'conflict'],
    ]);
    const get = async (path: string): Promise<Record<string, Record<string, unknown>>> =>
      JSON.parse((await cluster.request(path)).text) as Record<string, Record<string, unknown>>;
    expect((await get('/apis/apps/v1/namespaces/default/deployments/web'))['spec']).toMatchObject({ replicas: 3 });
    expect((await get('/api/v1/namespaces/default/configmaps/one'))['metadata']).toMatchObject({
      labels: { tier: 'front' },
    });
    expect((await get('/api/v1/namespaces/default/configmaps/two'))['data']).toEqual({ color: 'green' });
    // What was sent: one request for each that is done, and none for the conflict.
    const writes = (await cluster.auditEvents()).filter(
      ({ verb, userAgent }) => userAgent === 'navi' && ['patch', 'delete', 'update'].includes(verb),
    );
    expect(writes.map(({ objectRef }) => `${objectRef?.resource}/${objectRef?.name}`)).toEqual([
      'deployments/web',
      'configmaps/one',
    ]);

    const { stdout } = await ask('queue diff 3');
    expect(stdout).toContain('+  color: blue');
    expect(stdout).toContain('+  color: green');
  });
});
