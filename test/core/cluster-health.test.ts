import { describe, expect, test } from 'vitest';
import { clusterHealth } from '../../src/core/cluster-health.ts';
import { compareHealth } from '../../src/core/health-order.ts';
import { healthReasons, type Health, type HealthReason, type RetrievalMode } from '../../src/core/scope-status.ts';

type Scope = { readonly mode: RetrievalMode; readonly health: Health; readonly reason: HealthReason };

const well: Scope = { mode: 'watching', health: 'healthy', reason: 'none' };
const refused: Scope = { mode: 'stopped', health: 'unhealthy', reason: 'forbidden' };
const gone: Scope = { mode: 'stopped', health: 'unhealthy', reason: 'absent' };
const cut: Scope = { mode: 'watching', health: 'unhealthy', reason: 'disconnected' };
const polled: Scope = { mode: 'polling', health: 'degraded', reason: 'watch-failing' };
const waiting: Scope = { mode: 'listing', health: 'degraded', reason: 'waiting' };
const full: Scope = { mode: 'watching', health: 'unhealthy', reason: 'storage' };

const beating = { health: 'healthy', reason: 'none' } as const;
const away = { health: 'unhealthy', reason: 'auth-needed' } as const;

describe('the health of a cluster', () => {
  test.each<[string, { health: Health; reason: HealthReason }, readonly Scope[], string]>([
    ['all is well', beating, [well, well], 'healthy none'],
    ['nothing is mirrored yet', beating, [], 'healthy none'],
    ['types are refused', beating, [well, refused], 'healthy none'],
    ['all types are refused', beating, [refused, refused], 'healthy none'],
    ['types are gone', beating, [well, gone], 'healthy none'],
    ['one scope of many does not work', beating, [well, cut], 'degraded disconnected'],
    ['one scope is polled because its watch breaks', beating, [well, polled], 'degraded watch-failing'],
    ['the first lists run', beating, [waiting, waiting], 'degraded waiting'],
    ['no scope works', beating, [cut, cut, refused], 'unhealthy disconnected'],
    ['scopes suffer from different things', beating, [well, waiting, cut, polled], 'degraded disconnected'],
    ['the store cannot be written', beating, [well, full], 'unhealthy storage'],
    ['the heartbeat fails, whatever the scopes say', away, [well, well], 'unhealthy auth-needed'],
    ['the heartbeat fails and scopes do for another reason', away, [cut], 'unhealthy auth-needed'],
    ['nothing was heard of it yet', { health: 'degraded', reason: 'connecting' }, [], 'degraded connecting'],
  ])('where %s', (_what, own, scopes, expected) => {
    const { health, reason } = clusterHealth(own, scopes);
    expect(`${health} ${reason}`).toBe(expected);
  });

  test('counts its scopes, refused ones apart', () => {
    expect(clusterHealth(beating, [well, well, refused, gone, cut, polled]).scopes).toEqual({
      healthy: 2,
      degraded: 1,
      unhealthy: 1,
      forbidden: 1,
    });
  });

  test('tells whether the reason is its own', () => {
    expect(clusterHealth(away, [cut]).isOwn).toBe(true);
    expect(clusterHealth(beating, [well, cut]).isOwn).toBe(false);
  });
});

describe('the order of healths', () => {
  test('goes by health before reason, and knows every reason', () => {
    expect(compareHealth(polled, cut)).toBeLessThan(0);
    expect(compareHealth({ ...cut, health: 'degraded' }, { ...waiting, health: 'unhealthy' })).toBeLessThan(0);
    expect(compareHealth(cut, cut)).toBe(0);
    const worst: Scope = { ...cut, reason: 'silent' };
    const reasons = healthReasons.filter((reason) => reason !== 'silent');
    for (const reason of reasons) expect(compareHealth({ health: 'unhealthy', reason }, worst), reason).toBeLessThan(0);
    const order = reasons.toSorted((a, b) =>
      compareHealth({ health: 'unhealthy', reason: a }, { health: 'unhealthy', reason: b }),
    );
    expect(order[0]).toBe('none');
    expect(new Set(order).size).toBe(reasons.length);
  });
});
