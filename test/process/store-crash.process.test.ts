import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lineLogger } from '../../src/daemon/logger.ts';
import { defaultConfig } from '../../src/config/config.ts';
import { SyncProcess } from '../../src/daemon/sync-process.ts';
import { parseKubeconfig } from '../../src/kubeconfig/parse-kubeconfig.ts';
import { mirrorId, resolveContext, type ResolvedContext } from '../../src/kubeconfig/resolve-context.ts';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { mirrorFile } from '../../src/store/data-directory.ts';
import { systemClock } from '../../src/util/clock.ts';
import { amountOf } from '../support/long-run.ts';
import { brokenInvariants, mirrorDifferences, type Compared } from '../support/mirror-oracle.ts';
import { installNavi } from '../support/navi-process.ts';
import {
  afterPowerCut,
  failing,
  readRecording,
  recording,
  ReplayedStore,
  type CutKind,
  type StoreOperation,
} from '../support/recorded-writes.ts';
import { ServerHistory } from '../support/server-history.ts';
import { waitingTypes } from '../support/stored-mirror.ts';
import { StoreView } from '../support/store-view.ts';

/** Every write in the long run, some of each kind in the short one. */
const killStep = amountOf(8, 1);
const powerCutCount = amountOf(100, 6_000);
const restartCount = amountOf(4, 60);
const killedCount = amountOf(2, 40);

const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'navi-test-'));
let simulator: Simulator;
let history: ServerHistory;
let context: ResolvedContext;
/** Revision of the cluster after which no resume point expired. */
let lastListed: number;
let operations: readonly StoreOperation[];

const at = (name: string) => ({ namespace: 'default', name });
const padding = 'x'.repeat(1_500);

beforeAll(async () => {
  simulator = await startSimulator();
  history = new ServerHistory(simulator.state);
  for (let index = 0; index < 60; index += 1) make(`c-${index}`);
  simulator.state.create('secrets', { metadata: at('s'), data: { key: 'c2VjcmV0' } });
  const kubeconfig = simulator.kubeconfig();
  context = resolveContext(parseKubeconfig(kubeconfig, 'kubeconfig'), undefined);
  operations = await recordedSync(kubeconfig);
});
afterAll(async () => {
  await simulator.stop();
  rmSync(root, { recursive: true, force: true });
});

function make(name: string): void {
  simulator.state.create('configmaps', { metadata: at(name), data: { padding } });
}

/** What a daemon does to its store from its first start to its end, with changes, a relist and a deletion on the way. */
async function recordedSync(kubeconfig: string): Promise<readonly StoreOperation[]> {
  const trace = join(root, 'trace');
  const kubeconfigFile = join(root, 'kubeconfig');
  writeFileSync(kubeconfigFile, kubeconfig);
  const navi = installNavi(kubeconfigFile);
  const file = mirrorFile(navi.dataDir, mirrorId(context));
  const daemon = navi.daemon([], recording(file, trace));
  try {
    await untilEqual(file);
    // Resume points expire: every type is listed again.
    for (const gone of ['c-57', 'c-58', 'c-59']) simulator.state.delete('configmaps', at(gone));
    simulator.state.store.advance(5);
    simulator.state.restartApiServer();
    await untilEqual(file);
    lastListed = simulator.state.revision;
    for (let round = 0; round < 5; round += 1) {
      for (let index = 0; index < 10; index += 1) {
        simulator.state.patch('configmaps', at(`c-${round * 10 + index}`), { data: { round: String(round) } });
      }
      make(`new-${round}`);
      simulator.state.delete('configmaps', at(`c-${round}`));
      await untilEqual(file);
    }
    expect((await daemon.kill('SIGTERM')).code).toBe(0);
    return await readRecording(file, trace);
  } finally {
    await navi.remove();
  }
}

/** Real time goes on meanwhile. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

/** Until every scope is followed and has the server's objects. */
async function untilEqual(file: string, timeoutMs = 30_000): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  const lacks = (): readonly string[] => {
    if (!existsSync(file)) return ['no store'];
    try {
      return viewed(file, (compared) => {
        const waiting = waitingTypes(compared.view);
        if (waiting.length > 0) return waiting;
        return mirrorDifferences(compared);
      });
    } catch (error) {
      // The first migration is under way.
      return [(error as Error).message];
    }
  };
  for (let found = lacks(); found.length > 0; found = lacks()) {
    if (performance.now() > giveUpAt) throw new Error(`store and server differ:\n${found.join('\n')}`);
    await pause();
  }
}

/** A folder for the store of one moment. */
function placeOf(moment: string): { readonly dataDir: string; readonly file: string } {
  const dataDir = join(root, moment);
  const file = mirrorFile(dataDir, mirrorId(context));
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  return { dataDir, file };
}

function viewed<T>(file: string, work: (compared: Compared) => T): T {
  const view = new StoreView(() => file);
  try {
    return work({ view, history, state: simulator.state });
  } finally {
    view.close();
  }
}

/** What is wrong with the store as the next writer finds it. */
function wrongWith(file: string): readonly string[] {
  if (!existsSync(file)) return [];
  const database = new SqliteDatabase(file);
  try {
    const found = String(database.pragma('integrity_check', { simple: true }));
    if (found !== 'ok') return [`integrity: ${found}`];
    if (database.pragma('user_version', { simple: true }) === 0) return [];
    // On a real clock a write of just before a heartbeat may still be on its way.
    return viewed(file, (compared) => brokenInvariants(compared, {}).filter((line) => !line.startsWith('I6 ')));
  } finally {
    database.close();
  }
}

/** Number of the last list of ConfigMaps; undefined for a store that cannot go on from its resume point. */
function listNumber(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  return viewed(file, ({ view }) => {
    const [{ version } = { version: 0 }] = view.all<{ version: number }>(
      'select user_version as version from pragma_user_version',
    );
    if (version === 0) return undefined;
    const [scope] = view.all<{ generation: number; resource_version: string | null }>(
      "select generation, resource_version from scope join resource_type on resource_type.id = type_id where resource = 'configmaps'",
    );
    return Number(scope?.resource_version ?? 0) < lastListed ? undefined : scope?.generation;
  });
}

/** Writes of ConfigMaps after the last list that the change log lacks. */
function untold(file: string): readonly string[] {
  return viewed(file, ({ view, state }) => {
    const logged = view.all<{ key: string; version: string }>('select key, resource_version as version from change');
    const told = new Set(logged.map(({ key, version }) => `${key}@${version}`));
    const written = state.store.eventsAfter(state.type('configmaps').storage, lastListed);
    return written.map(({ key, revision }) => `${key}@${revision}`).filter((name) => !told.has(name));
  });
}

/** `count` numbers below `limit`, spread evenly; all where there are fewer. */
function spread(limit: number, count: number): readonly number[] {
  if (count >= limit) return Array.from({ length: limit }, (_, index) => index);
  return Array.from({ length: count }, (_, index) => Math.floor(((index + 0.5) * limit) / count));
}

describe('the recording', () => {
  test('has every kind of write, checkpoints among them', () => {
    const count = (kind: string, part: string): number =>
      operations.filter((operation) => operation.kind === kind && operation.part === part).length;
    expect(count('write', 'log')).toBeGreaterThan(1_000);
    expect(count('write', 'database')).toBeGreaterThan(50);
    expect(count('sync', 'log')).toBeGreaterThan(2);
    expect(count('sync', 'database')).toBeGreaterThan(2);
    expect(count('remove', 'log')).toBe(1);
  });

  test('ends in the store that the daemon left', () => {
    const store = new ReplayedStore();
    for (const operation of operations) store.apply(operation);
    const { file } = placeOf('end');
    store.save(file);
    expect(wrongWith(file)).toEqual([]);
    expect(viewed(file, mirrorDifferences)).toEqual([]);
  });
});

describe('6, 7, 8: a daemon that is killed between any two writes', () => {
  test('leaves rows and resume points of the same commits', () => {
    const store = new ReplayedStore();
    const { file } = placeOf('killed');
    for (const [index, operation] of operations.entries()) {
      store.apply(operation);
      if (index % killStep !== 0) continue;
      store.save(file);
      expect(wrongWith(file), `after ${index + 1} of ${operations.length} operations`).toEqual([]);
    }
  }, 600_000);

  test('is followed by one that gets to the objects of the server', async () => {
    const navi = installNavi(join(root, 'kubeconfig'));
    const file = mirrorFile(navi.dataDir, mirrorId(context));
    try {
      for (const moment of spread(operations.length, killedCount)) {
        rmSync(dirname(file), { recursive: true, force: true });
        const killed = navi.daemon([], failing(file, { calls: 'pwrite64', how: `signal=SIGKILL:when=${moment + 1}` }));
        // With fewer writes than the recorded run it is killed at its end.
        const timer = setTimeout(() => void killed.kill('SIGKILL'), 3_000);
        expect(await killed.ended).toMatchObject({ signal: 'SIGKILL' });
        clearTimeout(timer);
        expect(wrongWith(file), `killed at write ${moment + 1}`).toEqual([]);
        const next = navi.daemon();
        await next.waitFor('it has begun', ({ msg }) => msg === 'discovered');
        await untilEqual(file);
        expect((await next.kill('SIGTERM')).code).toBe(0);
        expect(wrongWith(file)).toEqual([]);
      }
    } finally {
      await navi.remove();
    }
  }, 600_000);
});

describe('a power cut', () => {
  const kinds: readonly CutKind[] = ['none', 'all', 'sectors', 'writes'];

  test.each(kinds)(
    'that leaves %s of what no sync covered leaves rows and resume points of the same commits',
    (kind) => {
      const { file } = placeOf(`cut-${kind}`);
      const syncs = operations.flatMap((operation, index) => (operation.kind === 'sync' ? [index] : []));
      // Right before and right after each sync, and in between.
      const moments = new Set([
        ...syncs,
        ...syncs.map((index) => index + 1),
        ...spread(operations.length, powerCutCount / 4),
      ]);
      for (const end of moments) {
        afterPowerCut(operations, end, { kind, seed: end + 1 }).save(file);
        expect(wrongWith(file), `before operation ${end} of ${operations.length}`).toEqual([]);
      }
    },
    600_000,
  );
});

describe('the daemon after one that was killed', () => {
  test('goes on to the objects of the server, and tells no change twice nor leaves one out', async () => {
    const store = new ReplayedStore();
    const moments = new Set(spread(operations.length, restartCount));
    let resumedCount = 0;
    for (const [index, operation] of operations.entries()) {
      store.apply(operation);
      if (!moments.has(index)) continue;
      const { dataDir, file } = placeOf(`restart-${index}`);
      store.save(file);
      const before = listNumber(file);
      await goOn(dataDir, file);
      if (before !== undefined) {
        resumedCount += 1;
        expect([listNumber(file), untold(file)], `after operation ${index}`).toEqual([before, []]);
      }
      expect(wrongWith(file), `after operation ${index}`).toEqual([]);
    }
    expect(resumedCount).toBeGreaterThan(0);
  }, 600_000);
});

/** Runs a daemon in this process on a store until it has the server's objects. */
async function goOn(dataDir: string, file: string): Promise<void> {
  const sync = new SyncProcess({
    dataDir,
    config: defaultConfig,
    clock: systemClock(),
    log: lineLogger(() => undefined, 'error'),
    onProgress: () => undefined,
  });
  try {
    await sync.add(context);
    await untilEqual(file);
  } finally {
    await sync.stop();
  }
}
