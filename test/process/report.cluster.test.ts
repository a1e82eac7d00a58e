import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Report } from '../../src/cli/report/report.ts';
import { startBrowser, browserProgram } from '../support/browser.ts';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { schemaFaults, type JsonSchema } from '../support/json-schema.ts';
import { installNavi, type NaviInstallation } from '../support/navi-process.ts';
import { startRealCluster, type RealCluster } from '../support/real-cluster.ts';

/** Longest wait for what controllers and the daemon do (ms). */
const patience = { timeout: 40_000, interval: 200 };

/** Bytes that no report may hold, and neither their Base64. */
const secretValue = 'hush-hush-of-a-secret';

const container = { name: 'main', image: 'app', resources: { requests: { cpu: '500m', memory: '256Mi' } } };

describe.skipIf(clusterProgramsMissing() !== undefined)('navi report of a real cluster', () => {
  let cluster: RealCluster;
  let navi: NaviInstallation;
  let key: string;
  let certificateFile: string;

  const path = (name: string): string => join(cluster.folder, name);

  async function make(where: string, body: object): Promise<void> {
    const { status } = await cluster.request(where, { method: 'POST', body });
    expect([where, status]).toEqual([where, 201]);
  }

  async function patchStatus(where: string, status: object): Promise<void> {
    const contentType = 'application/merge-patch+json';
    const answer = await cluster.request(`${where}/status`, { method: 'PATCH', body: { status }, contentType });
    expect([where, answer.status]).toEqual([where, 200]);
  }

  async function kubectl(line: string): Promise<string> {
    const { stdout, stderr, code } = await cluster.kubectl(line.split(' '));
    expect({ line, stderr, code }).toEqual({ line, stderr: '', code: 0 });
    return stdout;
  }

  async function countOf(types: string): Promise<number> {
    return (await kubectl(`get ${types} -A -o name`)).trim().split('\n').length;
  }

  async function report(): Promise<Report['clusters'][number]> {
    const { stdout, stderr, code } = await navi.ask(['report', '-o', 'json']);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    const parsed = JSON.parse(stdout) as Report;
    expect(schemaFaults(parsed, reportSchema())).toEqual([]);
    const [only] = parsed.clusters;
    if (only === undefined) throw new Error('the report has no cluster');
    return only;
  }

  beforeAll(async () => {
    cluster = await startRealCluster({ controllers: true, controllerFlags: ['--node-monitor-grace-period=10m'] });
    await cluster.createNodes(1);
    const isReady = { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'it is' };
    await patchStatus('/api/v1/nodes/node-0', { conditions: [isReady] });
    await kubectl('create namespace shop');
    await makeWorkloads();
    await makeSecrets();
    navi = installNavi(cluster.kubeconfig);
    const folder = join(dirname(navi.dataDir), 'navi');
    mkdirSync(folder);
    writeFileSync(join(folder, 'config.toml'), '[contexts."*"]\ncertificates = true\n');
    navi.daemon();
    await vi.waitFor(async () => {
      const { alerts, certificates, failing } = await report();
      expect(alerts.rows.map(({ rule }) => rule).sort()).toEqual(['crash-loop', 'rollout-stuck']);
      expect(certificates?.totalCount).toBe(1);
      expect(failing.totalCount).toBe(3);
    }, patience);
  }, 120_000);

  afterAll(async () => {
    await navi.remove();
    await cluster.stop();
  });

  /** What is well, a deployment without a node for its pod, a pod that crashes, a claim without a class. */
  async function makeWorkloads(): Promise<void> {
    const deployment = (name: string, spec: object): object => ({
      metadata: { name },
      spec: {
        progressDeadlineSeconds: 1,
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: { containers: [container], ...spec } },
      },
    });
    await make('/apis/apps/v1/namespaces/shop/deployments', deployment('stuck', { nodeSelector: { no: 'where' } }));
    await make('/apis/apps/v1/namespaces/shop/deployments', { ...deployment('none', {}), spec: noReplicas });
    const pods = '/api/v1/namespaces/shop/pods';
    await make(pods, { metadata: { name: 'crash' }, spec: { nodeName: 'node-0', containers: [container] } });
    await make(pods, { metadata: { name: 'well' }, spec: { nodeName: 'node-0', containers: [container] } });
    const now = new Date().toISOString().replace(/\.\d+Z/, 'Z');
    const state = { name: 'main', image: 'app', imageID: '' };
    const terminated = { exitCode: 137, reason: 'OOMKilled', startedAt: now, finishedAt: now };
    const waiting = { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' };
    const crash = { ...state, ready: false, restartCount: 4, state: { waiting }, lastState: { terminated } };
    const well = { ...state, ready: true, started: true, restartCount: 0, state: { running: { startedAt: now } } };
    for (const [name, status, each] of [
      ['crash', 'False', crash],
      ['well', 'True', well],
    ] as const) {
      const conditions = [{ type: 'Ready', status, lastTransitionTime: now }];
      await patchStatus(`${pods}/${name}`, { phase: 'Running', conditions, containerStatuses: [each] });
    }
    await make('/api/v1/namespaces/shop/persistentvolumeclaims', {
      metadata: { name: 'homeless' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'none' },
    });
  }

  const noReplicas = {
    replicas: 0,
    selector: { matchLabels: { app: 'none' } },
    template: { metadata: { labels: { app: 'none' } }, spec: { containers: [container] } },
  };

  /** A certificate that ends in 20 days, with its key, and a Secret beside. */
  async function makeSecrets(): Promise<void> {
    certificateFile = path('web.crt');
    const keyFile = path('web.key');
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    const files = ['-keyout', keyFile, '-out', certificateFile, '-subj', '/CN=web.example', '-days', '20'];
    execFileSync('openssl', ['req', '-x509', ...curve, ...files], { stdio: 'pipe' });
    key = readFileSync(keyFile, 'utf8');
    await kubectl(`create secret tls web -n shop --cert=${certificateFile} --key=${keyFile}`);
    await kubectl(`create secret generic hush -n shop --from-literal=password=${secretValue}`);
  }

  test('counts what kubectl counts', async () => {
    const { counts, nodes } = await report();
    expect({ ...counts, typeCount: 0, objectCount: 0 }).toEqual({
      typeCount: 0,
      objectCount: 0,
      namespaceCount: await countOf('namespaces'),
      nodeCount: await countOf('nodes'),
      podCount: await countOf('pods'),
    });
    expect([nodes?.totalCount, nodes?.readyCount]).toEqual([1, 1]);
  });

  test('names what kubectl prints as not well, with what it prints of it, and nothing else', async () => {
    const { failing } = await report();
    const [stuckPod = ''] = (await kubectl('get pods -n shop -l app=stuck -o name')).trim().split('\n');
    const cells = async (line: string): Promise<readonly string[]> =>
      (await kubectl(`get ${line} -n shop --no-headers`)).trim().split(/\s+/);
    expect((await cells('deployment stuck')).slice(0, 2)).toEqual(['stuck', '0/1']);
    expect((await cells('pod crash')).slice(1, 3)).toEqual(['0/1', 'CrashLoopBackOff']);
    expect((await cells('pvc homeless')).slice(0, 2)).toEqual(['homeless', 'Pending']);

    const told = new Map(failing.rows.map((row) => [`${row.kind}/${row.name}`, row]));
    expect([...told.keys()].sort()).toEqual(['Deployment/stuck', 'PersistentVolumeClaim/homeless', 'Pod/crash']);
    expect(told.get('Pod/crash')?.what).toContain('CrashLoopBackOff');
    const stuck = told.get('Deployment/stuck');
    const causes = stuck?.causes.map(({ kind, name, what }) => ({ name: `${kind.toLowerCase()}/${name}`, what }));
    const message = await kubectl(`get ${stuckPod} -n shop -o jsonpath={.status.conditions[0].message}`);
    expect(causes?.at(-1)?.name).toBe(stuckPod);
    expect(causes?.at(-1)?.what).toContain(message.slice(0, 40));
    const since = 'jsonpath={.status.conditions[?(@.type=="Available")].lastTransitionTime}';
    expect(Date.parse(stuck?.since ?? '')).toBe(Date.parse(await kubectl(`get deployment stuck -n shop -o ${since}`)));
    expect(told.get('PersistentVolumeClaim/homeless')?.warning?.reason).toBe('ProvisioningFailed');
  });

  test('tells restarts, and what pods ask of a node, as kubectl does', async () => {
    const { restarts, nodes } = await report();
    const status = 'jsonpath={.status.containerStatuses[0]}';
    const { restartCount, lastState } = JSON.parse(await kubectl(`get pod crash -n shop -o ${status}`)) as {
      restartCount: number;
      lastState: { terminated: { reason: string; exitCode: number; finishedAt: string } };
    };
    const { reason, exitCode, finishedAt } = lastState.terminated;
    expect(restarts?.rows).toMatchObject([
      { namespace: 'shop', pod: 'crash', container: 'main', totalRestartCount: restartCount },
    ]);
    const lastExit = restarts?.rows[0]?.lastExit;
    expect({ ...lastExit, finishedAt: Date.parse(lastExit?.finishedAt ?? '') }).toEqual({
      reason,
      exitCode,
      finishedAt: Date.parse(finishedAt),
    });

    const described = await kubectl('describe node node-0');
    const [, podCount] = /Non-terminated Pods: +\((\d+) in total\)/.exec(described) ?? [];
    const [, cpu] = /^ +cpu +(\d+) \(/m.exec(described) ?? [];
    const [, memory] = /^ +memory +(\d+)Mi \(/m.exec(described) ?? [];
    expect(nodes?.rows).toMatchObject([
      {
        name: 'node-0',
        isReady: true,
        podCount: Number(podCount),
        requestedCpuCores: Number(cpu),
        requestedMemoryBytes: Number(memory) * 2 ** 20,
      },
    ]);
  });

  test('tells warnings as often as kubectl has them, and the end of a certificate as openssl has it', async () => {
    const { warnings, certificates } = await report();
    const pods = 'get events -n shop --field-selector type=Warning,reason=FailedScheduling -o json';
    const { items } = JSON.parse(await kubectl(pods)) as { items: { count?: number; series?: { count: number } }[] };
    const scheduling = warnings?.rows.find(({ reason }) => reason === 'FailedScheduling');
    expect(scheduling?.eventCount).toBe(
      items.reduce((sum, { count, series }) => sum + (series?.count ?? (count || 1)), 0),
    );
    const end = execFileSync('openssl', ['x509', '-noout', '-enddate', '-in', certificateFile], { encoding: 'utf8' });
    const [row] = certificates?.rows ?? [];
    expect(row).toMatchObject({ kind: 'Secret', namespace: 'shop', name: 'web', leftDays: 19, problem: '' });
    expect(row?.subject).toContain('web.example');
    expect(Date.parse(row?.notAfter ?? '')).toBe(Date.parse(end.replace('notAfter=', '')));
  });

  test('has the alerts that navi alerts has', async () => {
    const { alerts } = await report();
    const told = JSON.parse((await navi.ask(['alerts', '-o', 'json'])).stdout) as { alerts: { id: string }[] };
    expect(alerts.firingCount).toBe(2);
    expect(alerts.rows.map(({ id }) => id).sort()).toEqual(told.alerts.map(({ id }) => id).sort());
    const named = alerts.rows.map(({ rule, namespace, name }) => `${rule} ${namespace}/${name}`);
    expect(named.sort()).toEqual(['crash-loop shop/crash', 'rollout-stuck shop/stuck']);
  });

  test.each(['html', 'md', 'json'])('%s has these facts, and no value of a Secret', async (format) => {
    const { stdout, stderr, code } = await navi.ask(['report', '-o', format]);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    for (const fact of ['CrashLoopBackOff', 'homeless', 'stuck', 'OOMKilled', 'web.example', 'FailedScheduling'])
      expect(stdout).toContain(fact);
    const keyLines = key.split('\n').filter((line) => line !== '' && !line.startsWith('-----'));
    const hidden = [secretValue, Buffer.from(secretValue).toString('base64').slice(0, 20), 'hush', ...keyLines];
    for (const value of hidden) expect(stdout).not.toContain(value);
    for (const line of keyLines) expect(stdout).not.toContain(Buffer.from(line).toString('base64').slice(4, 40));
  });

  const program = browserProgram();

  test.skipIf(program === undefined)('opens in a browser without a complaint, on a phone and on a desk', async () => {
    expect(await navi.ask(['report', '--to', path('report.html')])).toMatchObject({ code: 0 });
    const browser = await startBrowser(program ?? '');
    try {
      for (const width of [400, 1_400]) {
        const page = await browser.open(path('report.html'), { width });
        const facts = await page.evaluate(`({
          wide: document.documentElement.scrollWidth > innerWidth,
          text: document.body.innerText.includes('CrashLoopBackOff'),
          headings: document.querySelectorAll('h3').length,
        })`);
        const { complaints, requests } = page;
        expect({ width, complaints, requests, facts }).toEqual({
          width,
          complaints: [],
          requests: [],
          facts: { wide: false, text: true, headings: 8 },
        });
      }
    } finally {
      await browser.close();
    }
  });
});

function reportSchema(): JsonSchema {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas/report.json'), 'utf8')) as JsonSchema;
}
