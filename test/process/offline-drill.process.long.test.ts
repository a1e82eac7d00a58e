import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { installNavi, type NaviInstallation } from '../support/navi-process.ts';
import { queuedActions, untilQueueSettled } from '../support/queue-probes.ts';
import { createSeededRandom } from '../support/seeded-random.ts';

const runCount = 200;

let simulator: Simulator;
let navi: NaviInstallation;
let folder: string;

const nameOf = (run: number, which: string): string => `run-${run}-${which}`;

beforeAll(async () => {
  simulator = await startSimulator();
  for (let run = 0; run < runCount; run += 1) {
    for (const which of ['a', 'b', 'c'])
      simulator.state.create('configmaps', {
        metadata: { name: nameOf(run, which), namespace: 'default' },
        data: { color: 'red' },
      });
  }
  folder = mkdtempSync(join(tmpdir(), 'navi-drill-'));
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, simulator.kubeconfig());
  navi = installNavi(kubeconfig);
  expect((await navi.run(['sync', '--once'])).code).toBe(0);
});
afterAll(async () => {
  await navi.remove();
  await simulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

test(
  'with the daemon killed at any moment two are done, one is a conflict, and nothing is done twice',
  { timeout: 3_600_000 },
  async () => {
    const random = createSeededRandom(Date.now() % 100_000);
    const seen: Record<string, number> = {};
    for (let run = 0; run < runCount; run += 1) {
      const lines = [
        `label configmap ${nameOf(run, 'a')} tier=front --queue`,
        `delete configmap ${nameOf(run, 'b')} --queue --yes`,
        `patch configmap ${nameOf(run, 'c')} --type=merge -p {"data":{"color":"blue"}} --queue`,
      ];
      for (const line of lines) expect(await navi.run(line.split(' '))).toMatchObject({ code: 0 });
      simulator.state.patch(
        'configmaps',
        { namespace: 'default', name: nameOf(run, 'c') },
        { data: { color: 'green' } },
      );
      // A request takes a while, so that a kill finds it under way.
      simulator.faults.clear();
      simulator.faults.onRequest(({ method }) =>
        method === 'PATCH' || method === 'DELETE'
          ? { kind: 'delay', delayMs: Math.floor(random.next() * 60) }
          : undefined,
      );
      const killCount = 1 + Math.floor(random.next() * 3);
      for (let kill = 0; kill < killCount; kill += 1) {
        const daemon = navi.daemon();
        await daemon.waitFor('it begins', ({ msg }) => msg === 'mirror starts');
        await pause(random.next() * 150);
        const under = queuedActions(navi.dataDir).map(({ state }) => state);
        await daemon.kill('SIGKILL');
        for (const state of under.slice(-3)) seen[state] = (seen[state] ?? 0) + 1;
      }
      const last = navi.daemon();
      const entries = (await untilQueueSettled(navi.dataDir)).slice(-3);
      await last.kill('SIGKILL');
      expect(
        entries.map(({ state }) => state),
        `run ${run}`,
      ).toEqual(['done', 'done', 'conflict']);
      const made = ['a', 'b', 'c'].map(
        (which) =>
          simulator.requests.filter(
            ({ method, path, status }) =>
              (method === 'PATCH' || method === 'DELETE') && path.endsWith(`/${nameOf(run, which)}`) && status === 200,
          ).length,
      );
      // A request whose sender was killed is carried out without an answer.
      expect(
        made.every((count) => count <= 1),
        `run ${run}: ${made.join(' ')}`,
      ).toBe(true);
      const { stdout } = await navi.run(['queue', 'drop', '--settled']);
      expect(stdout).toBe('');
    }
    // Each step was met at some time.
    expect(Object.keys(seen)).toEqual(expect.arrayContaining(['queued', 'sending', 'done']));
  },
);
