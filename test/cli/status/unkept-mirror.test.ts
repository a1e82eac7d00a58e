import { describe, expect, test } from 'vitest';
import { whenSilent, whenStopped } from '../../../src/cli/status/unkept-mirror.ts';
import type { MirrorStatus } from '../../../src/query/mirror-status.ts';
import { reportAtMs, sampleReport, sampleType } from '../../support/status-report.ts';

function mirrorOf(given: Partial<MirrorStatus> = {}): MirrorStatus {
  const [status] = sampleReport(given).contexts;
  if (status?.mirror === undefined) throw new Error('no mirror');
  return status.mirror;
}

const states = ({ types }: MirrorStatus): readonly string[] =>
  types.map(({ detail }) => `${detail?.mode} ${detail?.health} ${detail?.reason}`);

describe('a mirror that nobody keeps', () => {
  test('has nothing that is healthy, but what is refused or gone stays so', () => {
    const types = [
      sampleType('pods'),
      sampleType('secrets', 'stopped unhealthy forbidden', { nextAttemptAtMs: reportAtMs + 5_000 }),
      sampleType('widgets.example', 'stopped unhealthy absent'),
      sampleType('jobs.batch', 'polling healthy none'),
    ];
    const stopped = whenStopped(mirrorOf({ types }));
    expect(`${stopped.health} ${stopped.reason}`).toBe('unhealthy stopped');
    expect(states(stopped)).toEqual([
      'stopped unhealthy stopped',
      'stopped unhealthy forbidden',
      'stopped unhealthy absent',
      'stopped unhealthy stopped',
    ]);
    expect(stopped.types[3]?.polling).toBe('paused');
    expect(stopped.types[1]?.detail?.nextAttemptAtMs).toBeNull();
  });
});

test('the last error is told of a mirror that nobody keeps where that is why there is nothing', () => {
  const away = { health: 'unhealthy', reason: 'disconnected', lastError: 'no route' } as const;
  expect(whenStopped(mirrorOf({ ...away, confirmedAtMs: null })).lastError).toBe('no route');
  expect(whenStopped(mirrorOf({ ...away, reason: 'stopped' })).lastError).toBe('no route');
  expect(whenStopped(mirrorOf(away)).lastError).toBeNull();
});

describe('a mirror whose daemon does not answer', () => {
  test('is believed for as long as it confirmed something lately', () => {
    const recent = mirrorOf({ confirmedAtMs: reportAtMs - 149_000 });
    expect(whenSilent(recent, reportAtMs)).toBe(recent);
    const old = whenSilent(mirrorOf({ confirmedAtMs: reportAtMs - 150_000 }), reportAtMs);
    expect(`${old.health} ${old.reason}`).toBe('unhealthy silent');
    expect(states(old)).toEqual(['stopped unhealthy silent']);
    expect(whenSilent(mirrorOf({ confirmedAtMs: null }), reportAtMs).reason).toBe('silent');
  });

  test('keeps the reason that it had for being unhealthy', () => {
    const away = mirrorOf({ health: 'unhealthy', reason: 'auth-needed', confirmedAtMs: null });
    expect(whenSilent(away, reportAtMs).reason).toBe('auth-needed');
  });
});
