import { expect, test } from 'vitest';
import {
  isSamePrinting,
  plainPrinting,
  printedRecipe,
  printingOf,
  type ServerPrinting,
  withPrinting,
  withoutPrinting,
} from '../../src/daemon/server-printing.ts';
import { podType } from '../support/temporary-mirror.ts';

const printing: ServerPrinting = {
  form: 'table',
  columns: [{ name: ' printed "', type: 'date', format: 'name', priority: 1 }],
};

test('a representation says the printing of its rows, whatever the columns are called', () => {
  const representation = withPrinting('x.org/v1 timeline 1', printing);
  expect(printingOf(representation)).toEqual(printing);
  expect(withoutPrinting(representation)).toBe('x.org/v1 timeline 1');
});

test('another printing takes the place of the one before', () => {
  const representation = withPrinting(withPrinting('x.org/v1', printing), plainPrinting);
  expect(printingOf(representation)).toEqual(plainPrinting);
  expect(withoutPrinting(representation)).toBe('x.org/v1');
});

test('a representation of rows that navi prints says none', () => {
  expect(printingOf('v1  1.36 derive 1 timeline 1')).toBeUndefined();
  expect(withoutPrinting('v1  1.36 derive 1 timeline 1')).toBe('v1  1.36 derive 1 timeline 1');
});

test('printings differ by form and by every part of a column', () => {
  const [column] = printing.columns;
  expect(isSamePrinting(printing, { ...printing, columns: [...printing.columns] })).toBe(true);
  expect(isSamePrinting(printing, { ...printing, form: 'plain' })).toBe(false);
  for (const change of [{ name: 'x' }, { type: 'string' }, { format: '' }, { priority: 0 }]) {
    const columns = [{ ...(column ?? { name: '', type: '', format: '', priority: 0 }), ...change }];
    expect(isSamePrinting(printing, { ...printing, columns })).toBe(false);
  }
});

test('the recipe of a printed type has the columns of its server', () => {
  const recipe = printedRecipe(podType, printing);
  expect(recipe.type).toEqual({ ...podType, columns: printing.columns });
  expect(recipe.table.columns).toBe(printing.columns);
  expect(recipe.printing).toBe(printing);
});
