import { expect, test } from 'vitest';
import { lineLogger } from '../../src/daemon/logger.ts';
import { TroubleLog } from '../../src/daemon/trouble-log.ts';
import { failure } from '../../src/kube/failure.ts';
import { fakeClock } from '../support/fake-clock.ts';

test('a trouble that lasts is logged when it begins, when it becomes another one, and with its end', () => {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const log = lineLogger(
    (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
    'info',
    () => 0,
  );
  const clock = fakeClock(0);
  const trouble = new TroubleLog(log, clock, { begin: 'it failed', end: 'it works again' });
  expect(trouble.over()).toBe(false);
  for (const message of ['away', 'away', 'away', 'refused']) {
    trouble.met(failure('unreachable', message));
    clock.advance(20_000);
  }
  expect(trouble.over()).toBe(true);
  expect(trouble.over()).toBe(false);
  expect(
    lines.map(({ level, msg, error, failures, durationMs }) => ({ level, msg, error, failures, durationMs })),
  ).toEqual([
    { level: 'warn', msg: 'it failed', error: 'away' },
    { level: 'warn', msg: 'it failed', error: 'refused' },
    { level: 'info', msg: 'it works again', failures: 4, durationMs: 80_000 },
  ]);
});
