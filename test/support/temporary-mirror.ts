import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import type { MirroredType } from '../../src/core/mirrored-type.ts';
import { MirrorWriter } from '../../src/store/mirror-writer.ts';
import type { ObjectRecord, ObjectSource, ScopeTarget } from '../../src/store/object-record.ts';

/** A mirror in a folder of its own, with one type and one scope whose first list is complete. */
export interface TemporaryMirror {
  readonly file: string;
  readonly writer: MirrorWriter;
  readonly typeId: number;
  readonly scopeId: number;
  /** How rows of the scope are to be written now. */
  target(): ScopeTarget;
  /** Rows of a query, from a handle of its own. */
  rows(sql: string, ...values: readonly unknown[]): readonly Record<string, unknown>[];
  /** Runs `work` on a handle of its own. */
  read<T>(work: (database: Database) => T): T;
  /** Closes the writer and removes the folder. */
  close(): void;
}

/** Pods, as discovery tells them. */
export const podType: MirroredType = {
  group: '',
  version: 'v1',
  resource: 'pods',
  singular: 'pod',
  kind: 'Pod',
  namespaced: true,
  shortNames: ['po'],
  categories: ['all'],
  verbs: ['get', 'list', 'watch'],
  versions: ['v1'],
  groupPosition: 0,
  position: 0,
  columns: [{ name: 'Name', type: 'string', format: 'name', priority: 0 }],
  retrieval: 'watch',
  retrievalReason: '',
};

/** A full-text query for every three characters of `text`: the index knows no phrases. */
export function trigrams(text: string): string {
  const characters = Array.from(text);
  const parts = characters.slice(2).map((_last, start) => characters.slice(start, start + 3).join(''));
  return [...new Set(parts)].map((part) => `"${part}"`).join(' AND ');
}

/** A folder for one test, mode 0700, in memory where there is such a place: a disk makes every commit wait. */
export function temporaryDirectory(): string {
  return mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'navi-test-'));
}

/** @param complete false leaves the scope before its first list */
export async function temporaryMirror(complete = true, directory = temporaryDirectory()): Promise<TemporaryMirror> {
  const file = join(directory, 'mirrors', 'one', 'mirror.db');
  const writer = await MirrorWriter.open({
    file,
    server: 'http://127.0.0.1:1',
    context: 'test',
    onProblem: () => undefined,
  });
  const typeId = writer.commit(() => writer.types.save([podType]).get('pods') ?? 0);
  const scopeId = writer.commit(() => writer.scopes.ensure(typeId, '', 1_000).id);
  if (complete) {
    writer.commit(() => {
      writer.scopes.beginList(scopeId, 'shape', 1_000);
      writer.scopes.finishList(scopeId, {
        phase: 'synced',
        resourceVersion: '100',
        timeline: 1,
        replayedUntil: '',
        asOfMs: 1_000,
      });
    });
  }
  const read = <T>(work: (database: Database) => T): T => {
    const database = new SqliteDatabase(file, { readonly: true });
    try {
      return work(database);
    } finally {
      database.close();
    }
  };
  return {
    file,
    writer,
    typeId,
    scopeId,
    target: () => writer.scopes.target(scopeId),
    rows: (sql, ...values) => read((database) => database.prepare(sql).all(...values) as Record<string, unknown>[]),
    read,
    close() {
      writer.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** What a test says about an object; the rest follows. */
export interface RecordDescription extends Partial<ObjectRecord> {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** An object on its way into the store, called `key`. */
export function sampleSource(key: string, description: RecordDescription = {}): ObjectSource {
  const { uid = `uid-${key}`, resourceVersion = '101', ...fields } = description;
  const name = key.split('/').at(-1) ?? key;
  const record: ObjectRecord = {
    name,
    createdAtMs: 5_000,
    body: JSON.stringify({ metadata: { name, resourceVersion, uid } }),
    managedFields: '',
    labels: '{}',
    cells: JSON.stringify([name]),
    terms: [],
    owners: [],
    ...fields,
  };
  return { key, uid, resourceVersion, record: () => record };
}

/**
 * Everything that is stored for objects, by key and without row ids, with what a full-text search of each text finds:
 * equal for two stores that mean the same.
 */
export function storedMeaning(mirror: TemporaryMirror): unknown {
  return mirror.read((database) => {
    const all = (sql: string): unknown[] => database.prepare(sql).raw().all();
    const keysBy = (sql: string, text: unknown): unknown[] =>
      database
        .prepare(sql)
        .pluck()
        .all(trigrams(String(text)));
    const terms = all(
      `select key, kind, text, object_term.type_id from object_term join object on object.id = object_id
       join term on term.id = term_id order by key, kind, text`,
    ) as string[][];
    const names = all('select distinct name from object order by name') as string[][];
    return {
      objects: all(
        'select key, name, uid, resource_version, created_at, labels, json(cells) as cells from object order by key',
      ),
      bodies: all('select key, json from body join object on object.id = object_id order by key'),
      managed: all('select key, zstd from managed_fields join object on object.id = object_id order by key'),
      owners: all(
        'select key, owner_uid, controller from owner join object on object.id = object_id order by key, owner_uid',
      ),
      containers: all(
        'select key, container.* from container join object on object.id = object_id order by key, position',
      ).map((row) => (row as unknown[]).filter((_, column) => column !== 1)),
      terms,
      foundByTerm: terms.map(([, kind, text]) =>
        keysBy(
          `select distinct key from term_text join object_term on term_id = term_text.rowid
           join object on object.id = object_id where term_text match ? order by key`,
          kind === 'field' ? 'nothing at all' : text,
        ),
      ),
      foundByName: names.map(([name]) =>
        keysBy(
          'select key from object_name join object on object.id = object_name.rowid where object_name match ? order by key',
          name,
        ),
      ),
      orphans: all(
        `select 'body', object_id from body where object_id not in (select id from object)
         union all select 'managed_fields', object_id from managed_fields where object_id not in (select id from object)
         union all select 'owner', object_id from owner where object_id not in (select id from object)
         union all select 'container', object_id from container where object_id not in (select id from object)
         union all select 'object_term', object_id from object_term where object_id not in (select id from object)`,
      ),
      check: all('pragma integrity_check'),
    };
  });
}
