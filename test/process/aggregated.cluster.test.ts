import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  marketGroup,
  secondColumns,
  startAggregatedServer,
  type AggregatedServer,
} from '../support/aggregated-server.ts';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { installNavi, type NaviDaemon, type NaviInstallation } from '../support/navi-process.ts';
import { startRealCluster, type RealCluster } from '../support/real-cluster.ts';

const orders = `orders.${marketGroup}`;
const receipts = `receipts.${marketGroup}`;
const dayMs = 86_400_000;

/** Ways in which kubectl prints the types; whatever has an age is so old that it stands still meanwhile. */
const formats: readonly (readonly string[])[] = [
  ['get', orders, '-A'],
  ['get', orders, '-A', '-o', 'wide', '--show-labels'],
  ['get', orders, '-n', 'shop'],
  ['get', orders, '-n', 'shop', '-L', 'tier', '--no-headers'],
  ['get', 'orders', '-A', '-o', 'json'],
  ['get', 'orders', '-A', '-o', 'yaml'],
  ['get', 'orders', '-A', '-o', 'name'],
  ['get', 'orders', '-n', 'shop', '-l', 'tier=gold'],
  ['get', 'orders/first', '-n', 'shop'],
  ['get', 'configmaps,orders', '-n', 'shop'],
  ['get', receipts],
  ['get', receipts, '-o', 'wide', '--show-labels'],
  ['get', receipts, '-o', 'json'],
  ['get', receipts, '-o', 'name'],
];

interface TypeStatus {
  readonly type: string;
  readonly health: string;
  readonly reason: string;
}

async function until(what: string, holds: () => Promise<boolean>, withinMs = 40_000): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error(`not within ${withinMs} ms: ${what}`);
    await pause(100);
  }
}

describe.skipIf(clusterProgramsMissing() !== undefined)('types of an aggregated API', () => {
  let cluster: RealCluster;
  let market: AggregatedServer;
  let navi: NaviInstallation;
  let daemon: NaviDaemon;

  beforeAll(async () => {
    cluster = await startRealCluster({ rbacUsers: [{ name: 'clerk' }] });
    navi = installNavi(cluster.kubeconfig);
    daemon = navi.daemon();
    await daemon.waitFor('it runs', (line) => line.msg === 'discovered');
    market = await startAggregatedServer(cluster);
    await cluster.kubectl(['create', 'namespace', 'shop']);
    const gold = { tier: 'gold' };
    const spec = { total: 12.5, lines: ['a', 'b'], paid: true, customer: 'ann' };
    market.put('orders', 'shop/first', { spec }, { ageMs: 4 * dayMs + 60_000, labels: gold });
    market.put('orders', 'shop/second', { spec: { total: 7, note: 'two\nlines' } }, { ageMs: 30 * dayMs });
    market.put('orders', 'default/third', { spec: { lines: { a: 1, b: null } } }, { ageMs: 9 * dayMs });
    market.put('receipts', 'one', { amount: 1 }, { ageMs: 30 * dayMs, labels: gold });
    await untilEqual();
  }, 120_000);

  afterAll(async () => {
    await navi.remove();
    await market.stop();
    await cluster.stop();
  });

  /** The first command that navi and kubectl answer differently, with both answers. */
  async function difference(): Promise<string | undefined> {
    for (const args of formats) {
      const [ours, theirs] = await Promise.all([navi.ask(args), cluster.kubectl(args)]);
      if (ours.stdout === theirs.stdout && ours.code === theirs.code && theirs.code === 0) continue;
      return [args.join(' '), ours.stdout + ours.stderr, theirs.stdout + theirs.stderr].join('\n---\n');
    }
    return undefined;
  }

  async function untilEqual(): Promise<void> {
    let last: string | undefined;
    const isEqual = async (): Promise<boolean> => (last = await difference()) === undefined;
    await until('navi prints what kubectl prints', isEqual).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${last}`);
    });
  }

  async function statusOf(type: string): Promise<TypeStatus | undefined> {
    const { stdout } = await navi.ask(['status', '-o', 'json']);
    const { clusters } = JSON.parse(stdout) as { clusters: { types: TypeStatus[] }[] };
    return clusters[0]?.types.find((candidate) => candidate.type === type);
  }

  const listCount = (of: NaviDaemon, type: string): number =>
    of.log().filter((line) => line.msg === 'list' && line.type === type).length;

  test('are printed as their own server prints them', async () => {
    const { stdout } = await navi.ask(['get', orders, '-A', '-o', 'wide']);
    expect(stdout.split('\n')).toEqual([
      'NAMESPACE   NAME     TOTAL   AGE   LINES              PAID    NOTE',
      'default     third            9d    map[a:1 b:<nil>]   false   <none>',
      'shop        first    12.5    4d    [a b]              true    <none>',
      'shop        second   7       30d                      false   two...',
      '',
    ]);
    expect((await navi.ask(['get', receipts])).stdout).toBe('NAME   AGE\none    30d\n');
  });

  test('follow what is added, changed and deleted without another list', { timeout: 90_000 }, async () => {
    const before = [listCount(daemon, orders), listCount(daemon, receipts)];
    market.put('orders', 'shop/fourth', { spec: { total: 3 } }, { ageMs: 20 * dayMs });
    market.put('orders', 'shop/first', { spec: { total: 99, paid: false } });
    market.delete('orders', 'shop/second');
    market.put('receipts', 'two', { amount: 2 }, { ageMs: 40 * dayMs });
    market.delete('receipts', 'one');
    await untilEqual();
    expect((await navi.ask(['get', 'orders', 'first', '-n', 'shop', '--no-headers'])).stdout).toMatch(/^first +99 /);
    expect((await navi.ask(['get', receipts, '-o', 'name'])).stdout).toBe(`receipt.${marketGroup}/two\n`);
    expect([listCount(daemon, orders), listCount(daemon, receipts)]).toEqual(before);
  });

  test('have ages that go on counting', { timeout: 90_000 }, async () => {
    market.put('orders', 'default/young', { spec: {} });
    market.put('receipts', 'young', {});
    const secondsOf = ({ stdout }: { readonly stdout: string }): number =>
      Number(/ (\d+)s/.exec(stdout)?.[1] ?? Number.NaN);
    for (const type of [orders, receipts]) {
      const args = ['get', type, 'young', '--no-headers'];
      await until('it counts', async () => secondsOf(await navi.ask(args)) >= 3);
      const earliest = secondsOf(await cluster.kubectl(args));
      const ours = secondsOf(await navi.ask(args));
      expect(ours).toBeGreaterThanOrEqual(earliest);
      expect(ours).toBeLessThanOrEqual(secondsOf(await cluster.kubectl(args)));
    }
    market.delete('orders', 'default/young');
    market.delete('receipts', 'young');
    await untilEqual();
  });

  test(
    'are resumed by their watch after a restart, with the columns that their rows have',
    { timeout: 90_000 },
    async () => {
      await daemon.kill('SIGTERM');
      const printed = (await navi.ask(['get', orders, '-A', '-o', 'wide'])).stdout;
      daemon = navi.daemon();
      await daemon.waitFor('the daemon resumes', (line) => line.msg === 'discovered');
      await until('it is live', async () => (await statusOf(orders))?.health === 'healthy');
      expect((await navi.ask(['get', orders, '-A', '-o', 'wide'])).stdout).toBe(printed);
      market.put('orders', 'shop/fifth', { spec: { total: 5 } }, { ageMs: 20 * dayMs });
      await untilEqual();
      expect([listCount(daemon, orders), listCount(daemon, receipts)]).toEqual([0, 0]);
    },
  );

  test(
    '61: keep their rows while their server is away, and take over its new columns',
    { timeout: 120_000 },
    async () => {
      const printed = (await navi.ask(['get', orders, '-A', '-o', 'wide'])).stdout;
      await market.stop();
      await until('health says so', async () => (await statusOf(orders))?.reason === 'unavailable');
      expect((await navi.ask(['get', orders, '-A', '-o', 'wide'])).stdout).toBe(printed);
      expect(await statusOf('configmaps')).toMatchObject({ health: 'healthy' });
      market.types.orders.columns = secondColumns;
      // More than a page of them.
      for (let index = 0; index < 600; index += 1) {
        market.put('orders', `bulk/order-${index}`, { spec: { customer: `c${index}` } }, { ageMs: 50 * dayMs });
      }
      await market.start();
      await untilEqual();
      const { stdout } = await navi.ask(['get', orders, '-A', '--no-headers']);
      expect(stdout.split('\n')).toHaveLength(604 + 1);
      expect(stdout).toMatch(/\nshop +first +4d\n/);
      expect(await statusOf(orders)).toMatchObject({ health: 'healthy' });
    },
  );

  test('are printed by their server as well where the user may not see API services', { timeout: 90_000 }, async () => {
    const role = ['--clusterrole=clerk', '--user=clerk'];
    const rule = ['--verb=get,list,watch', `--resource=${orders},${receipts}`];
    expect((await cluster.kubectl(['create', 'clusterrole', 'clerk', ...rule])).code).toBe(0);
    expect((await cluster.kubectl(['create', 'clusterrolebinding', 'clerk', ...role])).code).toBe(0);
    const kubeconfig = cluster.kubeconfigFor({ name: 'clerk' });
    const clerk = installNavi(kubeconfig);
    expect((await clerk.run(['sync', '--once'])).code).toBe(0);
    for (const args of [
      ['get', orders, '-A'],
      ['get', receipts],
    ]) {
      expect((await clerk.run(args)).stdout).toBe((await cluster.kubectl(args, { kubeconfig })).stdout);
    }
    await clerk.remove();
  });
});
