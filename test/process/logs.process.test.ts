import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import type { FaultRequest } from '../../src/simulator/fault.ts';
import type { PodLogSource } from '../../src/simulator/pod-logs.ts';
import { openTerminal } from '../support/terminal.ts';
import { startLongCommand, type LongCommand } from '../support/long-command.ts';
import { expectError, naviProgram, syncedNavi, type ProgramResult, type SyncedNavi } from '../support/synced-navi.ts';

let navi: SyncedNavi;

/** Logs that are open at the server. */
let openCount = 0;

/** What is steering in a log, with bytes that are no text. */
const nasty = Buffer.concat([Buffer.from('\u001B[31mred\u001B[0m ü\u0007\n'), Buffer.from([0xff, 0xc3, 0x0a])]);

/** A container tells by its name what its log is. */
const podLogs: PodLogSource = ({ container }) => {
  switch (container) {
    case 'nasty':
      return [nasty];
    case 'endless':
      return endless((index) => `line ${index}\n`);
    case 'flood':
      return endless((index) => `line ${index}\n`.repeat(10_000), 0);
    case 'silent':
      return endless(() => '');
    case 'large':
      return Array.from({ length: 64 }, (_, index) => Buffer.alloc(65_536, `${index % 10}`.repeat(63).concat('\n')));
    default:
      return undefined;
  }
};

async function* endless(text: (index: number) => string, waitMs = 100): AsyncGenerator<Uint8Array> {
  openCount += 1;
  try {
    for (let index = 0; index < Infinity; index += 1) {
      yield Buffer.from(text(index));
      await pause(waitMs, undefined, { ref: false });
    }
  } finally {
    openCount -= 1;
  }
}

function makePod(name: string, containers: readonly string[], status: JsonObject = {}): void {
  navi.simulator.state.create('pods', {
    metadata: { name, namespace: 'default', labels: { app: name.split('-')[0] ?? '' } },
    spec: { nodeName: 'a', containers: containers.map((container) => ({ name: container })) },
    status,
  });
}

const logs = (...args: readonly string[]): Promise<ProgramResult> => navi.navi(['logs', ...args]);

/** Starts logs that go on. */
const startLogs = (...args: readonly string[]): LongCommand =>
  startLongCommand(process.execPath, [naviProgram, 'logs', ...args], navi.environment());

const isLog = ({ path }: Pick<FaultRequest, 'path'>): boolean => path.endsWith('/log');

/** Resolves once the server has so many logs open. */
async function untilOpen(count: number): Promise<void> {
  for (let attempt = 0; attempt < 500 && openCount !== count; attempt += 1) await pause(20);
  expect(openCount).toBe(count);
}

beforeAll(async () => {
  navi = await syncedNavi(0, { podLogs });
  for (const name of ['nasty', 'endless', 'flood', 'silent', 'large', 'plain']) makePod(name, [name]);
  makePod('pair-0', ['endless', 'silent']);
  makePod('pair-1', ['endless']);
});

afterEach(() => navi.simulator.faults.clear());

afterAll(async () => {
  await navi.remove();
});

test('without a daemon navi logs names what starts one, and kubectl', async () => {
  await navi.navi(['sync', '--once']);
  expectError(
    await logs('plain', '--tail=3'),
    5,
    /no daemon is running/,
    /navi sync --detach/,
    /kubectl logs plain --tail=3/,
  );
  expectError(await logs('nope'), 6, /a running navi sync would ask the cluster/, /kubectl logs nope/);
  const never = await navi.navi(['logs', 'plain'], { NAVI_DATA_DIR: `${navi.folder}/never` });
  expectError(never, 6, /is not mirrored yet/);
});

describe('beside a daemon navi logs', () => {
  beforeAll(async () => {
    expect((await navi.navi(['sync', '--detach'])).code).toBe(0);
    expect((await navi.navi(['sync', '--once'])).code).toBe(0);
  });

  afterAll(async () => {
    await navi.navi(['stop']);
  });

  test('asks the cluster for nothing but the log', async () => {
    const before = navi.simulator.requests.length;
    const { stdout, stderr, code } = await logs('plain', '--tail=1');
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(stdout).toMatch(/^[A-Z]+ plain: .+\n$/);
    const asked = navi.simulator.requests.slice(before).filter(({ path }) => path.includes('/pods'));
    expect(asked.map(({ path, query }) => `${path}?${query.toString()}`)).toEqual([
      '/api/v1/namespaces/default/pods/plain/log?container=plain&tailLines=1',
    ]);
  });

  test('gives a pipe every byte, and a terminal nothing that steers it', async () => {
    const piped = await navi.shell('navi logs nasty | od -An -tx1 | tr -d " \n"');
    expect(piped.stdout).toBe(nasty.toString('hex'));
    const shown = await navi.onTerminal('logs nasty', 80);
    expect(shown).toBe('^[[31mred^[[0m ü \n\uFFFD\uFFFD\n');
    const prefixed = await navi.shell('navi logs nasty --prefix | od -An -c -w100');
    expect(prefixed.stdout.match(/\[ +p +o +d +\//g)).toHaveLength(2);
  });

  test('passes on a log of any length', async () => {
    const { stdout } = await navi.shell('navi logs large | wc -c');
    expect(stdout.trim()).toBe(String(64 * 65_536));
  });

  test('shows each line as it comes, and lets go of everything when it is interrupted', async () => {
    const one = startLogs('-f', 'endless');
    await one.until('some lines', () => one.stdout().includes('line 3\n'));
    expect(openCount).toBe(1);
    expect(await one.kill('SIGINT')).toEqual({ code: 130, signal: null });
    await untilOpen(0);
    const several = startLogs('-f', '-l', 'app=pair', '--all-containers', '--prefix');
    await several.until('lines of both', () =>
      /pair-0\/endless\] line 2\n[^]*pair-1\/endless\] line 2\n/.test(several.stdout()),
    );
    expect(openCount).toBe(3);
    expect(several.stdout()).toMatch(/^(\[pod\/pair-[01]\/(endless|silent)\] line \d+\n)+$/);
    await several.kill('SIGTERM');
    await untilOpen(0);
  });

  test('ends quietly with the reader of its pipe, and so does the log', async () => {
    const { stdout, stderr, code } = await navi.shell('navi logs flood -f | head -n 2; echo "${PIPESTATUS[0]}"');
    expect({ stdout, stderr, code }).toEqual({ stdout: 'line 0\nline 0\n0\n', stderr: '', code: 0 });
    await untilOpen(0);
  });

  test('is ended by a signal also where nobody reads what it wrote', async () => {
    const stalled = startLogs('-f', 'flood');
    stalled.read(false);
    await untilOpen(1);
    await pause(500);
    // A command that needs the daemon is answered meanwhile.
    expect(await logs('plain', '--tail=1')).toMatchObject({ code: 0 });
    expect(await stalled.kill('SIGINT')).toEqual({ code: 130, signal: null });
    await untilOpen(0);
  });

  test('says where a log broke off, after all that came before', async () => {
    navi.simulator.faults.once(isLog, { kind: 'truncate', afterBytes: 100_000, by: 'reset' });
    const { stdout, stderr, code } = await logs('large');
    expect(stdout).toHaveLength(100_000);
    expect(stderr).toMatch(/^error: the answer of the cluster broke off: .+\n {2}navi status/);
    expect(code).toBe(6);
    navi.simulator.faults.once(isLog, { kind: 'truncate', afterBytes: 100_000, by: 'reset' });
    const ignoring = await logs('large', '--ignore-errors');
    expect(ignoring.stdout).toMatch(/error: the answer of the cluster broke off: .+\n$/);
    expect({ ...ignoring, stdout: '' }).toEqual({ stdout: '', stderr: '', code: 0 });
  });

  test('waits for an answer as long as it takes, and says where none comes', async () => {
    navi.simulator.faults.once(isLog, { kind: 'delay', delayMs: 1_500 });
    expect(await logs('plain', '--tail=1')).toMatchObject({ code: 0, stderr: '' });
    navi.simulator.faults.once(isLog, { kind: 'reset' });
    expectError(await logs('plain'), 6, /the cluster cannot be asked/, /navi status/);
  });

  test('tries again what it follows while the server refuses it', async () => {
    const status = { kind: 'Status', apiVersion: 'v1', message: 'not yet', reason: 'BadRequest', code: 400 };
    navi.simulator.faults.times(2, isLog, { kind: 'answer', status: 400, body: status });
    const following = startLogs('-f', 'endless');
    await following.until('lines', () => following.stdout().includes('line 1\n'));
    expect(following.stderr()).toBe('not yet\nnot yet\n');
    await following.kill('SIGKILL');
    await untilOpen(0);
  });

  test('reads in one context at a time', async () => {
    const context = { cluster: 'simulator', user: 'admin' };
    const other = navi.file('other', JSON.stringify({ contexts: [{ name: 'b', context }] }));
    const env = { KUBECONFIG: `${navi.kubeconfig}:${other}` };
    const both = await navi.navi(['logs', 'plain', '--context', 'simulator', '--context', 'b'], env);
    expectError(both, 2, /one context at a time/);
  });

  test('shows whole lines on a terminal as they come', async () => {
    const line = `${process.execPath} ${naviProgram} logs -f endless`;
    const terminal = await openTerminal(line, { columns: 60, rows: 10 }, navi.environment());
    try {
      await terminal.until('lines', (lines) => lines.includes('line 2'));
    } finally {
      terminal.close();
    }
    await untilOpen(0);
  });

  test('says so when the daemon is stopped, or dies', async () => {
    const told = startLogs('-f', 'endless');
    await told.until('a line', () => told.stdout() !== '');
    expect((await navi.navi(['stop'])).code).toBe(0);
    expect((await told.ended).code).toBe(5);
    expect(told.stderr()).toMatch(/^error: the daemon (no longer mirrors this cluster|went away before the end)/);
    await untilOpen(0);
    const { stderr } = await navi.navi(['sync', '--detach']);
    await navi.navi(['sync', '--once']);
    const untold = startLogs('-f', 'endless');
    await untold.until('a line', () => untold.stdout() !== '');
    process.kill(Number(/pid (\d+)/.exec(stderr)?.[1]), 'SIGKILL');
    expect((await untold.ended).code).toBe(5);
    expect(untold.stderr()).toMatch(/^error: the daemon went away before the end/);
    await untilOpen(0);
  });
});
