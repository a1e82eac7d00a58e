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

  test('says since when and why a cluster is not well, and how its types are', () => {
    const given = {
      health: 'degraded',
      reason: 'disconnected',
      lastError: 'cut\nshort',
      healthSinceMs: reportAtMs - 300_000,
      types: [
        sampleType('pods'),
        sampleType('jobs.batch', 'watching unhealthy disconnected'),
        sampleType('nodes', 'stopped unhealthy forbidden'),
        sampleType('secrets', 'stopped unhealthy forbidden'),
        sampleType('gone.example', 'stopped unhealthy absent'),
        { ...sampleType('bindings'), detail: undefined },
      ],
    } as const;
    expect(text(given)).toMatch(
      /^ {2}degraded \(disconnected\) for 5m, confirmed 20s ago, .*\n {2}last error: cut short$/m,
    );
    expect(text(given)).toContain('\n  types: 1 healthy, 1 unhealthy, 2 forbidden\n');
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

  describe('of types in the same trouble', () => {
    const cut = { health: 'unhealthy', reason: 'disconnected', lastError: 'no route' } as const;
    const lost = (name: string, objectCount: number) => ({
      ...sampleType(name, 'watching unhealthy disconnected', { lastError: 'no route' }),
      objectCount,
    });
    const names = ['a', 'b', 'c', 'd', 'e'];
    const types = [...names.map((name, index) => lost(name, index)), sampleType('pods')];
    const rows = (shown: string): readonly string[] =>
      shown.split('\n').flatMap((line) => (/^(\w+|\d types) {3}/.test(line) ? [line.replaceAll(/ +/g, ' ')] : []));

    test('shows one row with their number, their objects and the first names, and their trouble at the cluster', () => {
      expect(rows(text({ ...cut, types }))).toEqual([
        'TYPE OBJECTS MODE HEALTH AGE DETAIL',
        '5 types 10 watching unhealthy (disconnected) 20s e, d, c and 2 more',
        'pods 3 watching healthy 20s',
      ]);
      expect(text({ ...cut, types }).match(/no route/g)).toHaveLength(1);
      expect(text({ types })).toMatch(/ e, d, c and 2 more; no route$/m);
      const differing = types.map((type) => ({
        ...type,
        detail: type.detail && { ...type.detail, lastError: type.type },
      }));
      expect(text({ types: differing })).toMatch(/ e, d, c and 2 more; such as: a$/m);
      expect(text({ types })).toMatch(/^types in the same trouble share a row: navi status --all$/m);
    });

    test('tells forbidden ones without the words of each', () => {
      const forbidden = names.map((name) =>
        sampleType(name, 'stopped unhealthy forbidden', {
          lastError: `${name} is forbidden`,
          nextAttemptAtMs: reportAtMs + 9_000,
        }),
      );
      expect(rows(text({ types: forbidden }))[1]).toBe(
        '5 types 15 stopped unhealthy (forbidden) 20s a, b, c and 2 more; next try in 9s',
      );
    });

    test('shows each where nobody keeps them, for their objects', () => {
      const stopped = names.map((name) => sampleType(name, 'stopped unhealthy stopped'));
      expect(rows(text({ types: stopped, health: 'unhealthy', reason: 'stopped' }))).toHaveLength(6);
    });

    test('shows each where few are, where all are asked for, and what is asked for by name', () => {
      expect(rows(text({ types: types.slice(3) }))).toHaveLength(4);
      const report = sampleReport({ types });
      expect(rows(statusText(report, { ...plain, isAll: true }))).toHaveLength(7);
      const all = statusText(sampleReport({ ...cut, types }), { ...plain, isAll: true });
      expect(all.match(/no route/g)).toHaveLength(1);
      const [status] = report.contexts;
      const asked = { names: new Set(['a', 'b', 'c']), unknown: ['zz'], known: [] };
      const named = statusText({ ...report, contexts: [{ ...status!, asked }] }, plain);
      expect(rows(named).slice(1)).toEqual(
        ['a 0', 'b 1', 'c 2'].map((row) => `${row} watching unhealthy (disconnected) 20s no route`),
      );
      expect(named).toMatch(/^ {2}it has no type called "zz"$/m);
      expect(named).not.toContain('--all');
    });
  });

  test('says what to do for a context that was never mirrored', () => {
    const report = sampleReport(
      {},
      { contexts: [{ context: prodContext, mirror: undefined, asked: undefined, keptLogs: undefined }] },
    );
    expect(statusText(report, plain)).toContain('\n  not mirrored yet: navi sync --context prod\n');
  });
});
