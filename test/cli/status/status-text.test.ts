import { describe, expect, test } from 'vitest';
import { statusText } from '../../../src/cli/status/status-text.ts';
import { tableStyle } from '../../../src/output/navi-table.ts';
import { prodContext, reportAtMs, sampleDetail, sampleReport, sampleType } from '../../support/status-report.ts';

const plain = { isAll: false, style: tableStyle({ isTTY: false }, {}, 'never') };
const text = (...given: Parameters<typeof sampleReport>): string => statusText(sampleReport(...given), plain);

/** The line of a type, its columns one space apart. */
const row = (type: ReturnType<typeof sampleType>): string =>
  (
    text({ types: [type] })
      .split('\n')
      .find((line) => line.startsWith(type.type)) ?? ''
  ).replaceAll(/ +/g, ' ');

describe('the text of navi status', () => {
  test('begins with what runs', () => {
    expect(text()).toMatch(
      /^navi sync is running \(pid 7\)\n\nprod {2}https:\/\/prod\.example {2}v1\.36\.3\n {2}healthy, confirmed 20s ago/,
    );
    expect(text({}, { isAnswered: false })).toMatch(/^navi sync \(pid 7\) does not answer: /);
    expect(text({}, { holder: undefined })).toMatch(/^navi sync is not running: /);
  });

  test('says since when and why a cluster is not well, and how its scopes are', () => {
    const given = {
      health: 'degraded',
      reason: 'disconnected',
      lastError: 'cut\nshort',
      healthSinceMs: reportAtMs - 300_000,
      scopeCounts: { healthy: 5, degraded: 0, unhealthy: 1, forbidden: 2 },
    } as const;
    expect(text(given)).toContain('  degraded (disconnected: cut short) for 5m, confirmed 20s ago');
    expect(text(given)).toContain('\n  scopes: 5 healthy, 1 unhealthy, 2 forbidden\n');
  });

  test('says how to have a mirror kept that the daemon does not keep', () => {
    const hint = 'navi sync runs without this context: navi sync --context prod\n';
    expect(text({ health: 'unhealthy', reason: 'stopped' })).toContain(hint);
    expect(text({ health: 'unhealthy', reason: 'stopped' }, { holder: undefined })).not.toContain(hint);
    expect(text()).not.toContain(hint);
  });

  test('says how to sign in where that is what is needed', () => {
    expect(text({ health: 'unhealthy', reason: 'auth-needed' })).toContain(
      '\n  sign in with: navi login --context prod\n',
    );
    expect(text({ health: 'unhealthy', reason: 'disconnected' })).not.toContain('navi login');
  });

  test('shows how a type is polled, and that it is paused', () => {
    const polled = sampleType('jobs.batch', 'polling healthy none', { pollIntervalMs: 30_000 });
    expect(row(polled)).toBe('jobs.batch 3 polling healthy 20s polled every 30s');
    expect(row({ ...polled, polling: 'paused' })).toBe('jobs.batch 3 polling healthy 20s polling paused');
  });

  test('shows what is wrong with a type and when it is tried again', () => {
    const failing = sampleType('pods', 'watching unhealthy disconnected', {
      lastError: 'cut',
      nextAttemptAtMs: reportAtMs + 5_000,
    });
    expect(row(failing)).toBe('pods 3 watching unhealthy (disconnected) 20s cut; next try in 5s');
  });

  test('shows how far a type reaches that is mirrored by namespaces', () => {
    const refused = sampleDetail({ mode: 'stopped', health: 'unhealthy', reason: 'forbidden' });
    const namespaces = [
      { ...sampleDetail(), namespace: 'a' },
      { ...sampleDetail(), namespace: 'b' },
      { ...refused, namespace: 'c' },
    ];
    expect(row({ ...sampleType('pods'), namespaces })).toContain('watching (2 namespaces, 1 forbidden)');
    expect(row({ ...sampleType('pods'), namespaces: namespaces.slice(0, 1) })).toContain('watching (1 namespace) ');
  });

  test('shows differences that the last audit found', () => {
    const audit = { atMs: reportAtMs, objectCount: 3, foundCount: 1, differenceCount: 4 };
    expect(row(sampleType('pods', 'watching healthy none', { audit }))).toContain('audit found 1 difference');
    expect(row(sampleType('pods', 'watching healthy none', { audit: { ...audit, foundCount: 0 } }))).not.toContain(
      'audit',
    );
  });

  test('says what to do for a context that was never mirrored', () => {
    const report = sampleReport({}, { contexts: [{ context: prodContext, mirror: undefined }] });
    expect(statusText(report, plain)).toContain('\n  not mirrored yet: navi sync --context prod\n');
  });
});
