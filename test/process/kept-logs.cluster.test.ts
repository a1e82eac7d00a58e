import { mkdirSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { untilSettled } from '../support/daemon-probes.ts';
import { startFakeKubelet, type AskedLog, type FakeKubelet } from '../support/fake-kubelet.ts';
import { installNavi, type NaviInstallation } from '../support/navi-process.ts';
import { startRealCluster, type RealCluster } from '../support/real-cluster.ts';
import { untilKept } from '../support/until-kept.ts';

/** A minute before this file began, to the second. */
const beginMs = Math.floor(Date.now() / 1_000) * 1_000 - 60_000;

const instant = (second: number): string => new Date(beginMs + second * 1_000).toISOString().replace('.000Z', 'Z');

/** Lines of a run, with bytes that are no text, and one that is long. */
const linesOf = (container: string, run: string): readonly (readonly [atMs: number, line: Buffer])[] =>
  Array.from({ length: 30 }, (_, index) => [
    beginMs + index * 1_000,
    Buffer.concat([
      Buffer.from(`${container} ${run} ${index} ${index === 20 ? 'x'.repeat(3_000) : ''}`),
      Buffer.from(index % 7 === 0 ? [0xff, 0x1b, 0x5b, 0x0d] : []),
      Buffer.from('\n'),
    ]),
  ]);

/** A container that has crashed: its last run, and the one that goes on; read as kubelet 1.36 reads its files. */
function writeLog({ container, query }: AskedLog, response: ServerResponse): void {
  const run = query.get('previous') === 'true' || container === 'setup' ? 'last' : 'next';
  const sinceMs = query.has('sinceTime') ? Date.parse(query.get('sinceTime') ?? '') : -Infinity;
  const tail = Number(query.get('tailLines') ?? Infinity);
  const chunks: Buffer[] = [];
  const lines = linesOf(container, run);
  for (const [atMs, line] of lines.slice(Math.max(0, lines.length - tail))) {
    if (atMs < sinceMs) continue;
    const stamp = `${new Date(atMs + 123).toISOString().replace('Z', '456789Z')} `;
    if (query.get('timestamps') === 'true') chunks.push(Buffer.from(stamp));
    chunks.push(line);
  }
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.end(Buffer.concat(chunks).subarray(0, Number(query.get('limitBytes') ?? Infinity)));
}

/** What is asked of the log of a pod, here of the run before. */
const flags: readonly (readonly string[])[] = [
  [],
  ['--tail=5'],
  ['--tail=0'],
  ['--timestamps'],
  ['--timestamps', '--tail=12', '--limit-bytes=3100'],
  ['--limit-bytes=1'],
  [`--since-time=${instant(25)}`],
  [`--since-time=${instant(15)}`, '--tail=20', '--timestamps'],
  ['-c', 'side', '--tail=1'],
  ['--prefix'],
];

describe.skipIf(clusterProgramsMissing() !== undefined)('kept logs on a real API server', () => {
  let cluster: RealCluster;
  let kubelet: FakeKubelet;
  let navi: NaviInstallation;
  /** What kubectl printed while the pod was there. */
  const live = new Map<readonly string[], string>();

  beforeAll(async () => {
    kubelet = await startFakeKubelet(writeLog);
    cluster = await startRealCluster();
    await kubelet.joinAs(cluster, 'fake');
    navi = installNavi(cluster.kubeconfig);
    const settings = join(dirname(navi.dataDir), 'navi');
    mkdirSync(settings, { recursive: true });
    writeFileSync(join(settings, 'config.toml'), '[prefetch.logs]\nnamespaces = ["default"]\n');
    await untilSettled(navi.dataDir, navi.daemon(), ['test']);
  }, 120_000);

  afterAll(async () => {
    await navi.remove();
    await cluster.stop();
    await kubelet.stop();
  });

  const previous = (args: readonly string[]): readonly string[] => ['logs', '-p', 'web-0', ...args];

  test('are what kubectl logs -p printed, once the pod is gone', async () => {
    await crashedPod(cluster);
    for (const each of flags) {
      const { stdout, code } = await cluster.kubectl(previous(each));
      expect(code).toBe(0);
      live.set(each, stdout);
    }
    await untilKept(navi, 3);
    await cluster.kubectl(['delete', 'pod', 'web-0', '--grace-period=0', '--force', '--wait=true']);
    for (const [each, expected] of live) {
      const { stdout, stderr, code } = await navi.run(previous(each));
      expect({ each, stdout, code }).toEqual({ each, stdout: expected, code: 0 });
      expect(stderr).toMatch(
        /not from the cluster: pods "web-0" not found\nkept log of web-0\/(app|side): the run that ended /,
      );
    }
    const all = await navi.ask(['logs', 'web-0', '--all-containers', '--tail=1', '--prefix']);
    expect(all.stdout).toBe(
      ['[pod/web-0/setup] setup last 29 \n', '[pod/web-0/app] app last 29 \n', '[pod/web-0/side] side last 29 \n'].join(
        '',
      ),
    );
  });

  test('are the same once the cluster is gone', async () => {
    await cluster.stopApiServer('SIGKILL');
    for (const [each, expected] of live)
      expect(await navi.run(previous(each))).toMatchObject({ stdout: expected, code: 0 });
  });
});

/** A pod of three containers: one has done its work in vain, one runs again after a crash, one waits to. */
async function crashedPod(cluster: RealCluster): Promise<void> {
  const containers = (...names: readonly string[]): readonly object[] => names.map((name) => ({ name, image: 'x' }));
  const path = '/api/v1/namespaces/default/pods';
  const body = {
    metadata: { name: 'web-0' },
    spec: { nodeName: 'fake', initContainers: containers('setup'), containers: containers('app', 'side') },
  };
  expect((await cluster.request(path, { method: 'POST', body })).status).toBe(201);
  const ended = (name: string): object => ({
    terminated: {
      containerID: `c://${name}`,
      exitCode: 1,
      reason: 'Error',
      startedAt: instant(0),
      finishedAt: instant(30),
    },
  });
  const told = (name: string, state: object, lastState: object = {}): object => {
    return { name, image: 'x', imageID: '', ready: false, restartCount: 1, state, lastState };
  };
  const status = {
    phase: 'Running',
    initContainerStatuses: [told('setup', ended('setup'))],
    containerStatuses: [
      told('app', { running: { startedAt: instant(40) } }, ended('app')),
      told('side', { waiting: { reason: 'CrashLoopBackOff' } }, ended('side')),
    ],
  };
  const contentType = 'application/merge-patch+json';
  const answer = await cluster.request(`${path}/web-0/status`, { method: 'PATCH', body: { status }, contentType });
  expect(answer.status).toBe(200);
}
