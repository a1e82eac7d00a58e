import { describe, expect, test } from 'vitest';
import { csvLine, csvTable, csvValue } from '../../../src/cli/export/csv-table.ts';
import type { MirrorType } from '../../../src/query/mirror-type.ts';

const sinceMs = Date.parse('2026-01-02T03:04:05Z');

describe('csvValue', () => {
  test.each([
    [null, null],
    ['Running', 'Running'],
    ['one\ntwo', 'one\ntwo'],
    [3, '3'],
    [1.5, '1.5'],
    [true, 'true'],
    [{ sinceMs }, '2026-01-02T03:04:05Z'],
    [{ sinceMs: sinceMs + 7 }, '2026-01-02T03:04:05.007Z'],
    [{ sinceMs: null }, '<unknown>'],
    [{ sinceMs, before: '3 (', after: ' ago)' }, '3 (2026-01-02T03:04:05Z)'],
    ['=1+1', "'=1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['+cmd', "'+cmd"],
    ['-cmd|x', "'-cmd|x"],
    ['\t=1', "'\t=1"],
    ['-5', '-5'],
    ['+1.5', '+1.5'],
    ['-', '-'],
    ['a=b', 'a=b'],
  ])('of %j is %j', (cell, expected) => {
    expect(csvValue(cell)).toBe(expected);
  });
});

test('a line is as RFC 4180 has it, with an empty field for what is not there', () => {
  expect(csvLine(['a', 'b,c', 'd"e', 'f\ng', '', null])).toBe('a,"b,c","d""e","f\ng","",\r\n');
});

describe('csvTable', () => {
  const columns = [
    { name: 'Name', type: 'string', format: 'name', priority: 0 },
    { name: 'Node Name', type: 'string', format: '', priority: 1 },
  ];
  const row = { key: 'shop/web', name: 'web', labels: '{}', cells: '["web","n1","more"]', created_at: 0 };
  const type = (namespaced: boolean): MirrorType =>
    ({ kind: 'Pod', group: '', columns, namespaced }) as unknown as MirrorType;

  test('has the columns of -o wide behind the namespace', () => {
    const { headers, values } = csvTable(type(true));
    expect(headers).toEqual(['NAMESPACE', 'NAME', 'NODE NAME']);
    expect(values(row)).toEqual(['shop', 'web', 'n1']);
  });

  test('has no namespace for what is in none, and nothing for cells that are missing', () => {
    const { headers, values } = csvTable(type(false));
    expect(headers).toEqual(['NAME', 'NODE NAME']);
    expect(values({ ...row, key: 'web', cells: '["web"]' })).toEqual(['web', null]);
  });
});
