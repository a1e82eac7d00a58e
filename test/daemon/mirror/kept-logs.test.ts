import { afterEach, expect, test } from 'vitest';
import { defaultConfig } from '../../../src/config/config.ts';
import { KeptLogReader, type KeptLogCounts } from '../../../src/store/kept-log-reader.ts';
import type { FaultRequest } from '../../../src/simulator/fault.ts';
import { SimulatedMirror, type SimulatedMirrorOptions } from '../../support/simulated-mirror.ts';

let mirror: SimulatedMirror;

afterEach(() => mirror.stop());

const settings = { ...defaultConfig.keptLogs, namespaces: ['*'] };

const start = async (options: SimulatedMirrorOptions = {}): Promise<void> => {
  mirror = await SimulatedMirror.start({ keptLogs: settings, types: ['namespaces', 'pods'], ...options });
  await mirror.untilLive();
};

/** A pod whose container has crashed and runs again. */
function crashed(name: string): void {
  const at = (agoSeconds: number): string => new Date(mirror.clock.now() - agoSeconds * 1_000).toISOString();
  const terminated = {
    containerID: `c://${name}`,
    exitCode: 1,
    reason: 'Error',
    startedAt: at(300),
    finishedAt: at(5),
  };
  mirror.state.create('pods', {
    metadata: { name, namespace: 'default' },
    spec: { nodeName: 'a', containers: [{ name: 'app' }] },
    status: {
      containerStatuses: [
        { name: 'app', restartCount: 1, state: { running: { startedAt: at(4) } }, lastState: { terminated } },
      ],
    },
  });
}

const isLog = ({ path }: Pick<FaultRequest, 'path'>): boolean => path.endsWith('/log');

const askedCount = (): number => mirror.simulator.requests.filter(isLog).length;

function counts(): KeptLogCounts | undefined {
  const kept = KeptLogReader.open(mirror);
  try {
    return kept?.counts();
  } finally {
    kept?.close();
  }
}

const untilKept = (count: number): Promise<void> =>
  mirror.until(`${count} logs are kept`, () => counts()?.keptCount === count);

test('what a first list brings is kept as well, five logs a second', async () => {
  await start({
    prepare: (made) => {
      mirror = made;
      for (let index = 0; index < 30; index += 1) crashed(`p-${index}`);
      // The first look comes before it.
      made.faults.once(({ path }) => path === '/api/v1/pods', { kind: 'delay', delayMs: 5_000 });
    },
  });
  await mirror.until('the first is asked for', () => askedCount() > 0);
  const before = askedCount();
  await mirror.advance(2_000);
  expect(askedCount() - before).toBeGreaterThan(5);
  expect(askedCount() - before).toBeLessThanOrEqual(12);
  await untilKept(30);
  expect(askedCount()).toBe(30);
});

test('no more than two logs are read at a time', async () => {
  await start();
  mirror.faults.always(isLog, { kind: 'hang', before: 'headers' });
  for (let index = 0; index < 5; index += 1) crashed(`p-${index}`);
  await mirror.advance(5_000);
  expect(askedCount()).toBe(2);
  mirror.faults.clear();
  await untilKept(5);
});

test('while the cluster is away nothing is asked for, and afterwards all', async () => {
  await start();
  mirror.faults.always(isLog, { kind: 'reset' });
  crashed('web');
  await mirror.until('it was tried', () => counts()?.lastFailure !== null && askedCount() > 0);
  mirror.faults.always(() => true, { kind: 'reset' });
  await mirror.until('the cluster is away', () => mirror.mirror.own.health === 'unhealthy');
  const before = askedCount();
  await mirror.advance(600_000);
  expect(askedCount() - before).toBeLessThanOrEqual(1);
  mirror.faults.clear();
  await untilKept(1);
});

test('a clock that is set back does not hold up a log that was put off', async () => {
  await start();
  mirror.faults.once(isLog, { kind: 'reset' });
  crashed('web');
  await mirror.until('it was tried', () => askedCount() === 1);
  await mirror.settle();
  mirror.clock.jump(-86_400_000);
  await mirror.until('the log is kept', () => counts()?.keptCount === 1, 60_000);
});

test('a log that is refused is asked for again, rarely', async () => {
  await start();
  const body = { kind: 'Status', reason: 'Forbidden', message: 'pods/log is forbidden', code: 403 };
  mirror.faults.always(isLog, { kind: 'answer', status: 403, body });
  crashed('web');
  await mirror.advance(3_600_000);
  expect(askedCount()).toBeGreaterThan(8);
  expect(askedCount()).toBeLessThan(25);
  expect(counts()).toMatchObject({ wantedCount: 1, lostCount: 0, lastFailure: 'pods/log is forbidden' });
  expect(mirror.log.filter(({ msg, level }) => msg === 'logs cannot be kept' && level === 'warn')).toHaveLength(1);
  mirror.faults.clear();
  await untilKept(1);
});
