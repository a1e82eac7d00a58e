import { describe, expect, test } from 'vitest';
import { noCounts } from '../../src/core/scope-counts.ts';
import { scopesInPlace, togetherDetail, type NamespaceDetail } from '../../src/query/scope-detail.ts';
import { sampleDetail } from '../support/status-report.ts';

const scope = (namespace: string, given: Partial<NamespaceDetail> = {}): NamespaceDetail => ({
  ...sampleDetail(given),
  namespace,
});
const refused = { mode: 'stopped', health: 'unhealthy', reason: 'forbidden' } as const;
const cut = { health: 'unhealthy', reason: 'disconnected' } as const;

describe('the scopes that answer for a type', () => {
  test('are that of all namespaces, unless it is refused or missing and single ones are there', () => {
    const whole = scope('');
    const single = [scope('a'), scope('b')];
    expect(scopesInPlace([whole, ...single])).toEqual([whole]);
    expect(scopesInPlace([scope('', refused), ...single])).toEqual(single);
    expect(scopesInPlace(single)).toEqual(single);
    expect(scopesInPlace([scope('', refused)])).toEqual([scope('', refused)]);
  });

  test('are told together as the worst of those that may be read', () => {
    expect(togetherDetail([scope('a'), scope('b', cut), scope('c', refused)])).toMatchObject(cut);
    expect(togetherDetail([scope('a'), scope('c', refused)])).toMatchObject({ health: 'healthy', mode: 'watching' });
    expect(togetherDetail([scope('b', refused), scope('c', refused)])).toMatchObject(refused);
    expect(togetherDetail([])).toBeUndefined();
  });

  test('are as old as the oldest of them, of unknown age where one never was complete', () => {
    const old = scope('a', { asOfMs: 1_000 });
    expect(togetherDetail([scope('b', { asOfMs: 2_000 }), old])?.asOfMs).toBe(1_000);
    expect(togetherDetail([scope('b', { asOfMs: null, complete: false }), old])).toMatchObject({
      asOfMs: null,
      complete: false,
    });
  });

  test('have their counts and differences added up, and no audit before each had one', () => {
    const counts = { ...noCounts, lists: 2, relists: 1, relistReasons: { expired: 1 } };
    const audit = { atMs: 5, objectCount: 10, foundCount: 1, differenceCount: 2 };
    const audited = scope('a', { counts, audit });
    expect(togetherDetail([audited, { ...audited, audit: { ...audit, atMs: 3 } }])).toMatchObject({
      counts: { lists: 4, relists: 2, relistReasons: { expired: 2 } },
      audit: { atMs: 3, objectCount: 20, foundCount: 2, differenceCount: 4 },
    });
    expect(togetherDetail([audited, scope('b')])?.audit).toBeNull();
  });
});
