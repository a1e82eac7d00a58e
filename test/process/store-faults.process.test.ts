import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseKubeconfig } from '../../src/kubeconfig/parse-kubeconfig.ts';
import { mirrorId, resolveContext } from '../../src/kubeconfig/resolve-context.ts';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { mirrorFile } from '../../src/store/data-directory.ts';
import { amountOf } from '../support/long-run.ts';
import { brokenInvariants, mirrorDifferences } from '../support/mirror-oracle.ts';
import { installNavi, type NaviDaemon, type NaviInstallation } from '../support/navi-process.ts';
import { failing } from '../support/recorded-writes.ts';
import { ServerHistory } from '../support/server-history.ts';
import { waitingTypes } from '../support/stored-mirror.ts';
import { StoreView } from '../support/store-view.ts';

const root = mkdtempSync(join(tmpdir(), 'navi-test-'));
let simulator: Simulator;
let history: ServerHistory;
let navi: NaviInstallation;
let file: string;
let view: StoreView;

const at = (name: string) => ({ namespace: 'default', name });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let written = 0;

/** Writes to each of so many objects. */
function change(count = 5): void {
  written += 1;
  for (let index = 0; index < count; index += 1) {
    simulator.state.patch('configmaps', at(`c-${index}`), { data: { written: String(written) } });
  }
}

beforeEach(async () => {
  simulator = await startSimulator();
  history = new ServerHistory(simulator.state);
  for (let index = 0; index < 40; index += 1) {
    simulator.state.create('configmaps', { metadata: at(`c-${index}`), data: { padding: 'x'.repeat(2_000) } });
  }
  const kubeconfig = join(root, 'kubeconfig');
  writeFileSync(kubeconfig, simulator.kubeconfig());
  navi = installNavi(kubeconfig);
  file = mirrorFile(
    navi.dataDir,
    mirrorId(resolveContext(parseKubeconfig(simulator.kubeconfig(), kubeconfig), undefined)),
  );
  view = new StoreView(() => file);
});
afterEach(async () => {
  view.close();
  await navi.remove();
  await simulator.stop();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Where the store is not what the server has; what it says while it cannot be read. */
function differences(): readonly string[] {
  if (!existsSync(file)) return ['no store'];
  try {
    const waiting = waitingTypes(view);
    return waiting.length > 0 ? waiting : mirrorDifferences({ view, state: simulator.state });
  } catch (error) {
    return [(error as Error).message];
  }
}

async function until(what: string, holds: () => boolean, timeoutMs = 60_000): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!holds()) {
    if (performance.now() > giveUpAt)
      throw new Error(`not within ${timeoutMs} ms: ${what}\n${differences().join('\n')}`);
    await pause(20);
  }
}

const untilEqual = (): Promise<void> => until('the store equals the server', () => differences().length === 0);

/** Holds what is committed to the promises; on a real clock a write of just before a heartbeat may be on its way. */
const broken = (): readonly string[] =>
  brokenInvariants({ view, history, state: simulator.state }, {}).filter((line) => !line.startsWith('I6 '));

const has = (daemon: NaviDaemon, message: string): boolean => daemon.log().some(({ msg }) => msg === message);

/** Every write since the revision is in the change log. */
function untold(revision: number): readonly string[] {
  const told = new Set(
    view
      .all<{ key: string; version: string }>('select key, resource_version as version from change')
      .map(({ key, version }) => `${key}@${version}`),
  );
  const writes = simulator.state.store.eventsAfter(simulator.state.type('configmaps').storage, revision);
  return writes.map((write) => `${write.key}@${write.revision}`).filter((name) => !told.has(name));
}

describe('40: a disk that refuses', () => {
  const refusals = [
    ['writes for want of room', 'pwrite64', 'error=ENOSPC:when=3500..3504', 'no room left on the disk'],
    ['writes with an I/O error', 'pwrite64', 'error=EIO:when=3500..3504', 'disk I/O error'],
    ['writes as read-only', 'pwrite64', 'error=EROFS:when=3500..3504', 'disk I/O error'],
  ] as const;

  test.each(refusals.slice(0, amountOf(2, 3)))(
    '%s stops no daemon, commands go on answering, and no change is lost once it takes them again',
    async (_what, calls, how, says) => {
      const daemon = navi.daemon([], failing(file, { calls, how }));
      await untilEqual();
      const { revision } = simulator.state;
      await until('it is refused', () => {
        change();
        return has(daemon, 'store cannot be written');
      });
      const line = daemon.log().find(({ msg }) => msg === 'store cannot be written');
      expect(JSON.stringify(line)).toContain(says);
      const answer = await navi.run(['get', 'configmaps', 'c-39', '-o', 'name']);
      expect(answer).toMatchObject({ stdout: 'configmap/c-39\n', code: 0 });
      expect(broken()).toEqual([]);
      await until('it takes them again', () => {
        change();
        return has(daemon, 'store can be written again');
      });
      await untilEqual();
      expect(broken()).toEqual([]);
      expect(untold(revision)).toEqual([]);
      expect((await daemon.kill('SIGTERM')).code).toBe(0);
    },
    90_000,
  );

  test('while the first lists are stored, and syncs that fail, is listed again', async () => {
    const daemon = navi.daemon([], failing(file, { calls: 'pwrite64', how: 'error=ENOSPC:when=400..404' }));
    await until('it is refused', () => has(daemon, 'store cannot be written'));
    await untilEqual();
    await daemon.kill('SIGTERM');
    const again = navi.daemon([], failing(file, { calls: 'fsync,fdatasync', how: 'error=EIO:when=1..4' }));
    await until('it has begun', () => has(again, 'discovered'));
    for (let round = 0; round < 20; round += 1) {
      change(40);
      await pause(20);
    }
    await untilEqual();
    expect(broken()).toEqual([]);
    expect((await again.kill('SIGTERM')).code).toBe(0);
    expect(differences()).toEqual([]);
  }, 90_000);
});

/** Largest resident memory of a process so far (MiB). */
function peakMib(pid: number): number {
  const kib = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) / 1_024;
}

describe('37: a slow disk', () => {
  test('costs time, and neither memory nor changes', async () => {
    const daemon = navi.daemon([], failing(file, { calls: 'pwrite64', how: 'delay_enter=100' }));
    await untilEqual();
    const { revision } = simulator.state;
    const beforeMib = peakMib(daemon.pid);
    const data = { padding: 'y'.repeat(8_000) };
    for (let round = 0; round < 25; round += 1) {
      for (let index = 0; index < 40; index += 1) {
        simulator.state.patch('configmaps', at(`c-${index}`), { data: { ...data, round: String(round) } });
      }
      await pause(1);
    }
    await untilEqual();
    expect(untold(revision)).toEqual([]);
    expect(broken()).toEqual([]);
    expect(peakMib(daemon.pid) - beforeMib).toBeLessThan(100);
  }, 90_000);
});

describe('66: a daemon that slept through another one', () => {
  test('commits nothing when it wakes, and ends with what took over', async () => {
    const first = navi.daemon();
    await untilEqual();
    process.kill(first.pid, 'SIGSTOP');
    for (const name of ['lock.db', 'lock.db-wal', 'lock.db-shm']) rmSync(join(navi.dataDir, name), { force: true });
    const second = navi.daemon();
    await until('the second has begun', () => has(second, 'discovered'));
    await untilEqual();
    change();
    await untilEqual();
    process.kill(first.pid, 'SIGCONT');
    await until('the first wakes to a change', () => {
      change();
      return has(first, 'store cannot be written');
    });
    const ended = await first.ended;
    expect(ended.code).toBe(5);
    expect(ended.stderr).toMatch(/another navi has taken over .*mirror\.db/);
    change();
    await untilEqual();
    expect(broken()).toEqual([]);
    expect((await second.kill('SIGTERM')).code).toBe(0);
  }, 60_000);

  test('is refused and told who keeps the store where it starts second', async () => {
    const first = navi.daemon();
    await untilEqual();
    const second = await navi.daemon().ended;
    expect(second.code).toBe(5);
    expect(second.stderr).toContain(`another navi (pid ${first.pid}) keeps the mirrors`);
  });
});
