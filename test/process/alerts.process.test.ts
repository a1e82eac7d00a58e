import { createHmac } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { askDaemon } from '../../src/control/control-client.ts';
import { controlSocketPath } from '../../src/control/socket-path.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { schemaFaults, type JsonSchema } from '../support/json-schema.ts';
import { installNavi, type NaviDaemon, type NaviInstallation } from '../support/navi-process.ts';
import { startLongCommand, type LongCommand } from '../support/long-command.ts';
import { expectError, naviProgram, steeringCharacters, steeringText } from '../support/synced-navi.ts';

/** Longest wait for what a daemon does (ms). */
const patience = { timeout: 20_000, interval: 100 };

const secret = 'between us';

const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas/alerts.json'), 'utf8')) as JsonSchema;

interface ToldAlert {
  readonly id: string;
  readonly rule: string;
  readonly name: string;
  readonly state: string;
  readonly summary: string;
}

interface ToldMessage {
  readonly key: string;
  readonly transition: string;
  readonly attempt: number;
  readonly incident: ToldAlert;
}

interface SeenRequest {
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

let simulator: Simulator;
let navi: NaviInstallation;
let daemon: NaviDaemon;
/** Where the configuration lies. */
let root: string;
let folder: string;
let hook: Server;
const requests: SeenRequest[] = [];
/** Status of the next answers of the webhook; 200 once there are none. */
const answers: number[] = [];

const crashing = (reason: string): JsonObject => ({
  status: {
    phase: 'Running',
    containerStatuses: [{ name: 'main', restartCount: 7, state: { waiting: { reason, message: 'back-off' } } }],
  },
});
const running: JsonObject = {
  status: { phase: 'Running', containerStatuses: [{ name: 'main', state: { running: {} } }] },
};
const condition = (type: string, status: string, reason: string): JsonObject => ({
  status: { conditions: [{ type, status, reason, message: `because of ${reason}` }] },
});

function pod(name: string, status: JsonObject): void {
  simulator.state.create('pods', {
    metadata: { name, namespace: 'default' },
    spec: { containers: [{ name: 'main', image: 'app' }] },
    ...status,
  });
}

function configure(more = ''): void {
  mkdirSync(join(root, 'navi'), { recursive: true });
  const { port } = hook.address() as AddressInfo;
  writeFileSync(
    join(root, 'navi', 'config.toml'),
    `
[alerts.rules]
crash-loop = { resolve_after = "0" }
node-not-ready = { for = "0" }
volume-claim-pending = { for = "1h" }
cluster-silent = { for = "1s" }

[alerts.rules.scaled-down]
type = "deployments.apps"
when = "previous != null && object.spec.replicas < previous.spec.replicas"
severity = "info"
summary = "from {previous.spec.replicas} to {spec.replicas} replicas"

[alerts.receivers.file]
command = ["${process.execPath}", "${join(root, 'receiver.cjs')}", "${join(root, 'told')}"]
severities = ["critical", "info"]

[alerts.receivers.hook]
webhook = "http://127.0.0.1:${port}/secret-path"
secret_file = "${join(root, 'secret')}"
rules = ["job-failed", "volume-claim-lost"]

[alerts.receivers.desk]
desktop = true
rules = ["rollout-stuck"]
${more}`,
  );
}

/** What the program of the receiver `file` was told. */
function told(): readonly ToldMessage[] {
  if (!existsSync(join(root, 'told'))) return [];
  const lines = readFileSync(join(root, 'told'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as ToldMessage);
}

async function alerts(...args: readonly string[]): Promise<readonly ToldAlert[]> {
  const { stdout, code } = await navi.ask(['alerts', '-o', 'json', ...args]);
  expect(code).toBe(0);
  const told = JSON.parse(stdout) as { alerts: readonly ToldAlert[] };
  expect(schemaFaults(told, schema)).toEqual([]);
  return told.alerts;
}

/** Waits until the alerts of a name are as they should be, and returns the first. */
async function alertOf(name: string, state = 'firing'): Promise<ToldAlert> {
  return await vi.waitFor(async () => {
    const found = (await alerts('--all')).find((each) => each.name === name && each.state === state);
    if (found === undefined) throw new Error(`${name} is not ${state}`);
    return found;
  }, patience);
}

beforeAll(async () => {
  simulator = await startSimulator();
  const { state } = simulator;
  pod('looping', crashing('CrashLoopBackOff'));
  pod('fine', running);
  state.create('nodes', { metadata: { name: 'lost' }, ...condition('Ready', 'Unknown', 'NodeStatusUnknown') });
  state.create('nodes', { metadata: { name: 'good' }, ...condition('Ready', 'True', 'KubeletReady') });
  for (const [name, phase] of [
    ['waiting', 'Pending'],
    ['gone', 'Lost'],
    ['bound', 'Bound'],
  ] as const)
    state.create('persistentvolumeclaims', { metadata: { name, namespace: 'default' }, spec: {}, status: { phase } });
  state.create('deployments.apps', {
    metadata: { name: 'stuck', namespace: 'default' },
    spec: { replicas: 3 },
    ...condition('Progressing', 'False', 'ProgressDeadlineExceeded'),
  });
  state.create('jobs.batch', {
    metadata: { name: 'broken', namespace: 'default' },
    spec: {},
    ...condition('Failed', 'True', 'BackoffLimitExceeded'),
  });

  hook = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      requests.push({ body, headers: request.headers });
      response.writeHead(answers.shift() ?? 200).end('thanks');
    });
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));

  folder = mkdtempSync(join(tmpdir(), 'navi-alerts-'));
  writeFileSync(join(folder, 'kubeconfig'), simulator.kubeconfig());
  navi = installNavi(join(folder, 'kubeconfig'));
  root = dirname(navi.dataDir);
  writeFileSync(join(root, 'secret'), `${secret}\n`);
  writeFileSync(
    join(root, 'receiver.cjs'),
    `const { appendFileSync, readFileSync, existsSync } = require('node:fs');
     const [, , file] = process.argv;
     appendFileSync(file, readFileSync(0, 'utf8') + '\\n');
     // While there is such a file the message is taken, and nobody hears of it; also by a daemon that is killed meanwhile.
     if (existsSync(file + '-hangs')) setInterval(() => existsSync(file) || process.exit(), 1_000);`,
  );
  mkdirSync(join(root, 'bin'));
  writeFileSync(
    join(root, 'bin', 'notify-send'),
    `#!/bin/sh\nfor word in "$@"; do printf '%s\\n' "$word" >> '${join(root, 'notes')}'; done\n`,
  );
  chmodSync(join(root, 'bin', 'notify-send'), 0o755);
  configure();
});

afterAll(async () => {
  await navi.remove();
  rmSync(folder, { recursive: true, force: true });
  await simulator.stop();
  hook.closeAllConnections();
  await new Promise((resolve) => hook.close(resolve));
});

function startLong(args: readonly string[]): LongCommand {
  const { NAVI_CONFIG: _config, XDG_RUNTIME_DIR: _runtime, ...rest } = process.env;
  const env = { ...rest, KUBECONFIG: join(folder, 'kubeconfig'), NAVI_DATA_DIR: navi.dataDir, XDG_CONFIG_HOME: root };
  return startLongCommand(process.execPath, [naviProgram, ...args], env);
}

/** Has the daemon ask the cluster now, and not with its next heartbeat. */
async function checkNow(): Promise<void> {
  const choice = { contexts: ['simulator'], kubeconfig: [join(folder, 'kubeconfig')] };
  await askDaemon(controlSocketPath(navi.dataDir, {}), { method: 'wake', ...choice });
}

function startDaemon(): NaviDaemon {
  return navi.daemon([], ['env', `PATH=${join(root, 'bin')}:${process.env['PATH'] ?? ''}`]);
}

const sample = { namespace: 'default' };

describe('navi alerts', () => {
  test('of what was never mirrored is no list without alerts', async () => {
    expectError(await navi.ask(['alerts']), 6, /is not mirrored yet/, /navi sync/);
  });

  test('lists what the built-in rules find in what was there before the daemon', async () => {
    daemon = startDaemon();
    for (const [name, rule, summary] of [
      ['looping', 'crash-loop', 'container main crashes again and again'],
      ['lost', 'node-not-ready', 'is not ready: because of NodeStatusUnknown'],
      ['gone', 'volume-claim-lost', 'has lost its volume '],
      ['stuck', 'rollout-stuck', 'does not get on: because of ProgressDeadlineExceeded'],
      ['broken', 'job-failed', 'has failed: because of BackoffLimitExceeded'],
    ] as const)
      expect(await alertOf(name)).toMatchObject({ rule, summary });
    expect((await alerts()).map(({ name }) => name).toSorted()).toEqual(['broken', 'gone', 'looping', 'lost', 'stuck']);

    const { stdout, stderr } = await navi.ask(['alerts']);
    expect(stdout).toMatch(/^ID +SEVERITY +RULE +OBJECT +SINCE +STATE +SUMMARY\n\S{8} +critical /);
    expect(stdout).toMatch(
      / crash-loop +pods\/default\/looping +\d+s +firing +container main crashes again and again\n/,
    );
    expect(stderr).toBe('');
    const { stdout: ids } = await navi.ask(['alerts', '-o', 'name']);
    expect(ids).toMatch(/^([a-z0-9]{8}\n){5}$/);
  });

  test('tells receivers once, each of what it wants to hear', async () => {
    await vi.waitFor(() => {
      expect(
        told()
          .map(({ incident }) => incident.name)
          .toSorted(),
      ).toEqual(['gone', 'looping', 'lost', 'stuck']);
      expect(requests).toHaveLength(2);
      expect(existsSync(join(root, 'notes'))).toBe(true);
    }, patience);
    for (const { body, headers } of requests) {
      const message = JSON.parse(body) as ToldMessage;
      expect(message).toMatchObject({ transition: 'firing', attempt: 1, incident: { state: 'firing' } });
      expect(headers['idempotency-key']).toBe(`${message.incident.id}-firing`);
      const signed = `${String(headers['navi-timestamp'])}.${body}`;
      expect(headers['navi-signature']).toBe(`v1=${createHmac('sha256', secret).update(signed).digest('hex')}`);
    }
    expect(readFileSync(join(root, 'notes'), 'utf8').split('\n').slice(0, 5)).toEqual([
      '--urgency=critical',
      '--app-name=navi',
      '--',
      'navi: critical: rollout-stuck',
      'deployments.apps/default/stuck (simulator) does not get on: because of ProgressDeadlineExceeded',
    ]);
  });

  test('follows the cluster: an alert ends with its condition, and with its object', async () => {
    const { id } = await alertOf('looping');
    simulator.state.patch('pods', { ...sample, name: 'looping' }, running);
    expect((await alertOf('looping', 'resolved')).id).toBe(id);
    simulator.state.delete('jobs.batch', { ...sample, name: 'broken' });
    await alertOf('broken', 'resolved');
    await vi.waitFor(() => {
      expect(
        told()
          .filter(({ incident }) => incident.id === id)
          .map(({ key }) => key),
      ).toEqual([`${id}-firing`, `${id}-resolved`]);
      expect(requests.map(({ body }) => (JSON.parse(body) as ToldMessage).transition)).toEqual([
        'firing',
        'firing',
        'resolved',
      ]);
    }, patience);
    simulator.state.patch('pods', { ...sample, name: 'looping' }, crashing('CrashLoopBackOff'));
    expect((await alertOf('looping')).id).not.toBe(id);
  });

  test('judges a rule of the configuration by the object and the state before', async () => {
    simulator.state.patch('deployments.apps', { ...sample, name: 'stuck' }, { spec: { replicas: 5 } });
    simulator.state.patch('deployments.apps', { ...sample, name: 'stuck' }, { spec: { replicas: 2 } });
    await vi.waitFor(async () => {
      const found = (await alerts()).filter(({ rule }) => rule === 'scaled-down');
      expect(found).toEqual([expect.objectContaining({ name: 'stuck', summary: 'from 5 to 2 replicas' })]);
    }, patience);
    simulator.state.patch('deployments.apps', { ...sample, name: 'stuck' }, { metadata: { labels: { a: 'b' } } });
    await vi.waitFor(async () => {
      expect((await alerts('--all')).find(({ rule }) => rule === 'scaled-down')).toMatchObject({ state: 'resolved' });
    }, patience);
  });

  test('shows nothing of an object that steers a terminal', async () => {
    simulator.state.create('persistentvolumeclaims', {
      metadata: { name: 'odd', namespace: 'default' },
      spec: { volumeName: steeringText },
      status: { phase: 'Lost' },
    });
    await alertOf('odd');
    for (const args of [[], ['-o', 'json'], ['--all']])
      expect(steeringCharacters((await navi.ask(['alerts', ...args])).stdout)).toEqual([]);
  });

  test('are part of a report, those that are over too', async () => {
    const { stdout } = await navi.ask(['report', '-o', 'json', '--since', '1h']);
    const { clusters } = JSON.parse(stdout) as {
      clusters: { alerts: { rows: (ToldAlert & { type: string })[]; firingCount: number } }[];
    };
    const { rows = [], firingCount } = clusters[0]?.alerts ?? {};
    expect(firingCount).toBe((await alerts()).length);
    expect(rows).toContainEqual(expect.objectContaining({ name: 'lost', type: 'nodes', state: 'firing' }));
    expect(rows.at(-1)).toMatchObject({ state: 'resolved' });
    const markdown = await navi.ask(['report', '-o', 'md']);
    expect(markdown.stdout).toMatch(/node-not-ready.*nodes lost/);
  });

  test('says who takes care of one, and whom nobody knows', async () => {
    const { id } = await alertOf('lost');
    expect(await navi.ask(['alerts', 'ack', id])).toMatchObject({ code: 0, stderr: 'acked 1 alert\n' });
    expect((await navi.ask(['alerts'])).stdout).toMatch(new RegExp(`^${id} .* firing, acked by \\S+ `, 'm'));
    const slip = `${id.slice(0, 7)}!`;
    expectError(
      await navi.ask(['alerts', 'ack', id, slip]),
      2,
      /there is no alert/,
      new RegExp(`did you mean ${id}\\?`),
    );
    expect(await navi.ask(['alerts', 'ack', '--undo', id])).toMatchObject({ code: 0 });
    expect((await navi.ask(['alerts'])).stdout).not.toContain('acked');
  });

  test('tells nobody of what is silent, until that ends', async () => {
    expectError(await navi.run(['alerts', 'silence', 'crash-loop']), 2, /needs --for/, /--for 2h/);
    expectError(await navi.run(['alerts', 'silence', 'crash-lop', '--for', '2h']), 2, /neither/, /crash-loop\?/);
    expect((await navi.run(['alerts', 'silence', 'crash-loop', '--for', '2h'])).code).toBe(0);
    pod('quiet', crashing('CrashLoopBackOff'));
    pod('short', crashing('CrashLoopBackOff'));
    const { id } = await alertOf('quiet');
    await alertOf('short');
    expect((await navi.ask(['alerts'])).stdout).toMatch(/default\/quiet .* firing, silent for /);
    expect((await navi.ask(['alerts', 'rules'])).stdout).toMatch(
      /^crash-loop +navi +critical +pods +- +(2h|1\d\dm|119m)/m,
    );
    simulator.state.delete('pods', { ...sample, name: 'short' });
    await alertOf('short', 'resolved');
    // What came later and is not silent has arrived: the silent ones had their chance.
    simulator.state.create('nodes', { metadata: { name: 'later' }, ...condition('Ready', 'False', 'KubeletNotReady') });
    await vi.waitFor(() => expect(told().map(({ incident }) => incident.name)).toContain('later'), patience);
    expect(told().map(({ incident }) => incident.name)).not.toContain('quiet');
    expectError(await navi.run(['alerts', 'unsilence', 'crash-lop']), 2, /not silent/, /did you mean crash-loop\?/);
    expect((await navi.run(['alerts', 'unsilence', 'crash-loop'])).code).toBe(0);
    await vi.waitFor(() => expect(told().map(({ key }) => key)).toContain(`${id}-firing`), patience);
    expect(told().map(({ incident }) => incident.name)).not.toContain('short');
  });

  test('is told again where a webhook fails, by the same key', async () => {
    const before = requests.length;
    answers.push(503, 503);
    simulator.state.create('jobs.batch', {
      metadata: { name: 'again', namespace: 'default' },
      spec: {},
      ...condition('Failed', 'True', 'DeadlineExceeded'),
    });
    const { id } = await alertOf('again');
    await vi.waitFor(() => expect(requests.length).toBeGreaterThan(before), patience);
    const { stderr } = await navi.ask(['alerts']);
    expect(stderr).toMatch(/receivers could not be told of 1 alert yet: http:\/\/127\.0\.0\.1:\d+ answered with 503\n/);
    expect(stderr).not.toContain('secret-path');
    await vi.waitFor(() => expect(requests).toHaveLength(before + 3), { timeout: 40_000, interval: 100 });
    const sent = requests.slice(before);
    expect(new Set(sent.map(({ headers }) => headers['idempotency-key']))).toEqual(new Set([`${id}-firing`]));
    expect(sent.map(({ body }) => (JSON.parse(body) as ToldMessage).attempt)).toEqual([1, 2, 3]);
  });

  test('has what did not last long enough yet among all', async () => {
    expect(await alertOf('waiting', 'pending')).toMatchObject({ rule: 'volume-claim-pending' });
  });
});

describe('what is watched', () => {
  test('is a line for each alert that is there, comes, or is over', async () => {
    const watch = startLong(['alerts', '--watch']);
    await vi.waitFor(
      () => expect(watch.stdout()).toMatch(/ firing {2}critical {2}node-not-ready {2}nodes\/lost /),
      patience,
    );
    pod('seen', crashing('CrashLoopBackOff'));
    await vi.waitFor(() => expect(watch.stdout()).toMatch(/ firing .*default\/seen /), patience);
    simulator.state.delete('pods', { ...sample, name: 'seen' });
    await vi.waitFor(() => expect(watch.stdout()).toMatch(/ resolved \S+ ago .*default\/seen /), patience);
    expect(await watch.kill('SIGINT')).toMatchObject({ code: 130 });
  });

  test('is JSON, a line for each, that fits its schema', async () => {
    const watch = startLong(['alerts', '--watch', '-o', 'json']);
    await vi.waitFor(() => expect(watch.stdout()).toContain('"name":"lost"'), patience);
    await watch.kill('SIGINT');
    const alert = (schema.$defs ?? {})['alert'] as JsonSchema;
    for (const line of watch.stdout().trimEnd().split('\n')) expect(schemaFaults(JSON.parse(line), alert)).toEqual([]);
  });
});

describe('a user.db that somebody else keeps locked', () => {
  test('delays what is told, and loses nothing', async () => {
    const other = new SqliteDatabase(join(navi.dataDir, 'user.db'));
    other.exec('begin immediate');
    pod('patient', crashing('CrashLoopBackOff'));
    await daemon.waitFor('it cannot write', ({ msg }) => msg === 'alerts cannot be kept');
    expect((await navi.ask(['alerts'])).code).toBe(0);
    other.exec('rollback');
    other.close();
    await alertOf('patient');
    await vi.waitFor(() => expect(told().map(({ incident }) => incident.name)).toContain('patient'), patience);
  });
});

describe('a daemon that is killed', () => {
  test('between sending and noting sends again, and loses nothing that happened while it was away', async () => {
    writeFileSync(join(root, 'told-hangs'), '');
    pod('last', crashing('CrashLoopBackOff'));
    const { id } = await alertOf('last');
    await vi.waitFor(() => expect(told().map(({ key }) => key)).toContain(`${id}-firing`), patience);
    await daemon.kill('SIGKILL');
    rmSync(join(root, 'told-hangs'));

    const away = await navi.ask(['alerts']);
    expect(away.stdout).toContain('default/last');
    expect(away.stderr).toContain('no daemon runs, so nobody looks for what is wrong');
    const lost = await alertOf('lost');
    pod('meanwhile', crashing('CrashLoopBackOff'));
    simulator.state.delete('pods', { ...sample, name: 'quiet' });

    daemon = startDaemon();
    await alertOf('meanwhile');
    const quiet = await alertOf('quiet', 'resolved');
    await vi.waitFor(() => {
      expect(
        told()
          .filter(({ key }) => key === `${id}-firing`)
          .map(({ attempt }) => attempt),
      ).toEqual([1, 2]);
      expect(told().map(({ incident }) => incident.name)).toContain('meanwhile');
      expect(told().map(({ key }) => key)).toContain(`${quiet.id}-resolved`);
    }, patience);
    expect((await alertOf('lost')).id).toBe(lost.id);
    const keys = told()
      .map(({ key }) => key)
      .filter((key) => key !== `${id}-firing`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('and whose mirror is rebuilt goes on with the same alerts', async () => {
    const { id } = await alertOf('lost');
    const messages = told().length;
    await daemon.kill('SIGTERM');
    rmSync(join(navi.dataDir, 'mirrors'), { recursive: true });
    simulator.state.create('nodes', { metadata: { name: 'new' }, ...condition('Ready', 'False', 'KubeletNotReady') });
    daemon = startDaemon();
    await alertOf('new');
    expect((await alertOf('lost')).id).toBe(id);
    await vi.waitFor(() => expect(told().map(({ incident }) => incident.name)).toContain('new'), patience);
    expect(
      told()
        .slice(messages)
        .map(({ incident }) => incident.name),
    ).toEqual(['new']);
  });
});

describe('a cluster that falls silent', () => {
  test('is an alert, and nothing else is over because of it', async () => {
    const before = (await alerts()).map(({ id }) => id).toSorted();
    simulator.faults.always(() => true, { kind: 'reset' });
    simulator.state.endWatches();
    await checkNow();
    const silent = await alertOf('', 'firing');
    expect(silent).toMatchObject({ rule: 'cluster-silent', type: 'cluster', namespace: null });
    expect((await navi.ask(['alerts'])).stdout).toMatch(/ cluster-silent +simulator +\d+s +firing +does not answer: /);
    expect((await alerts()).map(({ id }) => id).toSorted()).toEqual([...before, silent.id].toSorted());

    simulator.faults.clear();
    await checkNow();
    await alertOf('', 'resolved');
    expect((await alerts()).map(({ id }) => id).toSorted()).toEqual(before);
  });
});
