import fc from 'fast-check';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { changesOfType, type LoggedChange, type PastState, stateBeforeChange } from '../../src/store/rebuild-state.ts';
import { amountOf } from '../support/long-run.ts';
import { sampleSource, temporaryMirror, type TemporaryMirror } from '../support/temporary-mirror.ts';

/** A body of about `kilobytes` that no compression makes small, the same for the same seed. */
function noise(seed: number, kilobytes: number): string {
  let state = seed + 1;
  let text = '';
  while (text.length < kilobytes * 1_024) {
    state = (state * 48_271) % 2_147_483_647;
    text += state.toString(36);
  }
  return text;
}

const edit = fc.record({
  key: fc.constantFrom('a/x', 'a/y'),
  action: fc.constantFrom('put', 'put', 'put', 'again', 'delete', 'delete with a last state'),
  uid: fc.constantFrom('u1', 'u1', 'u1', 'u2'),
  value: fc.string({ unit: 'grapheme', maxLength: 60 }),
  kilobytes: fc.constantFrom(0, 0, 0, 1, 40, 300),
  managedFields: fc.constantFrom('', '[{"manager":"kubectl"}]', '[{"manager":"kubelet"}]'),
});

const history = fc.array(fc.record({ edits: fc.array(edit, { minLength: 1, maxLength: 5 }), isBroken: fc.boolean() }), {
  minLength: 1,
  maxLength: 10,
});

type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

/** What the change log should tell, kept beside the store. */
interface Model {
  readonly present: Map<string, { readonly uid: string; readonly version: string; readonly state: PastState }>;
  readonly log: PastState[];
}

const copy = (model: Model): Model => ({ present: new Map(model.present), log: [...model.log] });
const none: PastState = { kind: 'none' };

/** The cells that a sample of this key has. */
function cellsOf(key: string): string {
  return JSON.stringify([key.split('/').at(-1)]);
}

function apply(mirror: TemporaryMirror, model: Model, one: Edit, version: string): void {
  const { writer } = mirror;
  const known = model.present.get(one.key);
  const body = JSON.stringify({ value: one.value, version, noise: noise(one.value.length, one.kilobytes) });
  const parts = { body, managedFields: one.managedFields, cells: cellsOf(one.key) };
  const state: PastState = { kind: 'state', ...parts };
  if (one.action.startsWith('delete')) {
    const row = writer.objects.find(mirror.typeId, one.key);
    if (known === undefined || row === undefined) return;
    const last = one.action === 'delete' ? undefined : parts;
    const deletion = { cause: 'event', nowMs: Number(version), resourceVersion: version, last } as const;
    writer.objects.delete(mirror.target(), row, deletion);
    model.log.push(known.state);
    model.present.delete(one.key);
    return;
  }
  const isAgain = one.action === 'again' && known !== undefined;
  const source = isAgain
    ? sampleSource(one.key, { uid: known.uid, resourceVersion: known.version })
    : sampleSource(one.key, { uid: one.uid, resourceVersion: version, body, managedFields: one.managedFields });
  writer.objects.put(mirror.target(), source, Number(version));
  if (isAgain) return;
  if (known !== undefined && known.uid !== one.uid) model.log.push(known.state, none);
  else model.log.push(known?.state ?? none);
  model.present.set(one.key, { uid: one.uid, version, state });
}

function rebuilt(mirror: TemporaryMirror): readonly PastState[] {
  return mirror.read((database) => {
    const sequence = database.prepare('select seq from change order by seq').pluck().all() as number[];
    return sequence.map((seq) => stateBeforeChange(database, seq));
  });
}

describe('stateBeforeChange', () => {
  test('tells the state before every change of any history, several of one object in one commit included', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (commits) => {
        const mirror = await temporaryMirror();
        try {
          let model: Model = { present: new Map(), log: [] };
          let version = 100;
          for (const { edits, isBroken } of commits) {
            const next = copy(model);
            const work = (): void => {
              for (const one of edits) apply(mirror, next, one, String((version += 1)));
              if (isBroken) throw new Error('in the middle');
            };
            if (isBroken) expect(() => mirror.writer.commit(work)).toThrow('in the middle');
            else mirror.writer.commit(work);
            if (!isBroken) model = next;
          }
          expect(rebuilt(mirror)).toEqual(model.log);
        } finally {
          mirror.close();
        }
      }),
      { numRuns: amountOf(15, 40) },
    );
  }, 120_000);

  async function withDeleted(work: (mirror: TemporaryMirror) => void): Promise<void> {
    const mirror = await temporaryMirror();
    const { writer } = mirror;
    try {
      writer.commit(() => writer.objects.put(mirror.target(), sampleSource('x', { body: '{"v":1}' }), 1));
      writer.commit(() => {
        const row = writer.objects.find(mirror.typeId, 'x');
        if (row === undefined) throw new Error('not stored');
        writer.objects.delete(mirror.target(), row, { cause: 'event', nowMs: 2, resourceVersion: '102' });
      });
      work(mirror);
    } finally {
      mirror.close();
    }
  }

  test('is lost where the tombstone was tidied away', async () => {
    await withDeleted((mirror) => {
      const { writer } = mirror;
      writer.commit(() => writer.objects.put(mirror.target(), sampleSource('x', { body: '{"v":2}' }), 3));
      const state: PastState = { kind: 'state', body: '{"v":1}', managedFields: '', cells: cellsOf('x') };
      expect(rebuilt(mirror)).toEqual([none, state, none]);
      const second = new SqliteDatabase(mirror.file);
      second.exec('delete from tombstone');
      second.close();
      expect(rebuilt(mirror)).toEqual([none, { kind: 'lost' }, none]);
    });
  });

  test('is lost for an entry that never was', async () => {
    await withDeleted((mirror) => {
      expect(mirror.read((database) => stateBeforeChange(database, 999))).toEqual({ kind: 'lost' });
    });
  });

  test('does not change with a new representation of the same state, other cells included', async () => {
    const mirror = await temporaryMirror();
    const { writer } = mirror;
    try {
      const source = (version: string) => sampleSource('x', { resourceVersion: version, body: `{"v":${version}}` });
      writer.commit(() => writer.objects.put(mirror.target(), source('1'), 1));
      writer.commit(() => writer.objects.put(mirror.target(), source('2'), 2));
      writer.commit(() => writer.scopes.beginList(mirror.scopeId, 'other shape', 3));
      const again = { ...source('2').record(), cells: '["derived anew"]' };
      writer.commit(() => writer.objects.put(mirror.target(), { ...source('2'), record: () => again }, 4));
      expect(rebuilt(mirror)).toEqual([
        none,
        { kind: 'state', body: '{"v":1}', managedFields: '', cells: cellsOf('x') },
      ]);
    } finally {
      mirror.close();
    }
  });
});

describe('changesOfType', () => {
  /** Entries 1 to 6: `a/x` made, changed and deleted, made again and changed; `b/y` made between. */
  async function withChanges(work: (mirror: TemporaryMirror) => void): Promise<void> {
    const mirror = await temporaryMirror();
    const { writer } = mirror;
    const put = (key: string, version: string, uid: string): void => {
      const source = sampleSource(key, { uid, resourceVersion: version, body: `{"v":${version}}` });
      writer.objects.put(mirror.target(), source, 1);
    };
    try {
      writer.commit(() => {
        put('a/x', '1', 'u1');
        put('a/x', '2', 'u1');
        put('b/y', '3', 'u2');
      });
      writer.commit(() => {
        const row = writer.objects.find(mirror.typeId, 'a/x');
        if (row === undefined) throw new Error('not stored');
        writer.objects.delete(mirror.target(), row, { cause: 'event', nowMs: 2, resourceVersion: '4' });
        put('a/x', '5', 'u3');
        put('a/x', '6', 'u3');
      });
      work(mirror);
    } finally {
      mirror.close();
    }
  }

  const bodyOf = (state: PastState): string => (state.kind === 'state' ? state.body : state.kind);
  const told = ({ seq, operation, key, before, after }: LoggedChange): unknown => [
    seq,
    operation,
    key,
    bodyOf(before),
    bodyOf(after),
  ];
  const all = [
    [1, 'added', 'a/x', 'none', '{"v":1}'],
    [2, 'updated', 'a/x', '{"v":1}', '{"v":2}'],
    [3, 'added', 'b/y', 'none', '{"v":3}'],
    [4, 'deleted', 'a/x', '{"v":2}', '{"v":2}'],
    [5, 'added', 'a/x', 'none', '{"v":5}'],
    [6, 'updated', 'a/x', '{"v":5}', '{"v":6}'],
  ];

  test('tells the entries of a type in the order of the log, each with the states around it', async () => {
    await withChanges((mirror) => {
      const { typeId } = mirror;
      expect(mirror.read((database) => changesOfType(database, { typeId, after: 0, upTo: 6 })).map(told)).toEqual(all);
      expect(mirror.read((database) => changesOfType(database, { typeId: typeId + 1, after: 0, upTo: 6 }))).toEqual([]);
    });
  });

  test('tells the same in spans of any length', async () => {
    await withChanges((mirror) => {
      for (const length of [1, 2, 3, 5]) {
        const spans = [0, 1, 2, 3, 4, 5].filter((after) => after % length === 0);
        const parts = spans.flatMap((after) =>
          mirror.read((database) =>
            changesOfType(database, { typeId: mirror.typeId, after, upTo: Math.min(6, after + length) }),
          ),
        );
        expect(parts.map(told)).toEqual(all);
      }
    });
  });

  test('leaves out keys that are not wanted', async () => {
    await withChanges((mirror) => {
      const span = { typeId: mirror.typeId, after: 0, upTo: 6 };
      const wanted = mirror.read((database) => changesOfType(database, span, (key) => key.startsWith('b/')));
      expect(wanted.map(told)).toEqual([all[2]]);
    });
  });
});
