import { assert, constant, integer, jsonValue, oneof, property, record, string } from 'fast-check';
import { expect, test } from 'vitest';
import type { PrinterColumn } from '../../../src/core/printer-column.ts';
import { languageOf } from '../../../src/query/where/language.ts';
import { compareKeys, sortKey, valueText } from '../../../src/query/where/row-order.ts';
import { ColumnValue } from '../../../src/query/where/row-value.ts';
import type { JudgedRow } from '../../../src/cel/row-variables.ts';

const nowMs = Date.parse('2026-01-02T03:04:05.678Z');

const column = (name: string, format = ''): PrinterColumn => ({ name, type: 'string', format, priority: 0 });

const row = (cells: readonly unknown[], columns: readonly PrinterColumn[]): JudgedRow => ({
  row: { key: 'shop/web', name: 'web', labels: '{}', cells: JSON.stringify(cells), created_at: null },
  columns,
  isAlias: false,
});

const instants = oneof(
  constant(null),
  integer({ min: -10_000_000, max: 10_000_000 }).map((ms) => nowMs - ms),
);
const since = record(
  {
    sinceMs: instants,
    before: oneof(constant('5 ('), constant(''), string()),
    after: oneof(constant(')'), constant('')),
  },
  { requiredKeys: ['sinceMs'] },
);
const cells = oneof(
  since,
  constant(null),
  integer().map(String),
  integer(),
  jsonValue().filter((value) => typeof value !== 'object'),
);
const pairs = record({
  first: cells,
  second: cells,
  name: oneof(constant('PORT(S)'), constant('Age'), string({ minLength: 1 })),
});

test('a column that is named alone has the value, the text and the order of its expression', async () => {
  const language = await languageOf([]);
  assert(
    property(pairs, oneof(constant(''), constant('name')), ({ first, second, name }, format) => {
      const columns = [column('Other'), column(name, format)];
      const printed = name.toUpperCase();
      const expression = language.parse('--order-by', `cols[${JSON.stringify(printed)}]`, 'any');
      const spoken = language.atWork(expression, columns, { cluster: 'c', nowMs });
      const plain = new ColumnValue(printed, nowMs);
      const rows = [row(['o', first], columns), row(['o', second], columns), row(['o'], [column('Other')])];
      const values = rows.map((each) => [plain.value(each), spoken.value(each)] as const);
      for (const [own, other] of values) {
        expect(valueText(own)).toBe(valueText(other));
        expect(Object.prototype.toString.call(own)).toBe(Object.prototype.toString.call(other));
      }
      for (const isDescending of [false, true]) {
        const compare = compareKeys([{ isDescending }]);
        const order = (a: unknown, b: unknown): number => compare([sortKey(a)], [sortKey(b)]);
        for (const a of values) for (const b of values) expect(order(a[0], b[0])).toBe(order(a[1], b[1]));
      }
      expect(spoken.notices).toEqual(plain.notices);
      expect(() => spoken.refuseMistake()).not.toThrow();
    }),
  );
});
