import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AbsentTypes, DiscoveryFollower, type DiscoveryResult } from '../../src/daemon/discovery-follower.ts';
import { lineLogger } from '../../src/daemon/logger.ts';
import type { Discovery } from '../../src/kube/discovery.ts';
import { fakeClock, type FakeClock } from '../support/fake-clock.ts';
import { answerJson, startStubServer, type StubServer } from '../support/stub-server.ts';

describe('types that are absent', () => {
  let absent: AbsentTypes;

  beforeEach(() => {
    absent = new AbsentTypes();
  });

  function discovery(names: readonly string[], unknown: readonly string[] = []): Discovery {
    const types = names.map((name) => {
      const [resource = '', ...group] = name.split('.');
      const fixed = { version: 'v1', singular: '', kind: '', namespaced: true, shortNames: [], categories: [] };
      return { ...fixed, resource, group: group.join('.'), verbs: [], groupPosition: 0 };
    });
    return { types, unknown };
  }

  const mirrored = ['pods', 'deployments.apps', 'widgets.example.com'];
  const without = discovery(['pods', 'deployments.apps']);

  test('are gone when two discoveries a minute apart lack them', () => {
    expect(absent.observe(mirrored, without, 0)).toEqual([]);
    expect(absent.observe(mirrored, without, 59_999)).toEqual([]);
    expect(absent.isWaiting).toBe(true);
    expect(absent.observe(mirrored, without, 60_000)).toEqual(['widgets.example.com']);
  });

  test('are missed anew once one discovery had them: an API server that started lacks every CRD for a moment', () => {
    absent.observe(mirrored, without, 0);
    expect(absent.observe(mirrored, discovery(mirrored), 30_000)).toEqual([]);
    expect(absent.isWaiting).toBe(false);
    expect(absent.observe(mirrored, without, 60_000)).toEqual([]);
    expect(absent.observe(mirrored, without, 120_000)).toEqual(['widgets.example.com']);
  });

  test.each(['example.com/v1', 'example.com/v2'])('are never gone while %s is unknown', (groupVersion) => {
    for (const nowMs of [0, 60_000, 600_000]) {
      expect(absent.observe(mirrored, discovery(['pods', 'deployments.apps'], [groupVersion]), nowMs)).toEqual([]);
    }
    expect(absent.isWaiting).toBe(false);
  });

  test('are never gone from the core group while that is unknown, other groups being known', () => {
    for (const nowMs of [0, 60_000]) {
      const gone = absent.observe(mirrored, discovery(['deployments.apps'], ['v1']), nowMs);
      expect(gone).toEqual(nowMs === 0 ? [] : ['widgets.example.com']);
    }
  });

  test('of a group are told apart from those of a group with a like name', () => {
    const names = ['widgets.example.com', 'widgets.myexample.com'];
    absent.observe(names, discovery([], ['example.com/v1']), 0);
    expect(absent.observe(names, discovery([], ['example.com/v1']), 60_000)).toEqual(['widgets.myexample.com']);
  });

  test('are forgotten when told to', () => {
    absent.observe(mirrored, without, 0);
    absent.forget('widgets.example.com');
    expect(absent.isWaiting).toBe(false);
    expect(absent.observe(mirrored, without, 60_000)).toEqual([]);
  });
});

describe('following discovery', () => {
  let clock: FakeClock;
  let server: StubServer;
  let follower: DiscoveryFollower;
  let answer: (response: ServerResponse) => void;
  let results: DiscoveryResult[];
  let warnings: string[];
  /** Called after each result and each failure. */
  let onTold: () => void;

  /** Resolves once the follower has told one more result or failure. */
  const told = (): Promise<void> =>
    new Promise((resolve) => {
      onTold = () => setImmediate(resolve);
    });

  beforeEach(async () => {
    clock = fakeClock();
    results = [];
    warnings = [];
    onTold = () => undefined;
    const empty = { kind: 'APIGroupDiscoveryList', items: [], gitVersion: 'v1.36.3', minor: '36' };
    answer = (response) => answerJson(response, empty);
    server = await startStubServer((_request, response) => answer(response));
    follower = new DiscoveryFollower({
      transport: await server.transport(),
      clock,
      random: () => 0.5,
      log: lineLogger((line) => {
        warnings.push(line);
        onTold();
      }, 'warn'),
      onResult: (result) => {
        results.push(result);
        onTold();
        return true;
      },
    });
  });

  afterEach(async () => {
    follower.stop();
    await server.stop();
  });

  test('asks at the start, then every five minutes', async () => {
    expect((await follower.first()).version).toEqual({ gitVersion: 'v1.36.3', minor: 36 });
    expect(results).toEqual([]);
    expect(clock.waiting).toEqual([300_000]);
    for (let round = 1; round <= 2; round += 1) {
      const next = told();
      clock.advance(300_000);
      await next;
      expect(results).toHaveLength(round);
      expect(clock.waiting).toEqual([300_000]);
    }
  });

  test('throws what the first discovery failed with, and asks for no other by itself', async () => {
    answer = (response) => answerJson(response, { kind: 'Status', code: 503, message: 'starting' }, 503);
    await expect(follower.first()).rejects.toMatchObject({ failure: { class: 'server' } });
    expect(clock.waiting).toEqual([]);
  });

  test('makes one discovery of several changes, two seconds after the first', async () => {
    await follower.first();
    follower.refreshSoon();
    clock.advance(1_500);
    follower.refreshSoon();
    follower.refreshSoon();
    expect(clock.waiting).toEqual([500]);
    const next = told();
    clock.advance(500);
    await next;
    expect(results).toHaveLength(1);
    expect(clock.waiting).toEqual([300_000]);
  });

  test('asks once more for what changed while it asked', async () => {
    await follower.first();
    follower.refreshSoon();
    const first = told();
    clock.advance(2_000);
    follower.refreshSoon();
    await first;
    expect(clock.waiting).toEqual([2_000]);
    const second = told();
    clock.advance(2_000);
    await second;
    expect(results).toHaveLength(2);
  });

  test('after a failure asks again by the backoff and goes on as before', async () => {
    await follower.first();
    const good = answer;
    answer = (response) => answerJson(response, { kind: 'Status', code: 500, message: 'no' }, 500);
    const waits: (number | undefined)[] = [];
    for (let round = 0; round < 3; round += 1) {
      const next = told();
      clock.advance(clock.waiting[0] ?? 0);
      await next;
      waits.push(clock.waiting[0]);
    }
    expect(waits).toEqual([1_200, 2_400, 4_800]);
    expect(warnings).toHaveLength(3);
    answer = good;
    const next = told();
    clock.advance(4_800);
    await next;
    expect(results).toHaveLength(1);
    expect(clock.waiting).toEqual([300_000]);
  });

  test('tells nothing more once it was stopped', async () => {
    await follower.first();
    follower.refreshSoon();
    clock.advance(2_000);
    follower.stop();
    follower.refreshSoon();
    expect(clock.waiting).toEqual([]);
    expect(results).toEqual([]);
  });
});
