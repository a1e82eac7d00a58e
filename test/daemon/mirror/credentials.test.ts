import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { execScript, isRunning, type ExecScript } from '../../support/exec-script.ts';
import { SimulatedMirror, type SimulatedMirrorOptions } from '../../support/simulated-mirror.ts';

let mirror: SimulatedMirror;
let plugin: ExecScript;
let folder: string;

const at = (name: string) => ({ namespace: 'default', name });
const everything = { verbs: ['*'] };

beforeEach(() => {
  plugin = execScript();
  folder = mkdtempSync(join(tmpdir(), 'navi-test-'));
});

afterEach(async () => {
  await mirror.checkAndStop();
  plugin.remove();
  rmSync(folder, { recursive: true });
});

/** A mirror for user `one`, with users `two` and `three` in waiting. */
async function start(options: SimulatedMirrorOptions): Promise<void> {
  mirror = await SimulatedMirror.start({
    behindFront: true,
    ...options,
    prepare: (made) => {
      mirror = made;
      for (const user of ['one', 'two', 'three']) made.state.access.allow(user, everything);
      made.state.create('configmaps', { metadata: at('a'), data: { key: 'a' } });
      made.state.create('secrets', { metadata: at('s'), type: 'Opaque' });
    },
  });
}

/** Virtual time stands still until a process of the plugin has come or gone. */
const inRealTime = { timeout: 20_000, interval: 5 };

async function startWithPlugin(): Promise<void> {
  plugin.gives('token-of-one');
  await start({ userEntry: plugin.userEntry });
  await mirror.untilLive();
}

const lastError = (): string => String(mirror.rows('select last_error from mirror')[0]?.['last_error']);

describe('47: 401 because the token is spent', () => {
  test('has the plugin asked once for all scopes, and no scope lists again', async () => {
    await startWithPlugin();
    const mark = mirror.mark();
    plugin.gives('token-of-two');
    mirror.state.access.removeUser('one');
    // Every scope has its watch under way before the first one is refused.
    mirror.faults.onRequest(({ verb }) => (verb === 'watch' ? { kind: 'delay', delayMs: 5_000 } : undefined));
    mirror.front.cut();
    await mirror.untilLive(30_000);
    const refused = mirror.requests(mark).filter(({ status }) => status === 401);
    expect(refused.length).toBeGreaterThanOrEqual(mirror.mirror.reflectors.length);
    expect(plugin.runs).toHaveLength(2);
    expect(mirror.lists(mark)).toEqual([]);
    expect(mirror.saidOfCluster()).toBe('healthy none');
  });

  test('has a token file read again, and the request sent again at once', async () => {
    const file = join(folder, 'token');
    writeFileSync(file, 'token-of-one\n');
    await start({ userEntry: { tokenFile: file } });
    await mirror.untilLive();
    const mark = mirror.mark();
    mirror.state.access.removeUser('one');
    writeFileSync(file, 'token-of-two\n');
    mirror.front.cut();
    await mirror.advance(5_000);
    await mirror.untilLive(5_000);
    expect(mirror.lists(mark)).toEqual([]);
    expect(mirror.requests(mark).some(({ status }) => status === 401)).toBe(true);
  });

  test('with nothing else to try is told, asked again after ten seconds at least, and over when it is taken again', async () => {
    await start({ user: 'one' });
    await mirror.untilLive();
    mirror.state.access.removeUser('one');
    mirror.front.cut();
    const frozenAt = mirror.clock.now();
    await mirror.until('the cluster is told', () => mirror.saidOfCluster() === 'unhealthy auth-needed', 70_000);
    expect(mirror.said('configmaps')).toBe('watching unhealthy auth-needed');
    expect(mirror.status('configmaps').as_of).toBeLessThanOrEqual(frozenAt);
    expect(mirror.keys('secrets')).toEqual(['default/s']);
    const mark = mirror.mark();
    await mirror.advance(600_000);
    // Ten minutes of one prober whose waits grow, of heartbeats and of discovery.
    expect(mirror.requests(mark).length).toBeLessThan(120);
    mirror.state.access.allow('one', everything);
    mirror.mirror.wake();
    await mirror.untilLive(10_000);
    expect(mirror.saidOfCluster()).toBe('healthy none');
  });
});

describe('48: an exec plugin that hangs or fails', () => {
  test('is killed after a minute with all it started, one at a time, and told', async () => {
    plugin.does('sleep 1000 & echo $! > "$folder/child"; wait');
    await start({ userEntry: plugin.userEntry });
    mirror.waitsForPrograms = false;
    await expect.poll(() => readdirSync(plugin.folder).includes('child'), inRealTime).toBe(true);
    const [pid = 0] = plugin.runs;
    await mirror.advance(59_000);
    expect(isRunning(pid)).toBe(true);
    expect(plugin.runs).toHaveLength(1);
    await mirror.advance(2_000);
    await expect.poll(() => isRunning(pid), inRealTime).toBe(false);
    const child = Number(readFileSync(join(plugin.folder, 'child'), 'utf8'));
    await expect.poll(() => isRunning(child), inRealTime).toBe(false);
    await expect.poll(() => mirror.saidOfCluster(), inRealTime).toBe('unhealthy auth-needed');
    expect(lastError()).toContain('did not end within 60 s');
    await mirror.advance(8_000);
    expect(plugin.runs).toHaveLength(1);
    plugin.gives('token-of-one');
    mirror.waitsForPrograms = true;
    await mirror.untilLive(30_000);
    expect(plugin.runs).toHaveLength(2);
  });

  test('is told with what it said, asks nobody in between, and is over when somebody wakes it', async () => {
    plugin.does('echo "Error: the SSO session has expired" >&2; exit 3');
    await start({ userEntry: plugin.userEntry });
    await expect.poll(() => mirror.saidOfCluster(), inRealTime).toBe('unhealthy auth-needed');
    expect(lastError()).toMatch(/failed with exit code 3: Error: the SSO session has expired/);
    await mirror.advance(600_000);
    expect(plugin.runs.length).toBeGreaterThan(2);
    expect(plugin.runs.length).toBeLessThanOrEqual(7);
    expect(mirror.simulator.requests).toEqual([]);
    plugin.gives('token-of-one');
    mirror.mirror.wake();
    await mirror.untilLive(10_000);
  });
});

describe('a network that is joined', () => {
  test('has the plugin asked that failed without it, within seconds and not after minutes', async () => {
    const addresses = ['192.0.2.1'];
    plugin.does('echo "dial tcp: no route to host" >&2; exit 1');
    await start({ userEntry: plugin.userEntry, addresses: () => addresses });
    await mirror.advance(1_200_000);
    plugin.gives('token-of-one');
    const runCount = plugin.runs.length;
    addresses.pop();
    await mirror.advance(20_000);
    expect(plugin.runs).toHaveLength(runCount);
    addresses.push('198.51.100.7');
    await mirror.untilLive(10_000);
    expect(plugin.runs).toHaveLength(runCount + 1);
  });
});

describe('49: a token that ends in mid-stream', () => {
  test('leaves the stream alone; the next one is opened with another', async () => {
    await startWithPlugin();
    const mark = mirror.mark();
    plugin.gives('token-of-two');
    mirror.state.access.removeUser('one');
    mirror.state.patch('configmaps', at('a'), { data: { key: 'changed' } });
    await mirror.advance(1_000);
    expect(mirror.differences()).toEqual([]);
    expect(mirror.requests(mark)).toEqual([]);
    expect(plugin.runs).toHaveLength(1);
    mirror.front.cut();
    await mirror.untilLive(10_000);
    expect(plugin.runs).toHaveLength(2);
    expect(mirror.lists(mark)).toEqual([]);
  });
});

describe('76: a credential that got lost', () => {
  test('is told as such and purges nothing', async () => {
    await start({ user: 'one' });
    await mirror.untilLive();
    const mark = mirror.mark();
    mirror.faults.onRequest((request) => anonymous(request.type));
    mirror.front.cut();
    await mirror.advance(200_000);
    expect(mirror.said('configmaps')).toBe('watching unhealthy auth-needed');
    expect(mirror.said('secrets')).toBe('watching unhealthy auth-needed');
    expect(mirror.saidOfCluster()).toBe('unhealthy auth-needed');
    expect(mirror.keys('secrets')).toEqual(['default/s']);
    expect(mirror.rows('select * from tombstone')).toEqual([]);
    mirror.faults.clear();
    await mirror.advance(200_000);
    await mirror.untilLive();
    expect(mirror.lists(mark)).toEqual([]);
  });
});

function anonymous(type: string) {
  const message = `${type} is forbidden: User "system:anonymous" cannot list resource "${type}" at the cluster scope`;
  return {
    kind: 'answer',
    status: 403,
    headers: {},
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      reason: 'Forbidden',
      message,
      code: 403,
    },
  } as const;
}
