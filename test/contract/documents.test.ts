import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureClasses } from '../../src/kube/failure.ts';
import { HistoryWriter } from '../../src/store/history-writer.ts';
import { openUserWriter } from '../../src/store/user-store.ts';
import { withStore } from '../support/stored-mirror.ts';
import { type TemporaryMirror, temporaryDirectory, temporaryMirror } from '../support/temporary-mirror.ts';
import { sampleInputs, sampleStates, transitionTable } from '../support/transition-table.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const documents = ['src/daemon/SPEC.md', 'src/store/SCHEMA.md', 'CONTRIBUTING.md'];

/** The part of a text under a heading, up to the next one of the same level or above. */
function section(text: string, heading: string): string {
  const level = heading.indexOf(' ');
  const lines = text.split('\n');
  const start = lines.indexOf(heading);
  if (start === -1) return '';
  const isNext = (line: string): boolean => /^#+ /.test(line) && line.indexOf(' ') <= level;
  const length = lines.slice(start + 1).findIndex(isNext);
  return lines.slice(start + 1, length === -1 ? undefined : start + 1 + length).join('\n');
}

/** Those of `names` that do not stand between backticks in `text`. */
const unnamed = (text: string, names: readonly string[]): readonly string[] =>
  names.filter((name) => !text.includes(`\`${name}\``));

describe('SPEC.md', () => {
  const text = read('src/daemon/SPEC.md');

  test('explains every state of the reflector', () => {
    expect(unnamed(section(text, '## 3. States'), Object.keys(sampleStates))).toEqual([]);
  });

  test('explains every input of the reflector', () => {
    expect(unnamed(section(text, '## 4. Inputs'), Object.keys(sampleInputs))).toEqual([]);
  });

  test('explains every effect of the reflector', () => {
    const effects = read('src/daemon/reflector-state.ts').split('export type ReflectorEffect =')[1]?.split(';\n\n')[0];
    const kinds = [...(effects ?? '').matchAll(/readonly kind: '([^']+)'/g)].map((match) => match[1] ?? '');
    expect(kinds.length).toBeGreaterThan(5);
    expect(unnamed(section(text, '## 5. Effects'), kinds)).toEqual([]);
  });

  test('has the table that the transition function is tested against, row by row', () => {
    const rows = Object.entries(transitionTable).flatMap(([state, inputs]) =>
      Object.entries(inputs).flatMap(([input, expected]) => {
        if (expected === 'stay') return [];
        const [next, ...effects] = expected === 'release' ? [state, 'release-slot'] : expected;
        return [`| \`${state}\` | \`${input}\` | \`${next}\` | ${effects.join(', ') || 'none'} |`];
      }),
    );
    const written = section(text, '## 6. The table').split('\n');
    expect(written.filter((line) => line.startsWith('| `'))).toEqual(rows);
  });

  test('says what is done about every class of failure', () => {
    expect(unnamed(section(text, '## 7. Failures'), failureClasses)).toEqual([]);
  });

  test('says where each of the ten invariants is kept', () => {
    const named = [...section(text, '## 12. Invariants').matchAll(/^\| (I\d+) \|/gm)].map((match) => match[1]);
    expect(named).toEqual(Array.from({ length: 10 }, (_none, index) => `I${index + 1}`));
  });
});

describe('SCHEMA.md', () => {
  const text = read('src/store/SCHEMA.md');
  let mirror: TemporaryMirror;

  beforeAll(async () => {
    mirror = await temporaryMirror();
  });
  afterAll(() => mirror.close());

  /** Tables of navi's own, without those that SQLite and kysely make. */
  function tables(): readonly string[] {
    const rows = mirror.rows(
      `select name from pragma_table_list where schema = 'main' and type in ('table', 'virtual')`,
    );
    return rows.map((row) => String(row['name'])).filter((name) => !/^(sqlite_|kysely_)/.test(name));
  }

  test('has a section for every table, and for no other', () => {
    const headings = [...section(text, '## Tables').matchAll(/^### `([^`]+)`$/gm)].map((match) => match[1]);
    expect(new Set(headings)).toEqual(new Set(tables()));
  });

  test('names every column in the section of its table', () => {
    const missing = tables().flatMap((table) => {
      const columns = mirror.rows('select name from pragma_table_info(?)', table).map((row) => String(row['name']));
      return unnamed(section(text, `### \`${table}\``), columns).map((column) => `${table}.${column}`);
    });
    expect(missing).toEqual([]);
  });

  test.each([
    ['user.db', async (file: string) => await openUserWriter(file)],
    ['history.db', async (file: string) => await HistoryWriter.open(file, { ageMs: 1, bytes: 1 })],
  ])('has a section for every table of %s, with every column', async (name, open) => {
    const directory = temporaryDirectory();
    const file = join(directory, name);
    try {
      (await open(file)).close();
      const columns = withStore(file, (database) =>
        database
          .prepare(
            `select tables.name as "table", columns.name from pragma_table_list as tables, pragma_table_info(tables.name) as columns
             where tables.schema = 'main' and tables.name not like 'sqlite%' and tables.name not like 'kysely%'`,
          )
          .all(),
      ) as { table: string; name: string }[];
      const described = section(text, `## Tables of ${name}`);
      const headings = [...described.matchAll(/^### `([^`]+)`$/gm)].map((match) => match[1]);
      expect(new Set(headings)).toEqual(new Set(columns.map(({ table }) => table)));
      expect(
        columns.filter(({ table, name }) => unnamed(section(described, `### \`${table}\``), [name]).length > 0),
      ).toEqual([]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('names every index that the DDL makes', () => {
    const indexes = mirror.rows(`select name from sqlite_master where type = 'index' and sql is not null`);
    expect(
      unnamed(
        text,
        indexes.map((row) => String(row['name'])),
      ),
    ).toEqual([]);
  });
});

describe('CONTRIBUTING.md', () => {
  const text = read('CONTRIBUTING.md');

  test('has a line for every folder of src, and for no other', () => {
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `src/${entry.name}`);
    const lines = [...section(text, '## The folders').matchAll(/^\| `(src\/[^`]+)` \|/gm)].map((match) => match[1]);
    expect(new Set(lines)).toEqual(new Set(folders));
  });

  test('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/`npm (?:run )?([a-z:-]+)`/g)].map((match) => match[1] ?? '');
    expect(named.filter((name) => name !== 'ci' && scripts[name] === undefined)).toEqual([]);
    expect(named).toEqual(expect.arrayContaining(['test', 'test:long', 'check', 'bench', 'demo', 'build']));
  });
});

describe.each(documents)('%s', (path) => {
  test('names only files that exist', () => {
    const named = [...read(path).matchAll(/`((?:src|test|bin|build|bench)\/[^`*…]+)`/g)].map((match) => match[1] ?? '');
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !existsSync(join(root, name)))).toEqual([]);
  });
});
