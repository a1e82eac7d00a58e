import { afterEach, expect, test } from 'vitest';
import { SimulatedMirror } from '../../support/simulated-mirror.ts';

let mirror: SimulatedMirror;

afterEach(() => mirror.checkAndStop());

test('a type that is polled by the configuration is listed so often, never watched, and says how fresh it is', async () => {
  mirror = await SimulatedMirror.start({
    configuration: 'retrieval.configmaps = { mode = "poll", interval = "2m", ttl = "3m" }',
  });
  const begin = mirror.mark();
  mirror.state.create('configmaps', { metadata: { namespace: 'default', name: 'a' } });
  await mirror.untilLive();
  expect(mirror.said('configmaps')).toBe('polling healthy none');
  expect(mirror.rows('select poll_interval_ms, ttl_ms from scope where mode = ?', 'polling')).toEqual([
    { poll_interval_ms: 120_000, ttl_ms: 180_000 },
  ]);

  const mark = mirror.mark();
  mirror.state.create('configmaps', { metadata: { namespace: 'default', name: 'b' } });
  await mirror.advance(95_000);
  expect(mirror.listRequests(mark, 'configmaps')).toEqual([]);
  await mirror.advance(50_000);
  expect(mirror.keys('configmaps')).toEqual(['default/a', 'default/b']);
  await mirror.advance(1_200_000 - 145_000);
  // Twenty minutes: a rest of 96 to 144 s each.
  expect(mirror.listRequests(mark, 'configmaps').length).toBeGreaterThanOrEqual(8);
  expect(mirror.listRequests(mark, 'configmaps').length).toBeLessThanOrEqual(13);
  expect(mirror.watchRequests(begin, 'configmaps')).toEqual([]);

  // Watched again by the next process, from a list of its own.
  mirror.configuration = '';
  await mirror.restart();
  await mirror.untilEqual();
  expect(mirror.said('configmaps')).toBe('watching healthy none');
  expect(mirror.rows('select ttl_ms from scope where ttl_ms is not null')).toEqual([]);
});
