import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import type { FaultRequest } from '../../src/simulator/fault.ts';
import type { PodLogSource } from '../../src/simulator/pod-logs.ts';
import { expectError, syncedNavi, type ProgramResult, type SyncedNavi } from '../support/synced-navi.ts';

let navi: SyncedNavi;

const time = (agoSeconds: number): string =>
  new Date(Date.now() - agoSeconds * 1_000).toISOString().replace(/\.\d+/, '');

/** How a run of a container ended. */
const ended = (containerID: string, { ago = 5, exitCode = 1, reason = 'Error' } = {}): JsonObject => ({
  terminated: { containerID, exitCode, reason, startedAt: time(ago + 300), finishedAt: time(ago) },
});

const running = (): JsonObject => ({ running: { startedAt: time(4) } });

function makePod(name: string, containers: readonly string[] = ['app'], namespace = 'shop'): void {
  navi.simulator.state.create('pods', {
    metadata: { name, namespace },
    spec: { nodeName: 'a', containers: containers.map((each) => ({ name: each })) },
    status: { phase: 'Running' },
  });
}

const at = (name: string, namespace = 'shop') => ({ namespace, name });

function tell(name: string, containerStatuses: readonly JsonObject[], namespace = 'shop'): void {
  navi.simulator.state.patch('pods', at(name, namespace), { status: { containerStatuses: [...containerStatuses] } });
}

/** The container `app` has crashed and runs again. */
function crash(name: string, containerID = `containerd://${name}-0`, namespace = 'shop'): void {
  tell(name, [{ name: 'app', restartCount: 1, state: running(), lastState: ended(containerID) }], namespace);
}

const logs = (...args: readonly string[]): Promise<ProgramResult> => navi.ask(['logs', '-n', 'shop', ...args]);

interface Row {
  readonly pod: string;
  readonly container: string;
  readonly why: string;
  readonly state: string;
  readonly failure: string | null;
}

const rows = (): readonly Row[] =>
  query('select pod, container, why, state, failure from kept_log order by id') as Row[];

function query(sql: string): unknown {
  const [file = ''] = globSync(join(navi.dataDir, 'mirrors/*/history.db'));
  const database = new SqliteDatabase(file, { readonly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 500 && !holds(); attempt += 1) await pause(20);
  if (!holds()) throw new Error(`${what}: ${JSON.stringify(rows())}`);
}

const untilKept = (pod: string, count = 1): Promise<void> =>
  until(`${pod} is kept`, () => rows().filter((row) => row.pod === pod && row.state === 'kept').length === count);

const untilGone = (name: string): Promise<void> =>
  untilAsync(`${name} is gone`, async () => (await navi.ask(['get', 'pod', name, '-n', 'shop'])).code === 1);

async function untilAsync(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) if (await holds()) return;
  throw new Error(what);
}

const isLog = ({ path }: Pick<FaultRequest, 'path'>): boolean => path.endsWith('/log');

const logRequests = (): readonly string[] =>
  navi.simulator.requests.filter(({ path }) => path.endsWith('/log')).map(({ path }) => path.split('/').at(-2) ?? '');

function configure(...lines: readonly string[]): void {
  mkdirSync(join(navi.folder, 'navi'), { recursive: true });
  writeFileSync(join(navi.folder, 'navi', 'config.toml'), lines.join('\n'));
}

async function startDaemon(): Promise<number> {
  const { stderr, code } = await navi.navi(['sync', '--detach']);
  expect(code).toBe(0);
  return Number(/pid (\d+)/.exec(stderr)?.[1]);
}

/** The container `quick` runs again before its status says so: its log is that of the next run. */
const podLogs: PodLogSource = ({ container, query }) => {
  if (container !== 'quick') return undefined;
  const isPrevious = query.get('previous') === 'true';
  return [Buffer.from(`${time(isPrevious ? 5 : 0)} the ${isPrevious ? 'last words' : 'next run'}\n`)];
};

beforeAll(async () => {
  navi = await syncedNavi(0, { podLogs });
});

/** The question after it hears of it, once. */
async function stopDaemon(): Promise<void> {
  await navi.navi(['stop']);
  await navi.ask(['types']);
}

afterEach(() => navi.simulator.faults.clear());

afterAll(async () => {
  await navi.navi(['stop']);
  await navi.remove();
});

test('without a setting no log is asked for, and an error says what keeps them', async () => {
  makePod('never');
  await startDaemon();
  crash('never');
  await untilAsync('the crash is seen', async () =>
    (await navi.ask(['get', 'pod', 'never', '-n', 'shop', '-o', 'json'])).stdout.includes('never-0'),
  );
  await pause(500);
  expect(logRequests()).toEqual([]);
  expect(rows()).toEqual([]);
  await stopDaemon();
  expectError(await logs('never'), 5, /no daemon is running/, /\[prefetch\.logs\] namespaces = \["shop"\]/);
});

describe('where the settings keep the logs of a namespace', () => {
  beforeAll(async () => {
    configure('[prefetch.logs]', 'namespaces = ["shop"]', 'lines = 20');
    await startDaemon();
  });

  test('a pod that crashed while nobody looked on is kept at the start', async () => {
    await untilKept('never');
    expect(rows()).toEqual([{ pod: 'never', container: 'app', why: 'crashed', state: 'kept', failure: null }]);
  });

  test('the last lines of what crashes are kept, and answer once the pod is gone', async () => {
    makePod('web-0');
    makePod('other', ['app'], 'default');
    crash('other', 'containerd://other', 'default');
    crash('web-0');
    await untilKept('web-0');
    const flags = [
      [],
      ['--tail=3'],
      ['--tail=0'],
      ['--timestamps'],
      ['--limit-bytes=100'],
      ['--timestamps', '--tail=7', '--limit-bytes=99'],
      [`--since-time=${time(60)}`],
      ['--prefix', '-c', 'app'],
      ['--all-containers', '--prefix'],
    ];
    const live: string[] = [];
    for (const each of flags) live.push((await logs('-p', 'web-0', '--tail=20', ...each)).stdout);
    navi.simulator.state.delete('pods', at('web-0'));
    await untilGone('web-0');
    for (const [index, each] of flags.entries()) {
      const { stdout, stderr, code } = await logs('-p', 'web-0', '--tail=20', ...each);
      expect({ stdout, code }).toEqual({ stdout: live[index], code: 0 });
      expect(stderr).toMatch(
        /^not from the cluster: pods "web-0" not found\nkept log of web-0\/app: the run that ended /,
      );
      expect(stderr).toMatch(/\(crashed, exit code 1\); its last 20 lines were kept \d{4}-.*Z\n$/);
    }
    expect(live[0]?.split('\n')).toHaveLength(21);
    // What ran on was not kept: the run before it is the last that is.
    expect((await logs('pod/web-0')).stdout).toBe(live[0]);
    const followed = await logs('-f', 'web-0');
    expect(followed).toMatchObject({ stdout: live[0], code: 0 });
    expect(followed.stderr).toMatch(/nothing follows a kept log\n$/);
    // As somebody else nothing is told of it.
    expect(await logs('web-0', '--as=somebody')).toMatchObject({ stdout: '', code: 1 });
    expect(await logs('web-1')).toMatchObject({ stdout: '', code: 1 });
    expect(rows().filter(({ pod }) => pod === 'other')).toEqual([]);
  });

  test('each run once: what is killed, fails or ends before it starts, but not what ends as it should', async () => {
    makePod('job', ['app', 'side', 'fine']);
    navi.simulator.state.patch('pods', at('job'), {
      spec: { initContainers: [{ name: 'setup' }] },
      status: {
        phase: 'Failed',
        initContainerStatuses: [{ name: 'setup', state: ended('c-setup', { exitCode: 2 }) }],
        containerStatuses: [
          {
            name: 'app',
            restartCount: 1,
            state: ended('c-app-1', { exitCode: 137, reason: 'OOMKilled' }),
            lastState: ended('c-app-0'),
          },
          { name: 'side', state: ended('c-side', { exitCode: 0, reason: 'Completed' }) },
        ],
      },
    });
    makePod('done');
    tell('done', [{ name: 'app', state: ended('c-done', { exitCode: 0, reason: 'Completed' }) }]);
    await untilKept('job', 4);
    const told = rows().flatMap(({ pod, container, why }) =>
      pod === 'job' || pod === 'done' ? [`${container} ${why}`] : [],
    );
    expect(told.toSorted()).toEqual(['app crashed', 'app oom-killed', 'setup crashed', 'side failed']);
    navi.simulator.state.patch('pods', at('job'), { metadata: { labels: { touched: 'yes' } } });
    expect(logRequests().filter((pod) => pod === 'job')).toHaveLength(4);
    navi.simulator.state.delete('pods', at('job'));
    await untilGone('job');
    const all = await logs('job', '--all-containers', '--prefix', '--tail=1');
    expect(all.stdout).toMatch(/^\[pod\/job\/setup\] .*\n\[pod\/job\/app\] .*\n\[pod\/job\/side\] .*\n$/);
    expect(all.stderr).toMatch(/job\/app: the run that ended \S+ \(oom-killed, exit code 137\)/);
    expect((await logs('-p', 'job', '-c', 'app')).stderr).toMatch(/job\/app: .* \(crashed, exit code 1\)/);
    const unkept = await logs('job', '-c', 'fine');
    expect(unkept).toMatchObject({ stdout: '', code: 1 });
    expect(unkept.stderr).toMatch(
      /^of pod job, logs are kept of: .*app.* \(-c CONTAINER\)\nError from server \(NotFound\): /,
    );
  });

  test('again where the node cannot be asked', async () => {
    navi.simulator.faults.times(2, isLog, {
      kind: 'answer',
      status: 500,
      body: { kind: 'Status', message: 'dial tcp: refused' },
    });
    makePod('far');
    crash('far');
    await untilKept('far');
    expect(logRequests().filter((pod) => pod === 'far')).toHaveLength(3);
  });

  test('and not the next run in its place', async () => {
    makePod('hasty', ['quick']);
    tell('hasty', [{ name: 'quick', state: ended('quick-0') }]);
    await until('it was tried', () => rows().some(({ pod, failure }) => pod === 'hasty' && failure !== null));
    expect(rows().find(({ pod }) => pod === 'hasty')?.failure).toBe('the node answered with a later run');
    tell('hasty', [{ name: 'quick', restartCount: 1, state: running(), lastState: ended('quick-0') }]);
    await untilKept('hasty');
    navi.simulator.state.delete('pods', at('hasty'));
    await untilGone('hasty');
    expect((await logs('hasty')).stdout).toBe('the last words\n');
  });

  test('are told by navi sql, without their lines, and by navi status', async () => {
    const statement =
      "select pod, container, why, state, lines, is_cut from kept_logs where pod = 'web-0' and exit_code = :code";
    const { stdout } = await navi.ask(['sql', statement, '--param', 'code=1', '-o', 'csv']);
    expect(stdout).toBe('pod,container,why,state,lines,is_cut\r\nweb-0,app,crashed,kept,20,1\r\n');
    const both = await navi.ask(['sql', 'select count(*) from kept_logs, kept_log']);
    expect(both).toMatchObject({ stdout: '', code: 2 });
    expect((await navi.ask(['status'])).stdout).toMatch(/^ {2}logs: \d+ kept \(.+B\)$/m);
  });

  test('are noted as read', async () => {
    const used = (): unknown =>
      query("select max(used_at) > max(fetched_at) as used from kept_log where pod = 'web-0'");
    expect(used()).toEqual([{ used: 1 }]);
  });

  test('not at all where the pod went with its log', async () => {
    navi.simulator.faults.once(isLog, {
      kind: 'answer',
      status: 500,
      body: { kind: 'Status', message: 'dial tcp: refused' },
    });
    makePod('short');
    crash('short');
    await until('it was tried', () => rows().some(({ pod, failure }) => pod === 'short' && failure !== null));
    navi.simulator.state.delete('pods', at('short'));
    await until('it is lost', () => rows().some(({ pod, state }) => pod === 'short' && state === 'lost'));
    expect(rows().find(({ pod }) => pod === 'short')?.failure).toBe('the pod was gone before its log could be read');
    expect(await logs('short')).toMatchObject({ stdout: '', code: 1 });
  });

  test('once, when the daemon is killed between the crash and the log', async () => {
    await navi.navi(['stop']);
    const pid = await startDaemon();
    navi.simulator.faults.always(isLog, { kind: 'hang', before: 'headers' });
    makePod('killed');
    crash('killed');
    const asked = (): number => logRequests().filter((pod) => pod === 'killed').length;
    await until('it is asked for', () => asked() === 1);
    process.kill(pid, 'SIGKILL');
    navi.simulator.faults.clear();
    await startDaemon();
    await untilKept('killed');
    expect(asked()).toBe(2);
    await navi.navi(['stop']);
    await startDaemon();
    makePod('after');
    crash('after');
    await untilKept('after');
    expect(asked()).toBe(2);
  });

  test('and answer while the cluster is away, and without a daemon', async () => {
    const live = await logs('-p', 'after', '--tail=20');
    navi.simulator.faults.always(() => true, { kind: 'reset' });
    const away = await logs('-p', 'after', '--tail=20');
    expect(away).toMatchObject({ stdout: live.stdout, code: 0 });
    expect(away.stderr).toMatch(/not from the cluster: the cluster cannot be asked: .*\nkept log of after\/app: /);
    navi.simulator.faults.clear();
    await stopDaemon();
    const alone = await logs('-p', 'after', '--tail=20');
    expect(alone).toMatchObject({ stdout: live.stdout, code: 0 });
    expect(alone.stderr).toMatch(/^not from the cluster: no daemon is running.*\nkept log of after\/app: /);
    const nothing = await logs('done');
    expectError(nothing, 5, /no daemon is running/);
    expect(nothing.stderr).not.toContain('prefetch');
    expect((await logs('-p', 'web-0')).stdout).not.toBe('');
  });

  test('and go when the settings no longer want them', async () => {
    configure('[prefetch.logs]', 'namespaces = ["default"]');
    await startDaemon();
    await until('they are gone', () => rows().every(({ pod }) => pod === 'other'));
    expect(await logs('web-0')).toMatchObject({ stdout: '', code: 1 });
  });
});

test('sync --once waits for the logs that are wanted, and not for ever', async () => {
  await navi.navi(['stop']);
  configure('[prefetch.logs]', 'namespaces = ["shop"]');
  makePod('at-the-end');
  crash('at-the-end');
  navi.simulator.faults.always(isLog, { kind: 'delay', delayMs: 3_000 });
  expect((await navi.navi(['sync', '--once'])).code).toBe(0);
  expect(rows().filter(({ pod, state }) => pod === 'at-the-end' && state === 'kept')).toHaveLength(1);
  navi.simulator.faults.clear();
  makePod('too-slow');
  crash('too-slow');
  navi.simulator.faults.always(isLog, { kind: 'hang', before: 'headers' });
  const startedAt = Date.now();
  expect((await navi.navi(['sync', '--once'])).code).toBe(0);
  expect(Date.now() - startedAt).toBeGreaterThan(9_000);
  expect(rows().filter(({ pod }) => pod === 'too-slow')).toMatchObject([{ state: 'wanted' }]);
});
