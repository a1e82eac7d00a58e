import { describe, expect, test } from 'vitest';
import { keptNotice, meantRun, type MeantRun } from '../../../src/cli/logs/kept-log.ts';
import type { KeptLog } from '../../../src/store/kept-log-reader.ts';

const log = (id: number, more: Partial<KeptLog> = {}): KeptLog => ({
  id,
  uid: 'new',
  container: 'app',
  isCurrent: false,
  isPrevious: false,
  why: 'crashed',
  exitCode: 1,
  endedAtMs: 1_000 + id,
  fetchedAtMs: 2_000 + id,
  lineCount: 3,
  isCut: false,
  ...more,
});

const current = log(9, { isCurrent: true });
const previous = log(8, { isPrevious: true });
const older = log(7);
const waiting = log(9, { isCurrent: true, isPrevious: true });
const earlier = log(5, { uid: 'old', isCurrent: true });
const side = log(6, { container: 'side', isCurrent: true });

describe('the run that is meant', () => {
  test.each<readonly [string, readonly KeptLog[], Omit<MeantRun, 'container'>, KeptLog | undefined]>([
    ['is the last one', [current, previous, older, earlier], { uid: 'new', isPrevious: false }, current],
    ['is the one before', [current, previous, older, earlier], { uid: 'new', isPrevious: true }, previous],
    ['is both while the container waits', [waiting, older], { uid: 'new', isPrevious: false }, waiting],
    [
      'is both while the container waits, asked for the one before',
      [waiting, older],
      { uid: 'new', isPrevious: true },
      waiting,
    ],
    ['is the last that was kept, of one that ran on', [previous, older], { uid: 'new', isPrevious: false }, previous],
    [
      'is the last one before, where that before was not kept',
      [current, older],
      { uid: 'new', isPrevious: true },
      older,
    ],
    ['is not the last one in place of the one before', [current], { uid: 'new', isPrevious: true }, undefined],
    [
      'is of an earlier pod of the name, where of this nothing is kept',
      [earlier],
      { uid: 'new', isPrevious: false },
      earlier,
    ],
    [
      'is of the last pod of the name, where that is not known',
      [current, earlier],
      { uid: '', isPrevious: false },
      current,
    ],
    ['is of no other container', [side], { uid: 'new', isPrevious: false }, undefined],
  ])('%s', (_, logs, meant, expected) => {
    expect(meantRun(logs, { ...meant, container: 'app' })).toBe(expected);
  });

  test('is told with how it ended, what of it was kept, and when', () => {
    const source = { pod: 'web-0', container: 'app', uid: 'new' };
    expect(keptNotice(current, source)).toBe(
      'kept log of web-0/app: the run that ended 1970-01-01T00:00:01.009Z (crashed, exit code 1); all of its 3 lines were kept 1970-01-01T00:00:02.009Z',
    );
    const short = { ...earlier, exitCode: null, why: 'failed', lineCount: 1, isCut: true } as const;
    expect(keptNotice(short, source)).toBe(
      'kept log of web-0/app of an earlier pod of that name: the run that ended 1970-01-01T00:00:01.005Z (failed); its last 1 line was kept 1970-01-01T00:00:02.005Z',
    );
  });
});
