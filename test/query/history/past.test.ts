import { rmSync } from 'node:fs';
import SqliteDatabase from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Past } from '../../../src/query/history/past.ts';
import { recentChanges } from '../../../src/query/history/recent-changes.ts';
import { PastObjects } from '../../../src/query/history/past-objects.ts';
import { historyFile } from '../../../src/store/data-directory.ts';
import { HistoryWriter } from '../../../src/store/history-writer.ts';
import { openReader, type MirrorReader } from '../../../src/store/open-reader.ts';
import { amountOf } from '../../support/long-run.ts';
import {
  sampleSource,
  temporaryDirectory,
  temporaryMirror,
  type TemporaryMirror,
} from '../../support/temporary-mirror.ts';

const keys = ['a/one', 'a/two', 'b/one'] as const;
const limits = { ageMs: 1e12, bytes: 1e12 };

type Step =
  | { readonly kind: 'put' | 'delete'; readonly key: string }
  /** The history catches up, so many entries at a time. */
  | { readonly kind: 'take'; readonly count: number }
  /** The mirror forgets what was taken. */
  | { readonly kind: 'forget' }
  /** The mirror is lost and built anew from the cluster. */
  | { readonly kind: 'rebuild' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), key: fc.constantFrom(...keys) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), key: fc.constantFrom(...keys) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('take' as const), count: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'forget' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'rebuild' as const }) },
);

interface Told {
  readonly operation: string;
  readonly at: number;
  /** The body; of a deletion the last one. */
  readonly after: string;
}

/** A mirror with its history, and beside them what a reader should be told. */
class Model {
  readonly told = new Map<string, Told[]>(keys.map((key) => [key, []]));
  readonly present = new Map<string, string>();
  readonly #directory: string;
  readonly #history: HistoryWriter;
  mirror: TemporaryMirror;
  nowMs = 10_000;
  #version = 0;

  private constructor(directory: string, mirror: TemporaryMirror, history: HistoryWriter) {
    this.#directory = directory;
    this.mirror = mirror;
    this.#history = history;
  }

  static async make(): Promise<Model> {
    const directory = temporaryDirectory();
    const mirror = await temporaryMirror(true, directory);
    return new Model(directory, mirror, await HistoryWriter.open(historyFile(mirror.file), limits));
  }

  async run(each: Step): Promise<void> {
    this.nowMs += 10;
    switch (each.kind) {
      case 'put':
        return this.#put(each.key);
      case 'delete':
        return this.#delete(each.key);
      case 'take':
        return this.#take(each.count);
      case 'forget':
        return this.#forget();
      case 'rebuild':
        return await this.#rebuild();
    }
  }

  #source(key: string, body: string): ReturnType<typeof sampleSource> {
    return sampleSource(key, { body, resourceVersion: String(this.#version), cells: JSON.stringify([body.length]) });
  }

  #put(key: string): void {
    const { writer } = this.mirror;
    this.#version += 1;
    const body = JSON.stringify({ version: this.#version, filler: 'x'.repeat(this.#version % 50) });
    writer.commit(() => writer.objects.put(this.mirror.target(), this.#source(key, body), this.nowMs));
    this.told.get(key)?.push({ operation: this.present.has(key) ? 'updated' : 'added', at: this.nowMs, after: body });
    this.present.set(key, body);
  }

  #delete(key: string): void {
    const body = this.present.get(key);
    const row = this.mirror.writer.scopes
      .rows(this.mirror.writer.scopes.get(this.mirror.scopeId))
      .find((each) => each.key === key);
    if (body === undefined || row === undefined) return;
    this.#version += 1;
    const { writer } = this.mirror;
    const deletion = { cause: 'event', nowMs: this.nowMs, resourceVersion: String(this.#version) } as const;
    writer.commit(() => writer.objects.delete(this.mirror.target(), row, deletion));
    this.told.get(key)?.push({ operation: 'deleted', at: this.nowMs, after: body });
    this.present.delete(key);
  }

  #take(count: number): void {
    for (;;) {
      const { writer } = this.mirror;
      const piece = writer.loggedEntries(this.#history.takenSeq(writer.logEnd().log) ?? 0, count);
      this.#history.take(piece, this.nowMs);
      // Whoever dies between two commits takes the same again.
      if (piece.entries.length < count) return;
    }
  }

  #forget(): void {
    const { log } = this.mirror.writer.logEnd();
    const taken = this.#history.takenSeq(log);
    if (taken === undefined) return;
    const database = new SqliteDatabase(this.mirror.file);
    database
      .prepare(
        'update mirror set forgotten_seq = max(forgotten_seq, @taken), forgotten_at = (select max(at) from change where seq <= @taken)',
      )
      .run({ taken });
    database.prepare('delete from change where seq <= ?').run(taken);
    database.close();
  }

  async #rebuild(): Promise<void> {
    this.#take(3);
    this.mirror.writer.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(this.mirror.file + suffix, { force: true });
    this.mirror = await temporaryMirror(false, this.#directory);
    const { writer, scopeId } = this.mirror;
    writer.commit(() => {
      writer.scopes.beginList(scopeId, 'shape', this.nowMs);
      for (const [key, body] of this.present)
        writer.objects.put(this.mirror.target(), this.#source(key, body), this.nowMs);
      writer.scopes.finishList(scopeId, {
        phase: 'synced',
        resourceVersion: '100',
        timeline: 1,
        replayedUntil: '',
        asOfMs: this.nowMs,
      });
    });
  }

  close(): void {
    this.#history.close();
    this.mirror.close();
  }
}

/** What whole types are said to have been, against a replay of what was told. */
function expectPastObjects(model: Model, reader: MirrorReader): void {
  const of = { typeId: model.mirror.typeId, type: 'pods' };
  const past = new PastObjects(reader);
  const all = [...model.told].flatMap(([key, told]) => told.map((each) => ({ key, ...each })));
  for (const { at } of all) {
    const atMs = at + 5;
    // Of a time before the mirror was built anew only single objects can be told.
    if (atMs < (past.knownSince(of, undefined) ?? 0)) continue;
    expect(past.reachesBackTo(atMs)).toBe(true);
    const changed = past.statesAt(of, atMs, () => true);
    const found = new Map([...model.present].filter(([key]) => !changed.has(key)));
    for (const [key, state] of changed) if (state !== undefined) found.set(key, state.body);
    const then = new Map<string, string>();
    for (const each of all.filter((change) => change.at <= atMs).toSorted((one, other) => one.at - other.at)) {
      if (each.operation === 'deleted') then.delete(each.key);
      else then.set(each.key, each.after);
    }
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(then));
  }
  const filter = {
    types: new Map([[of.typeId, of.type]]),
    place: undefined,
    sinceMs: undefined,
    operations: undefined,
  };
  const { changes, isCut, gapAtMs } = recentChanges(reader, filter, all.length);
  const inOrder = all.toSorted((one, other) => one.at - other.at);
  expect({ isCut, gapAtMs }).toEqual({ isCut: false, gapAtMs: undefined });
  expect(changes.map(({ key, operation, atMs, isLost }) => ({ key, operation, atMs, isLost }))).toEqual(
    inOrder.map(({ key, operation, at }) => ({ key, operation, atMs: at, isLost: false })),
  );
  if (all.length > 1) {
    const newest = recentChanges(reader, { ...filter, place: ['a'] }, 1);
    expect(newest.changes.map(({ atMs }) => atMs)).toEqual(
      inOrder
        .filter(({ key }) => key.startsWith('a/'))
        .map(({ at }) => at)
        .slice(-1),
    );
  }
  const gone = past.deletions(of).map(({ key, atMs, state }) => ({ key, at: atMs, after: state.body }));
  const deleted = all
    .filter(({ operation }) => operation === 'deleted')
    .map(({ key, at, after }) => ({ key, at, after }));
  // An object of the model comes back under its old uid: then that life of it goes on.
  const lasting = deleted.filter(
    ({ key, at }) => !model.present.has(key) && !deleted.some((other) => other.key === key && other.at > at),
  );
  expect(gone.toSorted((one, other) => one.at - other.at)).toEqual(lasting.toSorted((one, other) => one.at - other.at));
  past.close();
}

test('the past is told whole, however often the log was taken over, forgotten, and the mirror lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const model = await Model.make();
      const reader = { current: openReader(model.mirror.file) };
      try {
        for (const each of steps) await model.run(each);
        reader.current?.close();
        reader.current = openReader(model.mirror.file);
        if (reader.current === undefined) throw new Error('no mirror');
        const past = new Past(reader.current);
        for (const [key, told] of model.told) {
          const object = { typeId: model.mirror.typeId, type: 'pods', key };
          const changes = past.changes(object, 1_000).map(({ operation, at, after }) => ({
            operation,
            at,
            after: after.kind === 'state' ? after.body : after.kind,
          }));
          expect(changes).toEqual(told.toReversed());
          for (const [index, { at, after, operation }] of told.entries()) {
            const state = past.stateAt(object, at + 5);
            expect(state, `${key} at ${index}`).toMatchObject(
              operation === 'deleted' ? { kind: 'none' } : { kind: 'state', body: after },
            );
          }
        }
        past.close();
        expectPastObjects(model, reader.current);
      } finally {
        reader.current?.close();
        model.close();
      }
    }),
    { numRuns: amountOf(20, 60) },
  );
});
