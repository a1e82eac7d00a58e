import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { installNavi, type NaviInstallation } from '../support/navi-process.ts';
import { startRealCluster, type RealCluster } from '../support/real-cluster.ts';

/** Longest wait for what controllers and the daemon do (ms). */
const patience = { timeout: 40_000, interval: 200 };

interface Alert {
  readonly rule: string;
  readonly name: string;
  readonly state: string;
  readonly summary: string;
}

const template = { spec: { containers: [{ name: 'main', image: 'app' }], restartPolicy: 'Never' } };

describe.skipIf(clusterProgramsMissing() !== undefined)('alerts of a real cluster', () => {
  let cluster: RealCluster;
  let navi: NaviInstallation;

  async function make(path: string, body: object): Promise<void> {
    const { status } = await cluster.request(path, { method: 'POST', body });
    expect([path, status]).toEqual([path, 201]);
  }

  async function patchStatus(path: string, status: object): Promise<void> {
    const answer = await cluster.request(`${path}/status`, {
      method: 'PATCH',
      body: { status },
      contentType: 'application/merge-patch+json',
    });
    expect([path, answer.status]).toEqual([path, 200]);
  }

  /** The alert of a rule about an object of that name, once it is in that state. */
  async function alertOf(rule: string, name: string, state = 'firing'): Promise<Alert> {
    return await vi.waitFor(async () => {
      const { stdout } = await navi.ask(['alerts', '--all', '-o', 'json']);
      const { alerts } = JSON.parse(stdout) as { alerts: readonly Alert[] };
      const found = alerts.find((each) => each.rule === rule && each.name === name && each.state === state);
      if (found === undefined) throw new Error(`${rule} of ${name} is not ${state}: ${stdout}`);
      return found;
    }, patience);
  }

  beforeAll(async () => {
    cluster = await startRealCluster({ controllers: true });
    await cluster.createNodes(1);
    navi = installNavi(cluster.kubeconfig);
    const root = dirname(navi.dataDir);
    mkdirSync(join(root, 'navi'));
    writeFileSync(
      join(root, 'navi', 'config.toml'),
      `[alerts.rules]
       pod-pending = { for = "1s" }
       volume-claim-pending = { for = "1s" }
       node-not-ready = { for = "0" }
       crash-loop = { resolve_after = "1s" }
       image-pull = { for = "0" }
      `,
    );
    navi.daemon();
  }, 120_000);

  afterAll(async () => {
    await navi.remove();
    await cluster.stop();
  });

  test('what controllers and the scheduler say is found: a rollout, a job, a claim, a pod', async () => {
    await make('/apis/batch/v1/namespaces/default/jobs', {
      metadata: { name: 'late' },
      spec: { activeDeadlineSeconds: 1, template: { spec: { ...template.spec, nodeSelector: { nowhere: 'yes' } } } },
    });
    await make('/apis/apps/v1/namespaces/default/deployments', {
      metadata: { name: 'stuck' },
      spec: {
        progressDeadlineSeconds: 1,
        selector: { matchLabels: { app: 'stuck' } },
        template: {
          metadata: { labels: { app: 'stuck' } },
          spec: { containers: template.spec.containers, nodeSelector: { nowhere: 'yes' } },
        },
      },
    });
    await make('/api/v1/namespaces/default/persistentvolumeclaims', {
      metadata: { name: 'homeless' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'none' },
    });
    expect((await alertOf('job-failed', 'late')).summary).toMatch(/^has failed: Job was active longer than/);
    expect((await alertOf('rollout-stuck', 'stuck')).summary).toMatch(/^does not get on: .*has timed out progressing/);
    expect((await alertOf('volume-claim-pending', 'homeless')).summary).toBe('is not bound to a volume');
    const { stdout } = await cluster.kubectl(['get', 'pods', '-l', 'app=stuck', '-o', 'name']);
    const pod = await alertOf('pod-pending', stdout.trim().replace('pod/', ''));
    expect(pod.summary).toMatch(/^is pending: 0\/1 nodes are available/);

    await cluster.kubectl(['delete', 'deployment', 'stuck', '--wait=false']);
    await alertOf('rollout-stuck', 'stuck', 'resolved');
    await alertOf('pod-pending', pod.name, 'resolved');
  });

  test('what a kubelet says is found: a crash loop, an image, a node', async () => {
    const pods = '/api/v1/namespaces/default/pods';
    const waiting = (reason: string): object => ({
      containerStatuses: [
        { name: 'main', image: 'app', imageID: '', ready: false, restartCount: 4, state: { waiting: { reason } } },
      ],
    });
    for (const name of ['looping', 'pulling'])
      await make(pods, { metadata: { name }, spec: { ...template.spec, nodeName: 'node-0' } });
    await patchStatus(`${pods}/looping`, { phase: 'Running', ...waiting('CrashLoopBackOff') });
    await patchStatus(`${pods}/pulling`, { phase: 'Pending', ...waiting('ImagePullBackOff') });
    await patchStatus('/api/v1/nodes/node-0', {
      conditions: [{ type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: 'no network' }],
    });
    expect((await alertOf('crash-loop', 'looping')).summary).toBe('container main crashes again and again');
    expect((await alertOf('image-pull', 'pulling')).summary).toBe('image of container main cannot be pulled');
    expect((await alertOf('node-not-ready', 'node-0')).summary).toBe('is not ready: no network');

    await patchStatus(`${pods}/looping`, {
      containerStatuses: [
        { name: 'main', image: 'app', imageID: '', ready: true, restartCount: 5, state: { running: {} } },
      ],
    });
    await alertOf('crash-loop', 'looping', 'resolved');
  });

  test('the daemon did not ask for anything beside the mirror', async () => {
    const { stdout } = await navi.run(['verify', 'pods,jobs,nodes', '-o', 'json']);
    const { contexts } = JSON.parse(stdout) as { contexts: { scopes: { differenceCount: number }[] }[] };
    expect(contexts[0]?.scopes.map(({ differenceCount }) => differenceCount)).toEqual([0, 0, 0]);
  });
});
