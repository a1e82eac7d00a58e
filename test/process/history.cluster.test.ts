import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { untilSettled } from '../support/daemon-probes.ts';
import { installNavi, type NaviInstallation } from '../support/navi-process.ts';
import { startRealCluster, type RealCluster } from '../support/real-cluster.ts';

/** An object as kubectl printed it, and a time at which it was so. */
interface Moment {
  readonly at: string;
  readonly json: string;
  readonly yaml: string;
}

const path = '/api/v1/namespaces/default/configmaps';

async function until(holds: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + 20_000;
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error('the mirror does not have it');
    await pause(50);
  }
}

describe.skipIf(clusterProgramsMissing() !== undefined)('the past of an object of a real API server', () => {
  let cluster: RealCluster;
  let navi: NaviInstallation;
  const moments: Moment[] = [];

  beforeAll(async () => {
    cluster = await startRealCluster();
    navi = installNavi(cluster.kubeconfig);
    await untilSettled(navi.dataDir, navi.daemon(), ['test']);
    const manifest = (data: object): string =>
      JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' }, data });
    const apply = (data: object) =>
      cluster.kubectl(['apply', '--server-side', '--field-manager=team', '-f', '-'], { stdin: manifest(data) });
    const steps = [
      () => apply({ color: 'red', text: 'Grüße\n\tto "all"\n' }),
      () => apply({ color: 'blue', size: '4' }),
      () => cluster.kubectl(['label', 'configmap', 'one', 'tier=back', 'app=web']),
      () => cluster.kubectl(['delete', 'configmap', 'one']).then(() => apply({ color: 'new' })),
    ];
    for (const step of steps) {
      expect(await step()).toMatchObject({ code: 0 });
      moments.push(await mirrored());
    }
    expect(await cluster.kubectl(['delete', 'configmap', 'one'])).toMatchObject({ code: 0 });
    await until(async () => (await run('get', 'configmap', 'one')).includes('NotFound'));
  }, 120_000);
  afterAll(async () => {
    await navi.remove();
    await cluster.stop();
  });

  async function run(...args: readonly string[]): Promise<string> {
    const { stdout, stderr } = await navi.ask(args);
    return stdout + stderr;
  }

  /** The present state, once the mirror and its history have it. */
  async function mirrored(): Promise<Moment> {
    const print = async (format: string): Promise<string> =>
      (await cluster.kubectl(['get', 'configmap', 'one', '-o', format])).stdout;
    const [json, yaml] = [await print('json'), await print('yaml')];
    await until(async () => (await run('get', 'configmap', 'one', '-o', 'json')) === json);
    return { at: new Date().toISOString(), json, yaml };
  }

  test('is what kubectl printed then', async () => {
    for (const { at, json, yaml } of moments) {
      expect(await run('get', 'configmap', 'one', '--at', at, '-o', 'json')).toBe(json);
      expect(await run('get', 'configmap', 'one', '--at', at, '-o', 'yaml')).toBe(yaml);
    }
    expect(await run('get', 'configmaps', '--deleted', '-o', 'name')).toContain('configmap/one\n');
  });

  test('differs as diff says of what kubectl printed', async () => {
    const folder = dirname(navi.dataDir);
    for (const [from, to] of moments.flatMap((one, index) =>
      moments.slice(index + 1).map((other) => [one, other] as const),
    )) {
      const files = [from, to].map(({ yaml }, index) => {
        const file = join(folder, `${index}.yaml`);
        writeFileSync(file, yaml);
        return file;
      });
      const { stdout } = spawnSync('diff', ['-u', ...files], { encoding: 'utf8' });
      const body = (text: string): string => text.replace(/^--- .*\n\+\+\+ .*\n/, '');
      expect(body(await run('diff', 'configmap/one', '--since', from.at, '--until', to.at))).toBe(body(stdout));
    }
  });

  test('tells who changed which field', async () => {
    const { stdout } = await navi.ask(['history', 'configmap/one', '-o', 'json']);
    const { histories } = JSON.parse(stdout) as {
      histories: { changes: { operation: string; managers?: string[]; fields?: { path: string }[] }[] }[];
    };
    expect(histories.flatMap(({ changes }) => changes.map(({ operation }) => operation))).toEqual([
      'added',
      'updated',
      'updated',
      'deleted',
      'added',
      'deleted',
    ]);
    const text = await run('history', 'configmap/one');
    expect(text).toMatch(/updated.*\bteam\b.*\n +data\.color: red → blue\n/);
    expect(text).toMatch(/updated by kubectl-label\n +metadata\.labels \+ \{"app":"web","tier":"back"\}\n/);
  });

  test('is in the list of all changes, and in the view of statements', async () => {
    const { stdout } = await navi.ask(['changes', 'configmaps', '-n', 'default', '-o', 'json']);
    expect(stdout).toContain('"one"');
    const sql = await run(
      'sql',
      `select count(*) as count from changes where type = 'configmaps' and name = 'one'`,
      '-o',
      'csv',
    );
    expect(sql).toMatch(/^count\r?\n6\r?\n/);
    expect((await cluster.request(`${path}/one`)).status).toBe(404);
  });
});
