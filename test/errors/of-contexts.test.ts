import { expect, test } from 'vitest';
import { NaviError } from '../../src/errors/navi-error.ts';
import { errorOfAll, exitCodeOf, ofContext } from '../../src/errors/of-contexts.ts';

const refused = new NaviError('NAVI_REFUSED', 'no', { hints: ['log in'] });
const missing = new NaviError('NAVI_NOT_MIRRORED', 'context "b" is not there');

test('the exit code is the one that all contexts share, else 6', () => {
  expect(exitCodeOf([])).toBe(0);
  expect(exitCodeOf([0, 0])).toBe(0);
  expect(exitCodeOf([4, 4])).toBe(4);
  expect(exitCodeOf([0, 4])).toBe(6);
  expect(exitCodeOf([7, 4])).toBe(6);
});

test('an error of one context names it once', () => {
  expect(ofContext('a', refused)).toMatchObject({
    message: 'context "a": no',
    code: 'NAVI_REFUSED',
    hints: ['log in'],
  });
  expect(ofContext('b', missing)).toBe(missing);
});

test('one error is told as it is, several as one', () => {
  expect(errorOfAll([refused])).toBe(refused);
  expect(errorOfAll([refused, refused])).toMatchObject({ exitCode: 4, hints: ['no', 'no'] });
  expect(errorOfAll([refused, missing, refused, refused])).toMatchObject({
    message: 'none of 4 contexts can be used',
    hints: ['no', 'context "b" is not there', 'and 2 more'],
    exitCode: 6,
  });
});
