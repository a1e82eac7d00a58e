import { describe, expect, test } from 'vitest';
import { choosePrinter } from '../../src/cli/get/printers/choose-printer.ts';
import { sortedRows } from '../../src/cli/get/sort-rows.ts';
import { parseJson } from '../../src/core/canonical-json.ts';
import type { Cell } from '../../src/core/cell.ts';
import { asObject, type Json, type JsonObject } from '../../src/core/json.ts';
import type { KubeObject } from '../../src/core/kube-object.ts';
import type { MirroredType } from '../../src/core/mirrored-type.ts';
import { objectRecord, objectSource, type TypeRecipe } from '../../src/daemon/object-source.ts';
import { printedRecipe } from '../../src/daemon/server-printing.ts';
import { customColumnsOf, tableDefinition } from '../../src/derive/table-definition.ts';
import { NaviError } from '../../src/errors/navi-error.ts';
import { RequestFailed } from '../../src/kube/failure.ts';
import { eventObject, listItems, serverTable } from '../../src/kube/representation.ts';
import { renderTables } from '../../src/output/object-table.ts';
import type { ObjectRow } from '../../src/query/object-query.ts';
import { builtInTypes } from '../../src/simulator/built-in-types.ts';
import type { ObjectRecord } from '../../src/store/object-record.ts';
import { grownObject } from '../support/grown-object.ts';
import { amountOf } from '../support/long-run.ts';
import { randomTable } from '../support/random-table.ts';
import { createSeededRandom } from '../support/seeded-random.ts';

const seeds = Array.from({ length: amountOf(6, 300) }, (_, index) => index + 1);

const nowMs = Date.UTC(2026, 0, 1);

/** A definition's columns, of each type and with paths that lead anywhere. */
const columns = customColumnsOf(
  {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: {
      versions: [
        {
          name: 'v1',
          additionalPrinterColumns: ['string', 'integer', 'number', 'boolean', 'date', 'nonsense'].map((type) => ({
            name: `A ${type}`,
            type,
            jsonPath: `.spec.${type}[?(@.a=="b")]..c`,
          })),
        },
      ],
    },
  } as unknown as KubeObject,
  'v1',
);

const widget = { group: 'example.com', version: 'v1', resource: 'widgets', kind: 'Widget', namespaced: true };

function recipeOf(type: (typeof builtInTypes)[number] | typeof widget): TypeRecipe {
  const customColumns = type.resource === 'widgets' ? columns : undefined;
  const table = tableDefinition(type as MirroredType, { serverMinor: 36, customColumns });
  return { type: { ...(type as unknown as MirroredType), columns: table.columns }, table };
}

const formats = ['json', 'yaml', 'kyaml', 'name', 'jsonpath={..name}{.spec}', 'go-template={{.}}{{.metadata.labels}}'];
const templated = [
  'custom-columns=A:.metadata,B:.status..name,C:.spec.containers[*].image',
  'jsonpath-as-json={.items[*]}',
];

/** What the store takes: texts alone, and JSON that can be read again. */
function expectStorable(record: ObjectRecord): void {
  const texts = [record.name, record.body, record.managedFields, record.labels, record.cells];
  const more = [...record.terms.flatMap(({ kind, text }) => [kind, text]), ...record.owners.map(({ uid }) => uid)];
  for (const text of [...texts, ...more]) expect(typeof text).toBe('string');
  for (const text of [record.body, record.labels, record.cells]) JSON.parse(text);
}

/** One row is one line without an escape sequence. Headers are what the server says, as in kubectl; a terminal gets them in words. */
function expectTable(recipe: TypeRecipe, record: ObjectRecord, name?: string): void {
  const { type, table } = recipe;
  const cells = JSON.parse(record.cells) as Cell[];
  const rows = [{ namespace: '', cells, labels: asObject(parseJson(record.labels)) }];
  const rendered = (noHeaders: boolean): string =>
    [
      ...renderTables([{ type, columns: table.columns, rows }], {
        wide: true,
        allNamespaces: true,
        showKind: true,
        showLabels: true,
        labelColumns: ['a', 'toString'],
        noHeaders,
        nowMs,
      }),
    ].join('');
  const text = rendered(true);
  expect(rendered(false)).toContain(text.trim().split(/\s/)[0]);
  expect(text).not.toContain('\u001B');
  expect(text.split('\n')).toHaveLength(2);
  if (name !== undefined) expect(text).toContain(name);
}

function expectPrinted(type: TypeRecipe['type'], record: ObjectRecord): void {
  const row: ObjectRow = { ...record, key: record.name, created_at: record.createdAtMs, json: record.body, zstd: null };
  const found = { type: type as never, row };
  for (const format of [...formats, ...templated]) {
    const output = { format, template: '', allowMissingKeys: true, showManagedFields: false, noHeaders: false };
    const printer = choosePrinter(output);
    printer.single(found);
    printer.list([found, found], () => undefined);
  }
  for (const path of ['.spec', '.status', '.metadata.labels', '.metadata.creationTimestamp', '{..name}']) {
    try {
      sortedRows(path, () => [parseJson(record.body), parseJson(record.body), {}]);
    } catch (error) {
      // kubectl dies of what cannot be compared.
      expect(error).toBeInstanceOf(NaviError);
    }
  }
}

describe('an object with anything at every path that is read of it', () => {
  test.each(seeds)('is stored, and printed in every format: seed %i', { timeout: 120_000 }, (seed) => {
    for (const [index, type] of [...builtInTypes, widget].entries()) {
      const random = createSeededRandom(seed * 1_000 + index);
      const recipe = recipeOf(type);
      const metadata = { name: 'it', namespace: 'default', uid: 'u', resourceVersion: '1' };
      const root = { apiVersion: 'v1', kind: type.kind, metadata: { ...metadata }, spec: {}, status: {} };
      const object = grownObject(root as unknown as KubeObject, random, {
        read: (grown) => void objectRecord(recipe, { object: grown }, nowMs),
        isFixed: ([first, second = '']) => first === 'metadata' && Object.hasOwn(metadata, second),
      });
      const record = objectRecord(
        recipe,
        { object: parseJson(JSON.stringify(object)) as unknown as KubeObject },
        nowMs,
      );
      expectStorable(record);
      expectTable(recipe, record, type.resource === 'events' ? undefined : 'it');
      expectPrinted(recipe.type, record);
    }
  });
});

const thing = { group: 'shop.example', version: 'v1', resource: 'things', kind: 'Thing', namespaced: true };

/** All that becomes of a Table that is a list, or the object of an event. */
function useTable(body: JsonObject): void {
  const table = serverTable(body);
  const recipe = printedRecipe(thing as unknown as MirroredType, { form: 'table', columns: table?.columns ?? [] });
  const objects = listItems(thing as never, 'table', body);
  if (objects.length > 0) eventObject(thing as never, 'table', body);
  for (const [index, object] of objects.entries()) {
    const received = { object, cells: table?.cells[index] };
    const { key, uid, resourceVersion, record } = objectSource(recipe, received, nowMs);
    for (const text of [key, uid, resourceVersion]) expect(typeof text).toBe('string');
    expectStorable(record());
    expectTable(recipe, record());
  }
}

describe('a Table', () => {
  test.each(seeds)('with anything at any place is printed or refused: seed %i', (seed) => {
    const random = createSeededRandom(seed);
    for (let count = 0; count < 500; count += 1) {
      const body = parseJson(JSON.stringify(randomTable(random))) as JsonObject;
      try {
        useTable(body);
      } catch (error) {
        expect(error, JSON.stringify(body)).toBeInstanceOf(RequestFailed);
      }
    }
  });

  test.each<[string, JsonObject]>([
    ['too few cells', { cells: [] }],
    ['too many cells', { cells: Array.from({ length: 300_000 }, () => 'x') }],
    ['cells that are no list', { cells: { a: 1 } }],
    ['cells that are lists and maps', { cells: [['it'], { it: ['it'] }, { sinceMs: 5 }] }],
    ['cells of many lines', { cells: ['it\n\n\nrm -rf', '\u2028\u2029\f\v\t\r', '\n'] }],
    ['cells that steer a terminal', { cells: ['it\u001B[2J', '\u001B]0;x\u0007', '\u009B2J'] }],
    ['a cell of a megabyte', { cells: ['it', 'x'.repeat(2 ** 20)] }],
    ['numbers of many digits', { cells: ['it', JSON.rawJSON('1'.repeat(400)), 1e308] }],
  ])('of %s prints a row', (_what, row) => {
    const columnDefinitions = ['Name', 'Age', 'Age'].map((name) => ({ name, type: 'string' }));
    const object = { apiVersion: 'shop.example/v1', kind: 'Thing', metadata: { name: 'it' } };
    useTable({ kind: 'Table', columnDefinitions, rows: [{ ...row, object }] });
  });

  test('of ten thousand columns is printed in time', { timeout: 60_000 }, () => {
    const columnDefinitions = Array.from({ length: 10_000 }, (_, index) => ({ name: `C${index}`, type: 'string' }));
    const rows = Array.from({ length: 20 }, (_, index) => ({
      cells: columnDefinitions.map(({ name }) => name),
      object: { metadata: { name: `it-${index}` } },
    }));
    const startedAt = performance.now();
    useTable({ kind: 'Table', columnDefinitions, rows });
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });

  test('whose rows have no objects is refused', () => {
    const body = (object: Json): JsonObject => ({
      kind: 'Table',
      columnDefinitions: [],
      rows: [{ cells: ['a'], object }],
    });
    for (const object of [
      null,
      'a',
      [],
      { kind: 'PartialObjectMetadata', metadata: { name: 'a' } },
      {},
      { metadata: {} },
    ])
      expect(() => useTable(body(object)), JSON.stringify(object)).toThrow(RequestFailed);
  });
});
