import { expect, test } from 'vitest';
import { sortedMembers } from '../../src/core/sorted-members.ts';

test('members come in UTF-8 order, integer-like keys too, without those that are undefined', () => {
  expect(sortedMembers({ b: 1, '\u{1f600}': 2, '\uffff': 3, '10': 4, '9': null, gone: undefined })).toEqual([
    ['10', 4],
    ['9', null],
    ['b', 1],
    ['\uffff', 3],
    ['\u{1f600}', 2],
  ]);
});
