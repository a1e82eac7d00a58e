import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseFieldSelector } from '../../src/core/selector/field-selector.ts';
import { parseLabelSelector } from '../../src/core/selector/label-selector.ts';
import {
  objectStatement,
  rowTally,
  type ObjectDetail,
  type ObjectQuery,
  type RowTally,
} from '../../src/query/object-query.ts';
import { parseSearch } from '../../src/query/search/parse-search.ts';
import { searchWords } from '../../src/query/search/search-words.ts';
import type { MirrorReader } from '../../src/store/open-reader.ts';
import { openedReader } from '../support/opened-reader.ts';
import { sampleSource, type TemporaryMirror, temporaryMirror } from '../support/temporary-mirror.ts';

/** Enough rows for SQLite's statistics to tell an object from a type. */
const objectCount = 2_000;

let mirror: TemporaryMirror;
let reader: MirrorReader;

/** A store as the first sync leaves it, or (`withStatistics`) as a writer leaves it that was closed. */
async function openStore(withStatistics: boolean): Promise<void> {
  mirror = await temporaryMirror();
  mirror.writer.commit(() => {
    const target = mirror.target();
    for (let index = 0; index < objectCount; index += 1) {
      const terms = [
        { kind: 'label', text: `app=web-${index >> 2}` },
        { kind: 'label', text: 'team=shop' },
        { kind: 'field', text: `spec.nodeName=node-${index % 200}` },
        { kind: 'image', text: `registry.test/nginx:${index % 7}` },
      ];
      mirror.writer.objects.put(target, sampleSource(`ns-${index % 20}/web-${index}`, { terms }), 1);
    }
  });
  if (withStatistics) mirror.writer.close();
  reader = openedReader(mirror.file);
}

function closeStore(): void {
  reader.close();
  mirror.close();
}

function planOf(sql: string, parameters: readonly unknown[] = []): readonly string[] {
  const rows = reader.sqlite.prepare(`explain query plan ${sql}`).all(...parameters) as { detail: string }[];
  return rows.map((row) => row.detail);
}

/** The plan of `navi get` for a type. */
function getPlan(query: Partial<ObjectQuery>, detail: ObjectDetail = 'row'): readonly string[] {
  const { text, parameters } = objectStatement({ typeId: mirror.typeId, labels: [], fields: [], ...query }, detail);
  return planOf(text, parameters);
}

/** The statements of what counts rows. */
function tallyStatements(query: Partial<ObjectQuery>, count: (tally: RowTally) => unknown): readonly string[] {
  const statements: string[] = [];
  const sqlite = new SqliteDatabase(mirror.file, { readonly: true, verbose: (sql) => statements.push(String(sql)) });
  count(rowTally({ ...reader, sqlite }, { typeId: mirror.typeId, labels: [], fields: [], ...query }));
  sqlite.close();
  return statements;
}

function tallyPlan(query: Partial<ObjectQuery>, count: (tally: RowTally) => unknown): readonly string[] {
  return tallyStatements(query, count).flatMap((sql) => planOf(sql));
}

/** How often the program of a statement looks into the array of cells, which it does where it reads a row and not the index. */
function cellLooks(statements: readonly string[]): number {
  const steps = statements.flatMap((sql) => reader.sqlite.prepare(`explain ${sql}`).all() as { p4: string | null }[]);
  return steps.filter(({ p4 }) => p4?.startsWith('->(') === true).length;
}

function labels(selector: string): ObjectQuery['labels'] {
  const parsed = parseLabelSelector(selector);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.requirements;
}

function fields(selector: string): ObjectQuery['fields'] {
  const parsed = parseFieldSelector(selector);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.terms;
}

/** The statements that a search runs, as SQLite saw them, each with its plan. */
function searchPlans(text: string): readonly { readonly sql: string; readonly plan: readonly string[] }[] {
  const statements = new Set<string>();
  const sqlite = new SqliteDatabase(mirror.file, { readonly: true, verbose: (sql) => statements.add(String(sql)) });
  const kinds = { named: () => [mirror.typeId], meant: () => [] };
  searchWords({ ...reader, sqlite }, parseSearch(text), { limit: objectCount * 2, kinds });
  sqlite.close();
  return [...statements].map((sql) => ({ sql, plan: planOf(sql) }));
}

function searchPlan(term: string, part: string): readonly string[] {
  const found = searchPlans(term).find(({ sql }) => sql.includes(part));
  if (found === undefined) throw new Error(`no statement of the search holds ${part}`);
  return found.plan;
}

/** A walk over a whole table that grows with the cluster. */
const isFullScan = (step: string): boolean =>
  /^SCAN (object|named|placed|term|object_term|body|managed_fields|owner)\b/.test(step);

const wholeType = 'SEARCH object USING INDEX object_by_key (type_id=?)';
const bodyById = 'SEARCH body USING INTEGER PRIMARY KEY (rowid=?)';
const objectsOfTerm = 'SEARCH object_term USING COVERING INDEX object_term_by_term (term_id=? AND type_id=?)';
const selectors = ['app=web-7', 'app in (web-7,web-8)', 'app notin (web-7)', 'app', '!app', 'app!=web-7', 'app>3'];

describe.each([
  { store: 'without statistics', withStatistics: false },
  { store: 'with statistics', withStatistics: true },
])('a store $store', ({ withStatistics }) => {
  beforeEach(() => openStore(withStatistics));
  afterEach(closeStore);

  test('what is only counted is read from the index alone', () => {
    const count = (tally: RowTally): unknown => tally.count();
    expect(tallyPlan({}, count)).toEqual(['SEARCH object USING COVERING INDEX object_by_key (type_id=?)']);
    expect(tallyPlan({ namespace: 'b' }, count)).toEqual([
      'SEARCH object USING COVERING INDEX object_by_key (type_id=? AND key>? AND key<?)',
    ]);
  });

  test('the cells of all rows are read in list order from the key index alone, without sorting', () => {
    const cells = (tally: RowTally): unknown => tally.cells([0, 2]);
    expect(tallyPlan({}, cells)).toEqual(['CO-ROUTINE (subquery-1)', wholeType, 'SCAN (subquery-1)']);
    expect(cellLooks(tallyStatements({}, cells))).toBe(0);
    expect(cellLooks(tallyStatements({}, (tally) => tally.cells([0, 12])))).toBe(1);
  });

  test('reads all objects of a type in list order from the key index, without sorting', () => {
    expect(getPlan({})).toEqual([wholeType]);
    expect(getPlan({}, 'body')).toEqual([wholeType, bodyById]);
    expect(getPlan({}, 'whole')).toEqual([
      wholeType,
      bodyById,
      'SEARCH managed_fields USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN',
    ]);
  });

  test('reads a namespace as a range of keys', () => {
    expect(getPlan({ namespace: 'ns-1' })).toEqual([
      'SEARCH object USING INDEX object_by_key (type_id=? AND key>? AND key<?)',
    ]);
  });

  test('reads one object by its key', () => {
    const byKey = 'SEARCH object USING INDEX object_by_key (type_id=? AND key=?)';
    expect(getPlan({ namespace: 'ns-1', name: 'web-1' }, 'body')).toEqual([byKey, bodyById]);
    expect(getPlan({ name: 'node-1' })).toEqual([byKey]);
  });

  test.each(selectors)('finds the terms of the label selector %s by text, then their objects of the type', (text) => {
    const plan = getPlan({ labels: labels(text) });
    expect(plan).toContain(objectsOfTerm);
    expect(plan.join('\n')).toMatch(/SEARCH term USING COVERING INDEX sqlite_autoindex_term_1 \(kind=\? AND text/);
    expect(plan.filter(isFullScan)).toEqual([]);
  });

  test.each(['spec.nodeName=node-3', 'spec.nodeName!=node-3', 'spec.nodeName='])(
    'finds the terms of the field selector %s by text, then their objects of the type',
    (text) => {
      const plan = getPlan({ fields: fields(text) });
      expect(plan).toContain(objectsOfTerm);
      expect(plan.filter(isFullScan)).toEqual([]);
    },
  );

  test('looks a name up in the name index, whole or by its beginning', () => {
    expect(searchPlan('web-1999', 'where name = ')).toContain('SEARCH object USING INDEX object_by_name (name=?)');
    expect(searchPlan('web-1999', 'where name > ')).toContain(
      'SEARCH object USING INDEX object_by_name (name>? AND name<?)',
    );
  });

  test('looks a part of a name up by its trigrams, then the objects by id', () => {
    const plan = searchPlan('b-199', 'object_name match');
    expect(plan).toContain('SCAN object_name VIRTUAL TABLE INDEX 0:M1');
    expect(plan).toContain('SEARCH object USING INTEGER PRIMARY KEY (rowid=?)');
  });
});

describe('a store before its first statistics', () => {
  beforeEach(() => openStore(false));
  afterEach(closeStore);

  test('looks a text up by its trigrams, then its objects by term', () => {
    expect(searchPlan('nginx:3', 'term_text match')).toContain('SCAN term_text VIRTUAL TABLE INDEX 0:M1');
    const plan = searchPlan('nginx:3', 'join object_term');
    expect(plan.join('\n')).toContain('SEARCH object_term USING COVERING INDEX object_term_by_term (term_id=?');
    expect(plan).toContain('SEARCH object USING INTEGER PRIMARY KEY (rowid=?)');
  });

  test.each([
    ['web-19', 5],
    ['web-19 nginx', 2],
    ['ns:ns-1 name:web-19 is', 2],
    ['kind:pod 10.0.0.0/24', 2],
    ['image:nginx:3 -web-7', 1],
  ])('searches for %s without a walk over any table that grows', (text, leastCount) => {
    const plans = searchPlans(text);
    expect(plans.length).toBeGreaterThanOrEqual(leastCount);
    // What is looked through of a bounded number of objects has their table's name.
    const isBounded = (plan: readonly string[], step: string): boolean =>
      step === 'SCAN object' && plan.includes('CO-ROUTINE object');
    const steps = plans.flatMap(({ plan }) => plan.filter((step) => !isBounded(plan, step)));
    expect(steps.filter(isFullScan)).toEqual([]);
  });
});

describe('statistics', () => {
  beforeEach(() => openStore(true));
  afterEach(closeStore);

  test('let a selector that few objects meet read these objects alone', () => {
    expect(getPlan({ labels: labels('app=web-7') })[0]).toBe('SEARCH object USING INTEGER PRIMARY KEY (rowid=?)');
    expect(getPlan({ fields: fields('metadata.name=web-7') })[0]).toBe(
      'SEARCH object USING INDEX object_by_name (name=?)',
    );
  });
});
