import { join } from 'node:path';
import { existsSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AlertRule } from '../../../src/core/alert-rule.ts';
import { AlertKeeper } from '../../../src/daemon/alerts/alert-keeper.ts';
import { AlertStore } from '../../../src/daemon/alerts/alert-store.ts';
import type { ClusterState } from '../../../src/daemon/alerts/cluster-subject.ts';
import { lineLogger } from '../../../src/daemon/logger.ts';
import { nextTurn } from '../../../src/util/clock.ts';
import { fakeClock, type FakeClock } from '../../support/fake-clock.ts';
import {
  sampleSource,
  temporaryDirectory,
  temporaryMirror,
  type TemporaryMirror,
} from '../../support/temporary-mirror.ts';

const common = { forMs: 0, resolveAfterMs: 0, severity: 'info', isBuiltIn: false } as const;
const slow: AlertRule = {
  ...common,
  name: 'slow',
  type: 'pods',
  when: 'status.phase == "Bad"',
  forMs: 60_000,
  summary: '',
};
const silent: AlertRule = {
  ...common,
  name: 'silent',
  type: 'cluster',
  when: '!answers',
  forMs: 10_000,
  summary: '{reason}',
};

const well: ClusterState = { answers: true, health: 'healthy', reason: 'none', lastError: null };
const away: ClusterState = { answers: false, health: 'unhealthy', reason: 'disconnected', lastError: 'away' };

let mirror: TemporaryMirror;
let directory: string;
let clock: FakeClock;
let keeper: AlertKeeper;
let cluster: ClusterState;
let told: string[];

beforeEach(async () => {
  mirror = await temporaryMirror();
  directory = temporaryDirectory();
  clock = fakeClock(1_700_000_000_000);
  cluster = well;
  told = [];
  const status = { mode: 'watching', health: 'healthy', reason: 'none', lastError: null } as const;
  mirror.writer.commit(() => mirror.writer.scopes.saveStatus(mirror.scopeId, status, 1, null));
  start();
});

afterEach(async () => {
  await stop();
  mirror.close();
  rmSync(directory, { recursive: true, force: true });
});

const file = (): string => join(directory, 'data', 'user.db');

function start(): void {
  const log = lineLogger((line) => {
    const { msg, rule } = JSON.parse(line) as { msg: string; rule?: string };
    told.push(`${msg} ${rule}`);
  }, 'info');
  keeper = new AlertKeeper({
    mirrorId: 'one',
    context: 'test',
    settings: { rules: [slow, silent], receivers: [] },
    store: new AlertStore(file()),
    writer: mirror.writer,
    clock,
    log,
    onMessages: () => undefined,
  });
  keeper.start(() => cluster);
}

async function stop(): Promise<void> {
  await keeper.stop();
}

/** Goes on for so many seconds, a look after the other. */
async function pass(seconds: number): Promise<readonly string[]> {
  for (let second = 0; second < seconds; second += 1) {
    clock.advance(1_000);
    // The keeper waits for its next look once it is done with this one.
    do await nextTurn();
    while (clock.waiting.length === 0);
  }
  return told.splice(0);
}

function put(phase: string, resourceVersion: string): void {
  const body = JSON.stringify({ metadata: { name: 'a', namespace: 'shop', uid: 'a' }, status: { phase } });
  const source = sampleSource('shop/a', { uid: 'a', resourceVersion, body });
  mirror.writer.commit(() => mirror.writer.objects.put(mirror.target(), source, clock.now()));
}

const confirm = (): void => mirror.writer.commit(() => mirror.writer.saveFacts({ confirmed_at: clock.now() }));

test('what was bad before the machine slept fires once the cluster has said that it still is', async () => {
  put('Bad', '300');
  expect(await pass(10)).toEqual([]);
  clock.jump(8 * 3_600_000);
  expect(await pass(10)).toEqual([]);
  confirm();
  expect(await pass(1)).toEqual(['alert fires slow']);
});

test('what got well while the machine slept does not fire', async () => {
  put('Bad', '300');
  expect(await pass(10)).toEqual([]);
  clock.jump(8 * 3_600_000);
  expect(await pass(5)).toEqual([]);
  put('Good', '301');
  confirm();
  expect(await pass(70)).toEqual([]);
});

test('a cluster that does not answer is an alert after a while, which a restart begins anew unless it fires', async () => {
  cluster = away;
  expect(await pass(9)).toEqual([]);
  await stop();
  start();
  expect(await pass(9)).toEqual([]);
  expect(await pass(5)).toEqual(['alert fires silent']);
  await stop();
  cluster = { ...away, health: 'degraded', reason: 'connecting', lastError: null };
  start();
  // Nobody has asked it yet.
  expect(await pass(20)).toEqual([]);
  cluster = well;
  expect(await pass(2)).toEqual(['alert is over silent']);
});

test('where nothing is wrong there is no user.db because of it', async () => {
  put('Good', '300');
  await pass(100);
  await stop();
  expect(existsSync(file())).toBe(false);
});
