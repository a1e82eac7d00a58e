import { describe, expect, test } from 'vitest';
import type { ApiResource } from '../../../src/core/api-resource.ts';
import type { KubeObject } from '../../../src/core/kube-object.ts';
import { customColumnsOf, tableDefinition } from '../../../src/derive/table-definition.ts';
import { customCases, widgetDefinition } from './cases/custom.ts';
import { cellText } from '../../../src/output/cell-text.ts';
import { nowMs } from './cases/table-case.ts';

const type: ApiResource = {
  group: 'example.com',
  version: 'v1',
  resource: 'widgets',
  singular: 'widget',
  kind: 'Widget',
  namespaced: true,
  shortNames: [],
  categories: [],
  verbs: [],
};

const bare: KubeObject = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'bare' } };

describe('cells of a custom resource', () => {
  const table = tableDefinition(type, { serverMinor: 36, customColumns: customColumnsOf(widgetDefinition, 'v1') });

  test.each(customCases)('$title', ({ object, cells }) => {
    const row = table.cells(object).map((cell) => cellText(cell, nowMs));
    expect(row.join(' | ')).toBe(cells);
  });
});

describe('columns of a custom resource', () => {
  test('are the declared ones behind the name', () => {
    const customColumns = customColumnsOf(widgetDefinition, 'v1');
    const { columns } = tableDefinition(type, { serverMinor: 36, customColumns });
    expect(columns[0]).toEqual({ name: 'Name', type: 'string', format: 'name', priority: 0 });
    expect(columns[5]).toEqual({ name: 'Int', type: 'integer', format: 'int64', priority: 7 });
    expect(columns.at(-1)).toEqual({ name: 'Age', type: 'date', format: '', priority: 0 });
    expect(columns).toHaveLength(11);
  });

  test('are the age where a version declares none', () => {
    const customColumns = customColumnsOf(widgetDefinition, 'v2');
    const { columns, cells } = tableDefinition(type, { serverMinor: 36, customColumns });
    expect(columns.map(({ name }) => name)).toEqual(['Name', 'Age']);
    expect(cells(bare)).toEqual(['bare', '']);
  });

  test('end before the first one whose path is invalid', () => {
    const column = { type: 'string', format: '', priority: 0 };
    const customColumns = [
      { ...column, name: 'A', jsonPath: '.a' },
      { ...column, name: 'B', jsonPath: '.b[' },
      { ...column, name: 'C', jsonPath: '.c' },
    ];
    const { columns, cells } = tableDefinition(type, { serverMinor: 36, customColumns });
    expect(columns.map(({ name }) => name)).toEqual(['Name', 'A']);
    expect(cells({ ...bare, a: 'x' })).toEqual(['bare', 'x']);
  });
});
