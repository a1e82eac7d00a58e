import { describe, expect, test } from 'vitest';
import type { UsageByNamespace } from '../../src/core/usage.ts';
import type { HistoryKeeper } from '../../src/daemon/history-keeper.ts';
import { lineLogger } from '../../src/daemon/logger.ts';
import { MirrorTimers } from '../../src/daemon/mirror-timers.ts';
import type { Reflector } from '../../src/daemon/reflector.ts';
import { UsagePoller } from '../../src/daemon/usage-poller.ts';
import type { DiscoveredType } from '../../src/kube/discovery.ts';
import { failure, RequestFailed } from '../../src/kube/failure.ts';
import type { Transport } from '../../src/kube/transport.ts';
import type { UsageFailure, UsageSource, UsageWriter } from '../../src/store/usage-writer.ts';
import { fakeClock } from '../support/fake-clock.ts';

const served = (...resources: readonly string[]) => ({
  types: resources.map(
    (resource) => ({ group: 'metrics.k8s.io', version: 'v1beta1', resource }) as unknown as DiscoveredType,
  ),
  unknown: [],
});

const scope = (name: string, namespace = '', kind = 'watching'): Reflector =>
  ({ scope: { name, namespace }, state: { kind } }) as unknown as Reflector;

/** A poller every 15 s, with what it asks for and keeps. */
function started(reflectors: readonly Reflector[], answer: (path: string) => string = () => '{"items":[]}') {
  const clock = fakeClock();
  const asked: string[] = [];
  const kept: (readonly [UsageSource, UsageByNamespace | UsageFailure])[] = [];
  const log: string[] = [];
  const state = { isAnswering: true, settledCount: 0 };
  const writer = {
    add: (source: UsageSource, usage: UsageByNamespace) => kept.push([source, usage]),
    fail: (source: UsageSource, failed: UsageFailure) => kept.push([source, failed]),
    keepPlaces: () => undefined,
  } as unknown as UsageWriter;
  const stopping = new AbortController();
  const poller = new UsagePoller({
    clock,
    log: lineLogger((line) => void log.push((JSON.parse(line) as { msg: string }).msg), 'info'),
    timers: new MirrorTimers(clock, () => 0.5, stopping.signal),
    stopping: stopping.signal,
    history: { keepUsage: (work: (usage: UsageWriter) => void) => work(writer) } as HistoryKeeper,
    intervalMs: 15_000,
    isAnswering: () => state.isAnswering,
    reflectors: () => reflectors,
    onSettled: () => void (state.settledCount += 1),
    transport: {
      get: (path: string) => {
        asked.push(path.replace('/apis/metrics.k8s.io/v1beta1/', ''));
        return Promise.resolve().then(() => ({ text: answer(path) }));
      },
    } as unknown as Transport,
  });
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  /** What is asked for while so much time goes by. */
  const after = async (ms: number): Promise<readonly string[]> => {
    asked.length = 0;
    for (let gone = 0; gone < ms; gone += 1_000) {
      clock.advance(1_000);
      await settle();
    }
    return [...asked];
  };
  return { poller, asked, kept, log, state, stopping, settle, after };
}

const everything = [scope('nodes'), scope('pods')];

describe('use', () => {
  test('is asked for as long as the cluster serves it, and while nobody knows whether it does', async () => {
    const { poller, after, asked, settle, state } = started(everything);
    expect(poller.isSettled).toBe(false);
    poller.discovered(served());
    expect(poller.isSettled).toBe(true);
    expect(await after(60_000)).toEqual([]);
    poller.discovered(served('nodes', 'pods'));
    await settle();
    expect(asked).toEqual(['nodes', 'pods']);
    expect(state.settledCount).toBe(1);
    expect(await after(45_000)).toHaveLength(6);
    poller.discovered({ types: [], unknown: ['metrics.k8s.io/v1beta1'] });
    expect(await after(15_000)).toHaveLength(2);
    poller.discovered(served());
    expect(await after(60_000)).toEqual([]);
    poller.discovered(served('pods'));
    expect(await after(15_000)).toContain('pods');
  });

  test('is asked for where the objects may be read, and each namespace makes that rarer', async () => {
    const reflectors = [
      scope('nodes', '', 'denied'),
      scope('pods', '', 'denied'),
      scope('pods', 'a'),
      scope('pods', 'b'),
    ];
    const { poller, after, kept, settle } = started(reflectors);
    poller.discovered(served('nodes', 'pods'));
    await settle();
    expect(await after(15_000)).toEqual([]);
    expect(kept.map(([{ kind, place, intervalMs }]) => [kind, place, intervalMs])).toEqual([
      ['pods', 'a', 16_000],
      ['pods', 'b', 16_000],
    ]);
    expect(await after(1_000)).toEqual(['namespaces/a/pods', 'namespaces/b/pods']);
  });

  test('that is refused is logged once and rests, and the other goes on', async () => {
    const { poller, after, kept, log, settle } = started(everything, (path) => {
      if (path.endsWith('pods')) throw new RequestFailed({ ...failure('forbidden', 'no'), status: 403 });
      return '{"items":[{"metadata":{"name":"n"},"usage":{"cpu":"1500m","memory":"1.5Gi"}}]}';
    });
    poller.discovered(served('nodes', 'pods'));
    await settle();
    expect(kept[0]?.[1]).toEqual(
      new Map([['', [{ name: 'n', containers: [{ name: '', cpuNanocores: 1.5e9, memoryBytes: 1.5 * 1024 ** 3 }] }]]]),
    );
    expect(kept[1]?.[1]).toMatchObject({ class: 'forbidden', message: 'no', status: 403 });
    expect(await after(120_000)).toEqual(expect.arrayContaining(['pods']));
    expect((await after(120_000)).filter((path) => path === 'pods')).toHaveLength(2);
    expect((await after(120_000)).filter((path) => path === 'nodes')).toHaveLength(8);
    expect(log).toEqual(['use of pods is not told']);
  });

  test('is not asked for while the cluster is away, nor once the mirror has stopped', async () => {
    const { poller, after, state, stopping, settle } = started(everything);
    state.isAnswering = false;
    poller.discovered(served('nodes', 'pods'));
    await settle();
    expect(poller.isSettled).toBe(false);
    expect(await after(30_000)).toEqual([]);
    state.isAnswering = true;
    expect(await after(15_000)).toEqual(['nodes', 'pods']);
    stopping.abort();
    expect(await after(60_000)).toEqual([]);
  });
});
