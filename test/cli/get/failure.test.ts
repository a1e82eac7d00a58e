import { describe, expect, test } from 'vitest';
import { failureLines, ownFailure, serverFailure } from '../../../src/cli/get/failure.ts';

describe('failureLines', () => {
  test('are none without a failure', () => {
    expect(failureLines([])).toEqual([]);
  });

  test('begin with error: for a single one of kubectl itself, once', () => {
    expect(failureLines([ownFailure('resource name may not be empty')])).toEqual([
      'error: resource name may not be empty',
    ]);
    expect(failureLines([ownFailure('error: broken')])).toEqual(['error: broken']);
  });

  test('tell the reason of the server, where it gave one', () => {
    expect(failureLines([serverFailure('NotFound', 'pods "x" not found')])).toEqual([
      'Error from server (NotFound): pods "x" not found',
    ]);
    expect(failureLines([serverFailure('', 'broken')])).toEqual(['Error from server: broken']);
    expect(failureLines([serverFailure('Unauthorized', 'Unauthorized')])).toEqual([
      'error: You must be logged in to the server (Unauthorized)',
    ]);
  });

  test('are bare where there are several', () => {
    expect(failureLines([ownFailure('one'), serverFailure('Forbidden', 'two')])).toEqual([
      'one',
      'Error from server (Forbidden): two',
    ]);
  });
});
