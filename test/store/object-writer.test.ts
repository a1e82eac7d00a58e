import SqliteDatabase from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { WriteOutcome } from '../../src/store/object-writer.ts';
import { splitState, unpackText } from '../../src/store/state-blob.ts';
import { amountOf } from '../support/long-run.ts';
import {
  sampleSource,
  storedMeaning,
  temporaryMirror,
  trigrams,
  type RecordDescription,
  type TemporaryMirror,
} from '../support/temporary-mirror.ts';

const open: TemporaryMirror[] = [];

async function mirrored(complete = true): Promise<TemporaryMirror> {
  const mirror = await temporaryMirror(complete);
  open.push(mirror);
  return mirror;
}

afterEach(() => {
  for (const mirror of open.splice(0)) mirror.close();
});

function put(mirror: TemporaryMirror, key: string, description: RecordDescription, nowMs = 2_000): WriteOutcome {
  return mirror.writer.commit(() => mirror.writer.objects.put(mirror.target(), sampleSource(key, description), nowMs));
}

function remove(mirror: TemporaryMirror, key: string, resourceVersion: string, last?: RecordDescription): void {
  const { writer } = mirror;
  writer.commit(() => {
    const row = writer.objects.find(mirror.typeId, key);
    if (row === undefined) throw new Error(`no row ${key}`);
    const record = last === undefined ? undefined : sampleSource(key, last).record();
    writer.objects.delete(mirror.target(), row, { cause: 'event', nowMs: 3_000, resourceVersion, last: record });
  });
}

const operations = (mirror: TemporaryMirror): unknown[] =>
  mirror.rows('select operation, key, uid, resource_version from change order by seq').map((row) => Object.values(row));

describe('put', () => {
  test('adds, updates, and leaves alone what is stored already', async () => {
    const mirror = await mirrored();
    expect(put(mirror, 'a/x', { resourceVersion: '1' })).toBe('added');
    expect(put(mirror, 'a/x', { resourceVersion: '2' })).toBe('updated');
    expect(put(mirror, 'a/x', { resourceVersion: '2', body: 'never read' })).toBe('unchanged');
    expect(operations(mirror)).toEqual([
      ['added', 'a/x', 'uid-a/x', '1'],
      ['updated', 'a/x', 'uid-a/x', '2'],
    ]);
  });

  test('cannot put a second row under a key', async () => {
    const mirror = await mirrored();
    put(mirror, 'a/x', { resourceVersion: '1' });
    const database = new SqliteDatabase(mirror.file);
    const again = (): unknown =>
      database.exec(
        `insert into object (type_id, scope_id, key, name, uid, resource_version, generation, representation_number,
             changed_at, labels, cells) select type_id, scope_id, key, name, 'other', '2', 1, 1, 1, '{}', cells from object`,
      );
    expect(again).toThrow('an object of this type and key is there already');
    database.close();
    expect(mirror.rows('select uid from object')).toEqual([{ uid: 'uid-a/x' }]);
  });

  test('does not even derive a state that is stored already', async () => {
    const mirror = await mirrored();
    put(mirror, 'x', { resourceVersion: '1' });
    const source = {
      ...sampleSource('x', { resourceVersion: '1' }),
      record: () => {
        throw new Error('derived in vain');
      },
    };
    expect(mirror.writer.commit(() => mirror.writer.objects.put(mirror.target(), source, 9))).toBe('unchanged');
  });

  test('marks the row as seen by the running list, changed or not', async () => {
    const mirror = await mirrored();
    put(mirror, 'x', { resourceVersion: '1' });
    put(mirror, 'y', { resourceVersion: '1' });
    put(mirror, 'z', { resourceVersion: '1' });
    mirror.writer.commit(() => mirror.writer.scopes.beginList(mirror.scopeId, 'shape', 2_000));
    put(mirror, 'x', { resourceVersion: '1' });
    put(mirror, 'y', { resourceVersion: '2' });
    const unmarked = mirror.writer.scopes.unmarked(mirror.writer.scopes.get(mirror.scopeId));
    expect(unmarked.map((row) => row.key)).toEqual(['z']);
  });

  test('takes another uid under the same key for a deletion and an addition', async () => {
    const mirror = await mirrored();
    put(mirror, 'x', { uid: 'old', resourceVersion: '1', terms: [{ kind: 'label', text: 'was=here' }] });
    expect(put(mirror, 'x', { uid: 'new', resourceVersion: '5' })).toBe('added');
    expect(operations(mirror)).toEqual([
      ['added', 'x', 'old', '1'],
      ['deleted', 'x', 'old', '1'],
      ['added', 'x', 'new', '5'],
    ]);
    expect(mirror.rows('select uid, resource_version from object')).toEqual([{ uid: 'new', resource_version: '5' }]);
    expect(mirror.rows('select uid, cause from tombstone')).toEqual([{ uid: 'old', cause: 'event' }]);
    expect(mirror.rows('select * from object_term')).toEqual([]);
  });

  test('writes the same state of another representation anew, without a change in the log', async () => {
    const mirror = await mirrored();
    put(mirror, 'x', { resourceVersion: '1', cells: '["one"]' }, 2_000);
    mirror.writer.commit(() => mirror.writer.scopes.beginList(mirror.scopeId, 'other shape', 3_000));
    expect(put(mirror, 'x', { resourceVersion: '1', cells: '["two"]' }, 4_000)).toBe('unchanged');
    expect(mirror.rows('select json(cells) as cells, changed_at from object')).toEqual([
      { cells: '["two"]', changed_at: 2_000 },
    ]);
    expect(operations(mirror)).toHaveLength(1);
  });

  test('logs another body under the same uid and resourceVersion when the representation changed', async () => {
    const mirror = await mirrored();
    put(mirror, 'x', { resourceVersion: '1', body: '{"spec":1}' });
    mirror.writer.commit(() => mirror.writer.scopes.beginList(mirror.scopeId, 'timeline 2', 3_000));
    expect(put(mirror, 'x', { resourceVersion: '1', body: '{"spec":2}' })).toBe('updated');
    expect(mirror.rows('select json from body')).toEqual([{ json: '{"spec":2}' }]);
  });

  test('logs nothing before the first list is complete', async () => {
    const mirror = await mirrored(false);
    put(mirror, 'x', { resourceVersion: '1' });
    put(mirror, 'x', { resourceVersion: '2' });
    expect(operations(mirror)).toEqual([]);
  });

  test('keeps the same name in two namespaces apart', async () => {
    const mirror = await mirrored();
    put(mirror, 'a/x', { uid: '1' });
    put(mirror, 'b/x', { uid: '2' });
    remove(mirror, 'a/x', '7');
    expect(mirror.rows('select key from object')).toEqual([{ key: 'b/x' }]);
  });
});

describe('delete', () => {
  test('leaves a tombstone with the last state that the event carried', async () => {
    const mirror = await mirrored();
    put(mirror, 'x', { resourceVersion: '1', managedFields: '[1]' });
    remove(mirror, 'x', '9', { body: '{"last":true}', managedFields: '[2]', cells: '["z"]' });
    const [stone] = mirror.rows('select * from tombstone');
    expect(stone).toMatchObject({ key: 'x', uid: 'uid-x', resource_version: '9', deleted_at: 3_000, cause: 'event' });
    expect(splitState(unpackText(stone?.['last_state'] as Buffer))).toEqual({
      body: '{"last":true}',
      managedFields: '[2]',
      cells: '["z"]',
    });
  });

  test('keeps the stored state where no event told the last one', async () => {
    const mirror = await mirrored();
    put(mirror, 'x', { resourceVersion: '1', body: '{"é":"\u{1f600}"}' });
    remove(mirror, 'x', '1');
    const [stone] = mirror.rows('select last_state from tombstone');
    expect(splitState(unpackText(stone?.['last_state'] as Buffer)).body).toBe('{"é":"\u{1f600}"}');
  });

  test('takes everything derived with it', async () => {
    const mirror = await mirrored();
    put(mirror, 'x-ray', {
      managedFields: '[1]',
      terms: [{ kind: 'label', text: 'app=shop' }],
      owners: [{ uid: 'o', controller: true }],
    });
    remove(mirror, 'x-ray', '9');
    for (const table of ['object', 'body', 'managed_fields', 'object_term', 'owner']) {
      expect(mirror.rows(`select * from ${table}`), table).toEqual([]);
    }
    expect(mirror.rows(`select rowid from object_name where object_name match ?`, trigrams('x-ray'))).toEqual([]);
  });
});

const text = fc.constantFrom('app=shop', 'app=shopping', 'tier=back end', 'image:1.2', 'été', 'long '.repeat(30));
const term = fc.record({ kind: fc.constantFrom('label', 'field', 'image'), text });
const owner = fc.record({ uid: fc.constantFrom('o1', 'o2', 'o3'), controller: fc.boolean() });

const edit = fc.record({
  key: fc.constantFrom('a/one', 'a/two', 'b/one', 'three'),
  action: fc.constantFrom('put', 'put', 'put', 'delete'),
  uid: fc.constantFrom('u1', 'u1', 'u2'),
  terms: fc.array(term, { maxLength: 5 }),
  owners: fc.uniqueArray(owner, { maxLength: 3, selector: (value) => value.uid }),
  managedFields: fc.constantFrom('', '[1]', '[2]'),
  labels: fc.constantFrom('{}', '{"app":"shop"}'),
});

const transactions = fc.array(
  fc.record({ edits: fc.array(edit, { minLength: 1, maxLength: 4 }), isBroken: fc.boolean() }),
  { minLength: 1, maxLength: 12 },
);

type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

/** Makes one edit in the open transaction, and in the model beside it. */
function apply(mirror: TemporaryMirror, model: Map<string, RecordDescription>, one: Edit, version: number): void {
  const { key, action, ...fields } = one;
  const resourceVersion = String(version);
  const { objects } = mirror.writer;
  if (action === 'put') {
    model.set(key, { ...fields, resourceVersion });
    objects.put(mirror.target(), sampleSource(key, { ...fields, resourceVersion }), version);
    return;
  }
  const row = objects.find(mirror.typeId, key);
  if (row === undefined) return;
  model.delete(key);
  objects.delete(mirror.target(), row, { cause: 'event', nowMs: version, resourceVersion });
}

describe('any history of edits', () => {
  test('leaves what a fresh store of the final objects holds, rolled back commits included', async () => {
    await fc.assert(
      fc.asyncProperty(transactions, async (history) => {
        const mirror = await temporaryMirror();
        const fresh = await temporaryMirror();
        try {
          let final = new Map<string, RecordDescription>();
          let version = 100;
          for (const { edits, isBroken } of history) {
            const next = new Map(final);
            const work = (): void => {
              for (const one of edits) apply(mirror, next, one, (version += 1));
              if (isBroken) throw new Error('in the middle');
            };
            if (isBroken) expect(() => mirror.writer.commit(work)).toThrow('in the middle');
            else mirror.writer.commit(work);
            if (!isBroken) final = next;
          }
          for (const [key, description] of final) put(fresh, key, description);
          expect(storedMeaning(mirror)).toEqual(storedMeaning(fresh));
        } finally {
          mirror.close();
          fresh.close();
        }
      }),
      { numRuns: amountOf(15, 40) },
    );
  }, 120_000);
});
