import { expect, test } from 'vitest';
import type { Cell } from '../../src/core/cell.ts';
import { cellText } from '../../src/output/cell-text.ts';

const nowMs = Date.UTC(2026, 0, 10);
const cases: readonly (readonly [Cell, string])[] = [
  ['plain', 'plain'],
  ['line one\nline two', 'line one...'],
  ['\nfirst', '...'],
  ['a\rb', 'a...'],
  ['a\fb', 'a...'],
  ['\u001b[31mred', '^[[31mred'],
  ['tab\tstays', 'tab\tstays'],
  [null, ''],
  [true, 'true'],
  [0, '0'],
  [1_234_567, '1234567'],
  [1_234_567.5, '1.2345675e+06'],
  [{ sinceMs: nowMs - 90_000 }, '90s'],
  [{ sinceMs: null }, '<unknown>'],
  [{ sinceMs: nowMs + 10_000 }, '<invalid>'],
  [{ sinceMs: nowMs - 312_000, before: '12 (', after: ' ago)' }, '12 (5m12s ago)'],
  [{ sinceMs: nowMs, before: 'a\nb' }, 'a...'],
];

test.each(cases)('prints the cell %j as %j', (cell, text) => {
  expect(cellText(cell, nowMs)).toBe(text);
});
