import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MirroredType } from '../../../src/core/mirrored-type.ts';
import { cellText } from '../../../src/output/cell-text.ts';
import { openViews } from '../../../src/query/sql/open-views.ts';
import { namesOf, statementTokens } from '../../../src/query/sql/statement-tokens.ts';
import type { View } from '../../../src/query/sql/view.ts';
import { sqlFunctions, views } from '../../../src/query/sql/views.ts';
import { podType, sampleSource, type TemporaryMirror, temporaryMirror } from '../../support/temporary-mirror.ts';

const document = readFileSync(join(import.meta.dirname, '../../../src/query/sql/VIEWS.md'), 'utf8');

function section({ name, meaning, columns }: View): string {
  const rows = columns.map((each) => `| \`${each.name}\` | ${each.type} | ${each.meaning} |`);
  return [`### \`${name}\``, '', meaning, '', '| column | type | meaning |', '|---|---|---|', ...rows, ''].join('\n');
}

describe('the text about the views', () => {
  test('has each of them with its columns, and no other', () => {
    expect(document.slice(document.indexOf('## Views\n'))).toBe(`## Views\n\n${views.map(section).join('\n')}`);
    for (const { call, meaning } of sqlFunctions) expect(document).toContain(`| \`${call}\` | ${meaning} |`);
  });

  test('uses words that a table and a statement can have', () => {
    for (const { name, columns } of views) {
      expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(new Set(columns.map((each) => each.name)).size).toBe(columns.length);
      for (const each of columns) expect(each.name).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(columns.filter(({ meaning }) => meaning.includes('|'))).toEqual([]);
    }
  });
});

/** Enough rows for SQLite's statistics to tell an object from a type, and types for one to be a small part. */
const objectCount = 1_000;
const typeCount = 20;

/** Every type has the same objects. */
function fill({ writer }: TemporaryMirror): void {
  const types = Array.from({ length: typeCount - 1 }, (_none, at): MirroredType => ({
    ...podType,
    resource: `things${at}`,
  }));
  const ids = writer.commit(() => [...writer.types.save([podType, ...types]).values()]);
  writer.commit(() => {
    for (const typeId of ids) {
      const { id } = writer.scopes.ensure(typeId, '', 1_000);
      // From its first complete list on changes are logged.
      const end = { phase: 'synced', resourceVersion: '100', timeline: 1, replayedUntil: '', asOfMs: 1_000 } as const;
      writer.scopes.beginList(id, 'shape', 1_000);
      writer.scopes.finishList(id, end);
      const target = writer.scopes.target(id);
      for (let index = 0; index < objectCount / typeCount; index += 1) {
        const key = `ns-${index % 5}/web-${index}`;
        const uid = `${typeId}-${index}`;
        const terms = [
          { kind: 'label', text: `app=web-${index}` },
          { kind: 'image', text: `image:${index}` },
        ];
        const owners = [{ uid: `${typeId}-${index >> 1}`, controller: true }];
        writer.objects.put(target, sampleSource(key, { uid, terms, owners }), 1);
      }
    }
  });
}

describe.each([false, true])('a plan (with statistics: %j)', (hasStatistics) => {
  let mirror: TemporaryMirror;
  let database: Database;

  beforeAll(async () => {
    mirror = await temporaryMirror();
    fill(mirror);
    if (hasStatistics) mirror.writer.close();
    database = new SqliteDatabase(mirror.file, { readonly: true });
    const names = new Set([...views.map(({ name }) => name), '*']);
    const open = openViews(database, { nowMs: 0, cellText, bodyOf: () => '{}', names, keptLogs: () => '[]' });
    for (const { name } of views) open.make(name);
  });
  afterAll(() => {
    database.close();
    mirror.close();
  });

  test.each<[string, readonly RegExp[]]>([
    [`select * from objects where type = 'pods'`, [/SEARCH o USING INDEX object_by_key \(type_id=\?\)/]],
    [
      `select * from objects where type = 'pods' and name = 'web-7'`,
      [/SEARCH o USING INDEX object_by_name \(name=\?\)/],
    ],
    [
      `select * from objects where namespace = 'ns-7' and name = 'web-7'`,
      [/SEARCH o USING INDEX object_by_name \(name=\?\)/],
    ],
    [`select * from objects where uid = 'a'`, [/SEARCH o USING INDEX object_by_uid \(uid=\?\)/]],
    [
      `select * from cells where type = 'pods' and namespace = 'ns-7'`,
      [/SEARCH o USING INDEX object_by_key \(type_id=\?\)/],
    ],
    [
      `select * from pods where namespace = 'ns-7' and name = 'web-7'`,
      [/SEARCH o USING INDEX object_by_name \(name=\?\)/],
    ],
    [`select * from pods`, [/SEARCH o USING INDEX object_by_key \(type_id=\?\)/]],
    [
      `select * from containers where pod = 'web-7'`,
      [/SEARCH o USING INDEX object_by_name \(name=\?\)/, /SEARCH c USING PRIMARY KEY \(object_id=\?\)/],
    ],
    [
      `select * from labels where key = 'app' and value = 'web-7'`,
      [
        /SEARCH l USING COVERING INDEX sqlite_autoindex_term_1 \(kind=\?\)/,
        /SEARCH x USING COVERING INDEX object_term_by_term/,
      ],
    ],
    [
      `select * from labels where namespace = 'ns-2' and name = 'web-7'`,
      [/SEARCH o USING INDEX object_by_name/, /SEARCH x USING PRIMARY KEY/],
    ],
    [
      `select * from owners where owner_name = 'web-7'`,
      [/SEARCH p USING INDEX object_by_name/, /SEARCH w USING INDEX owner_by_uid/],
    ],
    [
      `select * from owners where name = 'web-7'`,
      [/SEARCH o USING INDEX object_by_name/, /SEARCH w USING PRIMARY KEY/],
    ],
    [`select * from changes where type = 'pods'`, [/SEARCH h USING INDEX change_by_key \(type_id=\?\)/]],
    [`select * from deleted where type = 'pods'`, [/SEARCH h USING INDEX tombstone_by_key \(type_id=\?\)/]],
  ])('of %s uses the indexes', (statement, expected) => {
    const plan = database.prepare(`explain query plan ${statement}`).all() as { readonly detail: string }[];
    const text = plan.map(({ detail }) => detail).join('\n');
    for (const step of expected) expect(text).toMatch(step);
    expect(text).not.toMatch(/SCAN [obcpwxlh]\b(?! VIRTUAL)|TEMP B-TREE|AUTOMATIC/);
  });

  /** The plan of a statement with the views that navi makes for it. */
  const planOf = (statement: string): string => {
    const own = new SqliteDatabase(mirror.file, { readonly: true });
    const names = namesOf(statementTokens(statement));
    const open = openViews(own, { nowMs: 0, cellText, bodyOf: () => '{}', names });
    for (const { name } of views) if (names.has(name)) open.make(name);
    const plan = own.prepare(`explain query plan ${statement}`).all();
    own.close();
    return JSON.stringify(plan);
  };

  test.each([
    'select name, status, restarts from pods',
    'select count(*) from pods where restarts * 2 > 5',
    'select count(*) from objects',
  ])('of %s reads no body', (statement) => {
    expect(planOf(statement)).not.toMatch(/SEARCH (b|body) /);
  });

  test.each([
    'select * from pods',
    'select pods.* from pods',
    'select name, phase, node from pods',
    `select body ->> '$.kind' from objects`,
  ])('of %s reads each body once', (statement) => {
    expect(planOf(statement).match(/SEARCH (b|body) /g)).toEqual(['SEARCH b ']);
  });

  test('has changes in their order without sorting', () => {
    const plan = JSON.stringify(
      database.prepare('explain query plan select * from changes order by seq desc limit 5').all(),
    );
    expect(plan).not.toContain('TEMP B-TREE');
  });
});

test('what was purged from the mirror has not left the cluster', async () => {
  const mirror = await temporaryMirror();
  const { writer, typeId } = mirror;
  writer.commit(() => {
    for (const cause of ['event', 'sweep', 'purge'] as const) {
      const key = `shop/${cause}`;
      writer.objects.put(mirror.target(), sampleSource(key, { uid: cause }), 1);
      const row = writer.objects.find(typeId, key);
      if (row !== undefined) writer.objects.delete(mirror.target(), row, { cause, nowMs: 1, resourceVersion: '1' });
    }
  });
  const names = mirror.read((database) => {
    openViews(database, { nowMs: 0, cellText, bodyOf: () => '{}', names: new Set() }).make('deleted');
    return database.prepare('select name from deleted order by name').pluck().all();
  });
  mirror.close();
  expect(names).toEqual(['event', 'sweep']);
});
