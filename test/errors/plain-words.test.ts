import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fileHint, plainMessageOf } from '../../src/errors/plain-words.ts';
import { thrownBy } from '../support/thrown-by.ts';

test('what the system refuses is said in words, with its code and without the path', () => {
  expect(plainMessageOf(thrownBy(() => readFileSync('/nowhere/file')))).toBe('no such file or folder (ENOENT)');
  expect(plainMessageOf(thrownBy(() => readFileSync('/')))).toBe('it is a folder, not a file (EISDIR)');
  expect(plainMessageOf(new Error('anything else'))).toBe('anything else');
});

test('a file that may not be used leads to its mode, any other elsewhere', () => {
  expect(fileHint(Object.assign(new Error('x'), { code: 'EACCES' }), '/a', 'b')).toBe('ls -ld /a shows who may use it');
  expect(fileHint(new Error('x'), '/a', 'b')).toBe('b');
});
