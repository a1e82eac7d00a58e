import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { expectError, naviProgram, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

let navi: SyncedNavi;

const used = [
  'pods',
  'events',
  'secrets',
  'configmaps',
  'deployments.apps',
  'networkpolicies.networking.k8s.io',
  'services',
  'limitranges',
];

/** Starts a daemon with this configuration, once there is nothing of the types that are used. */
async function begin(configuration: string): Promise<void> {
  const config = navi.file('config.toml', configuration);
  expect((await navi.navi(['sync', '--detach'], { NAVI_CONFIG: config })).code).toBe(0);
  // It confirms once all that is followed is there.
  expect((await navi.navi(['sync', '--once'])).code).toBe(0);
}

const modes = (mode: string, types: readonly string[]): string =>
  types.map((type) => `[retrieval."${type}"]\nmode = "${mode}"\n`).join('');

interface Status {
  readonly clusters: readonly {
    readonly live: { readonly use: Readonly<Record<string, number | null>> | null } | null;
    readonly health: string;
    readonly types: readonly { readonly type: string; readonly mode: string | null; readonly reason: string | null }[];
  }[];
}

async function status(): Promise<Status['clusters'][number]> {
  const { stdout } = await navi.ask(['status', '--all', '-o', 'json']);
  const [cluster] = (JSON.parse(stdout) as Status).clusters;
  if (cluster === undefined) throw new Error('no cluster');
  return cluster;
}

const modeOf = async (name: string): Promise<unknown> => (await status()).types.find(({ type }) => type === name)?.mode;

const typeOf = async (name: string): Promise<unknown> => (await status()).types.find(({ type }) => type === name);

describe('types that are followed while they are asked for', () => {
  beforeAll(async () => {
    navi = await syncedNavi(300);
    await navi.execute('rm', ['-rf', navi.dataDir]);
  });

  afterAll(async () => {
    await navi.navi(['stop']);
    await navi.remove();
  });

  test('are listed for the first question, which waits and is complete', async () => {
    await begin(`${modes('used', used)}[prefetch]\nrelated = false\n`);
    expect(await typeOf('secrets')).toMatchObject({
      mode: 'stopped',
      reason: 'unused',
      retrievalReason: 'followed while it is asked for',
    });
    expect((await status()).health).toBe('healthy');
    const requests = navi.simulator.requests.length;
    const first = await navi.ask(['get', 'pods', '-o', 'name']);
    expect(first).toMatchObject({ stderr: '', code: 0 });
    expect(first.stdout.split('\n').length - 1).toBe(300);
    const again = await navi.ask(['get', 'pods', '-o', 'name']);
    expect(again).toEqual(first);
    const asked = navi.simulator.requests.slice(requests).filter(({ path }) => path.endsWith('/pods'));
    expect(asked.filter(({ query }) => query.has('watch')).length).toBe(1);
    expect(await typeOf('pods')).toMatchObject({ mode: 'watching', complete: true });
  });

  test('are asked for by every command that names them', async () => {
    expect(await navi.ask(['get', 'cm', '-A', '-o', 'name'])).toMatchObject({ stderr: '', code: 0 });
    for (const args of [['events'], ['releases'], ['containers'], ['describe', 'cm/evil']])
      expect(await navi.navi(args)).toMatchObject({ code: 0 });
    const { types } = await status();
    const followed = types
      .filter(({ type, mode }) => used.includes(type) && mode === 'watching')
      .map(({ type }) => type);
    expect(followed.toSorted()).toEqual(['configmaps', 'deployments.apps', 'events', 'pods', 'secrets']);
  });

  test('are not asked for by what looks through all, which says so', async () => {
    const search = await navi.ask(['search', 'pod-1']);
    expect(search.stderr).toMatch(/services.* were not looked into: they are followed only while they are asked for/);
    const report = await navi.ask(['report']);
    expect(report.stdout).toMatch(/were not looked into: they are followed only while they are asked for/);
    const sql = await navi.ask(['sql', `select * from objects where type = 'services'`]);
    expect(sql.stderr).toMatch(/services: not mirrored/);
    expect(await typeOf('services')).toMatchObject({ mode: 'stopped' });
  });

  test('have their hits told', async () => {
    const { live } = await status();
    expect(live?.use).toMatchObject({ missCount: 5, evictionCount: 0, prefetchCount: 0 });
    expect(live?.use?.['hitCount']).toBeGreaterThanOrEqual(2);
    const { stdout } = await navi.ask(['status']);
    expect(stdout).toMatch(/types followed while asked for: \d+ of \d+ questions met current data/);
  });

  test('are followed for as long as somebody watches', async () => {
    navi.simulator.state.create('services', { metadata: { name: 'first', namespace: 'default' }, spec: {} });
    const watching = navi.execute('timeout', ['8', process.execPath, naviProgram, 'get', 'svc', '-w', '-o', 'name']);
    await vi.waitUntil(async () => (await modeOf('services')) === 'watching', { timeout: 5_000, interval: 100 });
    navi.simulator.state.create('services', { metadata: { name: 'second', namespace: 'default' }, spec: {} });
    expect((await watching).stdout).toBe('service/first\nservice/second\n');
  });

  test('answer from what is kept where no daemon runs, and never with nothing', async () => {
    expect((await navi.navi(['stop'])).code).toBe(0);
    const kept = await navi.navi(['get', 'pods', '-o', 'name'], { NAVI_NOTICE_AFTER: '1ms' });
    expect(kept.stdout.split('\n').length - 1).toBe(300);
    expect(kept.stderr).toMatch(/pods/);
    const missing =
      /networkpolicies\.networking\.k8s\.io is not mirrored: it is followed only while it is asked for, and no daemon lists it/;
    expectError(await navi.ask(['get', 'netpol']), 6, missing, /navi sync --detach/);
    expectError(await navi.ask(['describe', 'netpol']), 6, missing, /navi sync --detach/);
  });

  test('are waited for in plain sight on a terminal', async () => {
    await begin(modes('used', used));
    const faults = navi.simulator.faults.onRequest(({ path }) =>
      path.endsWith('/networkpolicies') ? { kind: 'delay', delayMs: 2_000 } : undefined,
    );
    const drawn = await navi.onTerminal('get netpol', 120);
    expect(drawn).toContain('listing networkpolicies.networking.k8s.io of context simulator …');
    expect(drawn.endsWith('\r\u001B[KNo resources found in default namespace.\n')).toBe(true);
    faults();
    // What has no objects is there too.
    expect(await navi.ask(['get', 'netpol'])).toMatchObject({
      stderr: 'No resources found in default namespace.\n',
      code: 0,
    });
  });

  test('tell why they cannot be listed', async () => {
    navi.simulator.faults.onRequest(({ path }) =>
      path.endsWith('/limitranges') ? { kind: 'answer', status: 500, body: 'broken' } : undefined,
    );
    expectError(await navi.ask(['get', 'limits']), 6, /limitranges is not mirrored yet: server-error/, /navi status/);
  });
});

describe('a type that is off', () => {
  beforeAll(async () => {
    navi = await syncedNavi(3);
  });

  afterAll(async () => {
    await navi.navi(['stop']);
    await navi.remove();
  });

  test('is erased, and says so', async () => {
    expect((await navi.ask(['get', 'cm', 'evil', '-o', 'name'])).stdout).toBe('configmap/evil\n');
    await begin(modes('off', ['configmaps']));
    const off = /configmaps is not mirrored: off in the configuration/;
    expectError(await navi.ask(['get', 'cm']), 6, off, /mode "off"/, /kubectl get configmaps/);
    expectError(await navi.ask(['describe', 'cm/evil']), 6, off, /mode "off"/);
    expectError(await navi.ask(['history', 'cm/evil']), 6, off);
    expect((await navi.ask(['search', 'in-shop'])).stdout).toBe('');
    expect((await navi.ask(['search', '--deleted', 'in-shop'])).stdout).toBe('');
    expect(await typeOf('configmaps')).toMatchObject({ mode: null, retrievalReason: 'off in the configuration' });
  });
});
