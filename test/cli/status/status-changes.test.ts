import { describe, expect, test } from 'vitest';
import { StatusChanges } from '../../../src/cli/status/status-changes.ts';
import { whenStopped } from '../../../src/cli/status/unkept-mirror.ts';
import { prodContext, sampleReport, sampleType } from '../../support/status-report.ts';

const at = '2026-01-01T00:00:00.000Z';
const failing = sampleType('pods', 'watching unhealthy disconnected', { lastError: 'cut\nat once' });

describe('a watched status in a pipe', () => {
  test('begins with the daemon, each cluster, and what is not well', () => {
    const changes = new StatusChanges();
    const types = [
      sampleType('nodes'),
      failing,
      sampleType('jobs.batch', 'polling healthy none', { pollIntervalMs: 30_000 }),
    ];
    expect(changes.news(sampleReport({ types, health: 'degraded', reason: 'disconnected' }))).toEqual([
      `${at} daemon running (pid 7)\n`,
      `${at} prod degraded (disconnected)\n`,
      `${at} prod pods watching unhealthy (disconnected): cut at once\n`,
    ]);
  });

  test('then has a line for each change, and none where there is none', () => {
    const changes = new StatusChanges();
    changes.news(sampleReport());
    expect(changes.news(sampleReport())).toEqual([]);
    expect(changes.news(sampleReport({ types: [failing] }))).toEqual([
      `${at} prod pods watching unhealthy (disconnected): cut at once\n`,
    ]);
    const again = sampleType('pods', 'watching unhealthy disconnected', { lastError: 'cut once more' });
    expect(changes.news(sampleReport({ types: [again] }))).toEqual([]);
    expect(changes.news(sampleReport())).toEqual([`${at} prod pods watching healthy\n`]);
  });

  test('tells of types that come in trouble and of those that go', () => {
    const changes = new StatusChanges();
    changes.news(sampleReport());
    const denied = sampleType('secrets', 'stopped unhealthy forbidden');
    expect(changes.news(sampleReport({ types: [denied, sampleType('nodes')] }))).toEqual([
      `${at} prod secrets stopped unhealthy (forbidden)\n`,
      `${at} prod pods gone\n`,
    ]);
  });

  test('tells of polling that is paused, with the cluster', () => {
    const changes = new StatusChanges();
    const polled = sampleType('jobs.batch', 'polling healthy none', { pollIntervalMs: 30_000 });
    changes.news(sampleReport({ types: [polled] }));
    expect(changes.news(sampleReport({ types: [{ ...polled, polling: 'paused' }] }))).toEqual([
      `${at} prod jobs.batch polling (paused) healthy\n`,
    ]);
  });

  test('has one line for a daemon that goes away, and nothing about types that are well when it is back', () => {
    const changes = new StatusChanges();
    const running = sampleReport({ types: [sampleType('pods'), sampleType('nodes')] });
    changes.news(running);
    const [{ mirror } = { mirror: undefined }] = running.contexts;
    if (mirror === undefined) throw new Error('no mirror');
    const stopped = {
      ...running,
      holder: undefined,
      isAnswered: false,
      contexts: [{ context: prodContext, mirror: whenStopped(mirror), asked: undefined, keptLogs: undefined }],
    };
    expect(changes.news(stopped)).toEqual([`${at} daemon not running\n`, `${at} prod unhealthy (stopped)\n`]);
    expect(changes.news(running)).toEqual([`${at} daemon running (pid 7)\n`, `${at} prod healthy\n`]);
  });

  test('says nothing of types that only begin, unless they were well before or go wrong', () => {
    const waiting = sampleType('pods', 'listing degraded waiting');
    const connecting = sampleType('pods', 'watching degraded connecting');
    const changes = new StatusChanges();
    changes.news(sampleReport({ types: [] }));
    expect(changes.news(sampleReport({ types: [waiting] }))).toEqual([]);
    expect(changes.news(sampleReport({ types: [connecting] }))).toEqual([]);
    expect(changes.news(sampleReport())).toEqual([]);
    expect(changes.news(sampleReport({ types: [connecting] }))).toEqual([
      `${at} prod pods watching degraded (connecting)\n`,
    ]);
    expect(changes.news(sampleReport())).toEqual([`${at} prod pods watching healthy\n`]);

    const troubled = new StatusChanges();
    troubled.news(sampleReport({ types: [waiting] }));
    expect(troubled.news(sampleReport({ types: [failing] }))).toHaveLength(1);
    expect(troubled.news(sampleReport({ types: [sampleType('pods')] }))).toHaveLength(1);
  });

  test('tells a daemon that does not answer from one that does', () => {
    const changes = new StatusChanges();
    changes.news(sampleReport());
    expect(changes.news(sampleReport({}, { isAnswered: false }))).toEqual([`${at} daemon not answering (pid 7)\n`]);
  });

  test('says of a context that is not mirrored that it is not', () => {
    const report = sampleReport(
      {},
      { contexts: [{ context: prodContext, mirror: undefined, asked: undefined, keptLogs: undefined }] },
    );
    expect(new StatusChanges().news(report)).toContain(`${at} prod not mirrored\n`);
  });
});
