import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { untilSettled } from '../support/daemon-probes.ts';
import { startFakeKubelet, type AskedLog, type FakeKubelet } from '../support/fake-kubelet.ts';
import { ensureNamespaces } from '../support/load.ts';
import { installNavi, type NaviInstallation } from '../support/navi-process.ts';
import { startRealCluster, type RealCluster } from '../support/real-cluster.ts';

/** What the kubelet has of a container goes by its name; every log tells what it was asked for. */
function writeLog({ namespace, pod, container, query }: AskedLog, response: ServerResponse): void {
  const named = `container "${container}" in pod "${pod}"`;
  const refuse = (text: string): void => void response.writeHead(400, { 'content-type': 'text/plain' }).end(text);
  if (query.get('previous') === 'true' && container !== 'app') return refuse(`previous terminated ${named} not found`);
  if (container === 'waiting') return refuse(`${named} is waiting to start: ContainerCreating`);
  response.writeHead(200, { 'content-type': 'text/plain' });
  if (container === 'empty') return void response.end();
  if (container === 'raw')
    return void response.end(Buffer.from([0x00, 0xff, 0x1b, 0x5b, 0x0a, 0xc3, 0x0d, 0x0a, 0x61]));
  response.write(`${namespace}/${pod}/${container}?${query.toString()}\n`);
  const rest = 'one\n\ntwo\r\nno end';
  if (query.get('follow') === 'true') setTimeout(() => response.end(rest), 50);
  else response.end(rest);
}

/** What is typed behind `logs`. */
const lines: readonly string[] = [
  // Pods.
  'single',
  'pod/single',
  'po/single',
  'pods/single',
  'single app',
  'single -c app',
  'single nope',
  'two',
  'two -c side',
  'two -c nope',
  'annotated',
  'misannotated',
  'two -n other',
  'all-kinds',
  'all-kinds -c debug',
  'all-kinds -c setup',
  'all-kinds -c nope',
  'unplaced',
  'nope',
  'pod/nope',
  'single -n missing',
  'single -n empty',
  // What is asked of a log.
  'single --tail=5',
  'single --tail=0',
  'single --tail=-1',
  'single --tail -2',
  'single --tail=0x10',
  'single --since=90s',
  'single --since=1h30m',
  'single --since=1500ms',
  'single --since=400ms',
  'single --since=-1s',
  'single --since=5',
  'single --since-time=2024-08-30T06:00:00Z',
  'single --since-time=2024-08-30T06:00:00.75+02:00',
  'single --since-time=yesterday',
  'single --since-time=2024-02-30T06:00:00Z',
  'single --since-time=2024-08-30T06:61:00Z',
  'single --since-time=2024-08-30T06:00:00Zebra',
  'single --since=1s --since-time=2024-08-30T06:00:00Z',
  'single --timestamps',
  'single --limit-bytes=7',
  'single --limit-bytes=0',
  'single --limit-bytes=-7',
  'single --limit-bytes=much',
  'single --insecure-skip-tls-verify-backend',
  'single -p',
  'two -p -c side',
  'single --previous=false --timestamps=true -c app',
  'single --prefix',
  'single --prefix --tail=3 --timestamps -c app',
  'raw',
  'raw --prefix',
  'empty',
  'empty --prefix',
  'waiting',
  'waiting --ignore-errors',
  'waiting --prefix --ignore-errors',
  // Several containers.
  'two --all-containers',
  'two --all-containers=true --prefix',
  'two --all-containers -c app',
  'two side -c app',
  'all-kinds --all-containers --prefix',
  'all-kinds --all-containers --ignore-errors -p',
  'all-kinds --all-pods',
  // Selectors.
  '-l app=web',
  '-l app=web --tail=-1',
  '-l app=web --tail=3 --prefix',
  '-l app=web --all-containers --prefix',
  '-l app=web --all-pods',
  '-l app=none',
  '-l app=none -n other',
  '-l app=web -c side',
  '-l app=web -c nope',
  "-l 'app in web'",
  "-l 'app,track!=x' --prefix --tail=1",
  "-l ' '",
  '-l app=web single',
  '-l app=web single app',
  '-l app=web -f --max-log-requests=1',
  '-l app=web -f --max-log-requests=2 --prefix',
  '-l app=web -f --max-log-requests=0',
  // Workloads.
  'deployment/web',
  'deploy/web -c side',
  'deploy web',
  'deployment.apps/web --all-containers --prefix',
  'deployments.v1.apps/web --tail=1',
  'deploy/web --all-pods',
  'deploy/web --all-pods --all-containers --max-log-requests=9',
  'deploy/ranked',
  'deploy/ranked --all-pods -c app --tail=1',
  'rs/web',
  'sts/web',
  'ds/web',
  'job/once',
  'job/once --all-pods',
  'rc/web',
  'svc/web',
  'svc/external',
  'deploy/nope',
  'deploy/none --pod-running-timeout=300ms',
  'deploy/none --pod-running-timeout=0s',
  'cronjob/later',
  'node/fake',
  'cm/kube-root-ca.crt',
  'configmap/settings',
  'widget/w',
  'svc/web -n other',
  // Following.
  'single -f',
  'single -f --prefix',
  'two -f --all-containers --prefix',
  'single -f -p --tail=1',
  'two -f -c side -p --pod-running-timeout=1200ms',
  'two -f -c side -p --ignore-errors',
  // What is no command line.
  '',
  "''",
  'a b c',
  'single --nope',
  'single -x',
  'single --tail',
  'single --tail=many',
  'single --follow=perhaps',
  'single --since=3x',
  'single --max-log-requests=few',
  'x/y/z',
  'deploy/',
  '/web',
  'nope/web',
  'deploy,sts/web',
  'single,two',
  'single -A',
  'single --context nope',
  'single --user nope',
];

interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

/** kubectl reads the logs of several containers in the order of a Go map: what they say counts, not who speaks first. */
const inAnyOrder = ({ stdout, ...rest }: Answer): Answer => ({
  ...rest,
  stdout: stdout
    .split(/(?<=\n|no end)/)
    .toSorted()
    .join(''),
});

describe.skipIf(clusterProgramsMissing() !== undefined)('navi logs and kubectl logs on a real API server', () => {
  let cluster: RealCluster;
  let kubelet: FakeKubelet;
  let navi: NaviInstallation;

  beforeAll(async () => {
    kubelet = await startFakeKubelet(writeLog);
    cluster = await startRealCluster({ rbacUsers: [{ name: 'log-reader' }] });
    await kubelet.joinAs(cluster, 'fake');
    await fill(cluster);
    navi = installNavi(cluster.kubeconfig);
    await untilSettled(navi.dataDir, navi.daemon(), ['test']);
  }, 120_000);

  afterAll(async () => {
    await navi.remove();
    await cluster.stop();
    await kubelet.stop();
  });

  /** The words of a line, as a shell takes them apart; it has no other quotes. */
  const words = (line: string): readonly string[] =>
    (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ''));

  test.each(lines)('answer alike: %s', async (line) => {
    const args = ['logs', ...words(line)];
    const [ours, { stdout, stderr, code }] = await Promise.all([navi.ask(args), cluster.kubectl(args)]);
    const answer = { stdout: ours.stdout, stderr: ours.stderr, code: ours.code };
    expect(inAnyOrder(answer)).toEqual(inAnyOrder({ stdout, stderr, code }));
  });

  test('a pod that is younger than the mirror is found, and one that is waited for', async () => {
    const waiting = navi.run(['logs', 'deploy/none', '--pod-running-timeout=30s']);
    await pause(500);
    await makePod(cluster, { name: 'late', labels: { app: 'none' } });
    expect(await navi.ask(['logs', 'late'])).toMatchObject({ code: 0, stderr: '' });
    expect(await waiting).toMatchObject({ code: 0, stdout: expect.stringMatching(/^default\/late\/app/) as string });
  });

  test('who may read one namespace alone has its logs', async () => {
    const user = navi.ask(['logs', 'single', '--as', 'nobody']);
    const theirs = cluster.kubectl(['logs', 'single', '--as', 'nobody']);
    const { stdout, stderr, code } = await theirs;
    expect(await user).toMatchObject({ stdout, stderr, code });
    expect(stderr).toMatch(/forbidden/);
  });
});

async function post(cluster: RealCluster, path: string, body: object): Promise<void> {
  const { status, text } = await cluster.request(path, { method: 'POST', body });
  if (status !== 201) throw new Error(`POST ${path}: ${status} ${text}`);
}

interface PodParts {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: object;
  readonly annotations?: object;
  readonly containers?: readonly string[];
  readonly initContainers?: readonly string[];
  readonly node?: string | undefined;
  readonly status?: object;
}

const containersOf = (names: readonly string[]): readonly object[] => names.map((name) => ({ name, image: 'x' }));

async function makePod(cluster: RealCluster, parts: PodParts): Promise<void> {
  const { name, namespace = 'default', labels = {}, annotations = {}, containers = ['app'] } = parts;
  const node = 'node' in parts ? {} : { nodeName: 'fake' };
  const init = parts.initContainers === undefined ? {} : { initContainers: containersOf(parts.initContainers) };
  await post(cluster, `/api/v1/namespaces/${namespace}/pods`, {
    metadata: { name, labels, annotations },
    spec: { ...node, ...init, containers: containersOf(containers) },
  });
  if (parts.status === undefined) return;
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`;
  const contentType = 'application/merge-patch+json';
  const { status, text } = await cluster.request(path, {
    method: 'PATCH',
    body: { status: parts.status },
    contentType,
  });
  if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
}

const ready = (since: string): object => ({ type: 'Ready', status: 'True', lastTransitionTime: since });

const restarted = (restartCount: number): object => ({
  name: 'app',
  image: 'x',
  imageID: '',
  ready: true,
  restartCount,
});

async function fill(cluster: RealCluster): Promise<void> {
  await ensureNamespaces(cluster, ['other', 'empty']);
  const pod = (parts: PodParts): Promise<void> => makePod(cluster, parts);
  await pod({ name: 'single' });
  await pod({ name: 'two', containers: ['app', 'side'] });
  await pod({ name: 'two', namespace: 'other', containers: ['side', 'app'], labels: { app: 'web' } });
  const annotation = 'kubectl.kubernetes.io/default-container';
  await pod({ name: 'annotated', containers: ['app', 'side'], annotations: { [annotation]: 'side' } });
  await pod({ name: 'misannotated', containers: ['app', 'side'], annotations: { [annotation]: 'gone' } });
  await pod({ name: 'all-kinds', initContainers: ['setup', 'first'], containers: ['app', 'side'] });
  const debug = { spec: { ephemeralContainers: [{ name: 'debug', image: 'x' }] } };
  const path = '/api/v1/namespaces/default/pods/all-kinds/ephemeralcontainers';
  const contentType = 'application/strategic-merge-patch+json';
  expect((await cluster.request(path, { method: 'PATCH', body: debug, contentType })).status).toBe(200);
  await pod({ name: 'unplaced', node: undefined });
  for (const name of ['raw', 'empty', 'waiting']) await pod({ name, containers: [name] });
  await pod({ name: 'web-a', labels: { app: 'web', track: 'x' }, containers: ['app', 'side'] });
  await pod({ name: 'web-b', labels: { app: 'web' }, containers: ['app', 'side'] });
  await pod({ name: 'once-1', labels: { job: 'once' } });
  const ranked = (name: string, status?: object, node: Partial<PodParts> = {}): Promise<void> =>
    pod({ name: `ranked-${name}`, labels: { app: 'ranked' }, ...(status === undefined ? {} : { status }), ...node });
  await ranked('a', undefined, { node: undefined });
  await ranked('b', { phase: 'Pending' });
  await ranked('c', { phase: 'Running', conditions: [ready('2026-01-02T00:00:00Z')] });
  await ranked('d', {
    phase: 'Running',
    conditions: [ready('2026-01-01T00:00:00Z')],
    containerStatuses: [restarted(1)],
  });
  await ranked('e', {
    phase: 'Running',
    conditions: [ready('2026-01-01T00:00:00Z')],
    containerStatuses: [restarted(3)],
  });
  await ranked('f', { phase: 'Running' });
  await fillWorkloads(cluster);
}

async function fillWorkloads(cluster: RealCluster): Promise<void> {
  const template = (labels: object, more: object = {}): object => ({
    metadata: { labels },
    spec: { containers: containersOf(['app']), ...more },
  });
  const apps = '/apis/apps/v1/namespaces/default';
  const workload = (name: string, labels: object): object => ({
    metadata: { name },
    spec: { selector: { matchLabels: labels }, template: template(labels) },
  });
  for (const name of ['web', 'ranked', 'none'])
    await post(cluster, `${apps}/deployments`, workload(name, { app: name }));
  await post(cluster, `${apps}/replicasets`, workload('web', { app: 'web' }));
  await post(cluster, `${apps}/daemonsets`, workload('web', { app: 'web' }));
  await post(cluster, `${apps}/statefulsets`, {
    metadata: { name: 'web' },
    spec: {
      serviceName: 'web',
      selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'other'] }] },
      template: template({ app: 'web' }),
    },
  });
  await post(cluster, '/apis/batch/v1/namespaces/default/jobs', {
    metadata: { name: 'once' },
    spec: {
      manualSelector: true,
      selector: { matchLabels: { job: 'once' } },
      template: template({ job: 'once' }, { restartPolicy: 'Never' }),
    },
  });
  await post(cluster, '/apis/batch/v1/namespaces/default/cronjobs', {
    metadata: { name: 'later' },
    spec: {
      schedule: '0 0 1 1 *',
      jobTemplate: { spec: { template: template({ job: 'later' }, { restartPolicy: 'Never' }) } },
    },
  });
  const core = '/api/v1/namespaces/default';
  await post(cluster, `${core}/replicationcontrollers`, {
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, template: template({ app: 'web' }) },
  });
  const ports = [{ port: 80 }];
  await post(cluster, `${core}/services`, { metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports } });
  await post(cluster, `${core}/services`, { metadata: { name: 'external' }, spec: { ports } });
  await post(cluster, `${core}/configmaps`, { metadata: { name: 'settings' } });
  await fillWidgets(cluster);
}

async function fillWidgets(cluster: RealCluster): Promise<void> {
  const group = 'example.com';
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  await post(cluster, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget' },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  });
  const path = `/apis/${group}/v1/namespaces/default/widgets`;
  while ((await cluster.request(path)).status !== 200) await pause(50);
  await post(cluster, path, { apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name: 'w' } });
}
