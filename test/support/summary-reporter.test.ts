import { describe, expect, test } from 'vitest';
import { summaryLines } from './summary-reporter.ts';

describe('summary of a test run', () => {
  test('the counts are a line alone', () => {
    expect(summaryLines({ passedCount: 12, failedCount: 1, skippedCount: 0 }, 'etcd is missing')).toEqual([
      '12 passed, 1 failed, 0 skipped',
    ]);
  });

  test('tests that were skipped while programs are missing are told with the reason', () => {
    expect(summaryLines({ passedCount: 1, failedCount: 0, skippedCount: 3 }, 'etcd is missing')).toEqual([
      '3 skipped because etcd is missing',
      '1 passed, 0 failed, 3 skipped',
    ]);
  });

  test('no reason is invented when every program is there', () => {
    expect(summaryLines({ passedCount: 1, failedCount: 0, skippedCount: 3 }, undefined)).toEqual([
      '1 passed, 0 failed, 3 skipped',
    ]);
  });
});
