import { expect, test } from 'vitest';
import { changedBy } from '../../../src/query/history/changed-by.ts';

const entry = (manager: string, time: string, subresource?: string): Record<string, string> => ({
  manager,
  operation: 'Update',
  time,
  ...(subresource === undefined ? {} : { subresource }),
});

test('whose entries are new or other ones has changed it, each once', () => {
  const before = [entry('kubectl', '1'), entry('kubelet', '1', 'status'), entry('gone', '1')];
  const after = [
    entry('kubectl', '2'),
    entry('kubelet', '1', 'status'),
    entry('hpa', '2', 'scale'),
    entry('hpa', '3', 'scale'),
  ];
  expect(changedBy(before, after)).toEqual(['kubectl', 'hpa (scale)']);
});

test('an object that is new was made by all its managers, and one whose entries stay by nobody that is known', () => {
  expect(changedBy(undefined, [entry('a', '1'), {}])).toEqual(['a', '<unknown>']);
  expect(changedBy([entry('a', '1')], [entry('a', '1')])).toEqual([]);
  expect(changedBy([entry('a', '1')], undefined)).toEqual([]);
});
