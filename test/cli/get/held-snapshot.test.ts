import { afterEach, describe, expect, test, vi } from 'vitest';
import { HeldSnapshot } from '../../../src/cli/get/held-snapshot.ts';
import type { ObjectRow } from '../../../src/query/object-query.ts';

function row(name: string): ObjectRow {
  return { key: name, name, labels: '{}', cells: '[]', created_at: null };
}

/** Rows that note when they are read. */
function* noted(names: readonly string[], read: string[]): Iterable<ObjectRow> {
  for (const name of names) {
    read.push(name);
    yield row(name);
  }
}

const names = (rows: Iterable<ObjectRow>): readonly string[] => Array.from(rows, (each) => each.name);

describe('HeldSnapshot', () => {
  afterEach(() => vi.restoreAllMocks());

  test('ends when the last row of the last list is read, and once', () => {
    let ends = 0;
    const snapshot = new HeldSnapshot(() => (ends += 1));
    const [first, second] = [snapshot.add([row('a')]), snapshot.add([row('b'), row('c')])];
    expect(names(first)).toEqual(['a']);
    expect(ends).toBe(0);
    expect(names(second)).toEqual(['b', 'c']);
    expect(ends).toBe(1);
  });

  test('reads rows only as they are taken', () => {
    const read: string[] = [];
    const [first] = new HeldSnapshot(() => undefined).add(noted(['a', 'b'], read));
    expect(first?.name).toBe('a');
    expect(read).toEqual(['a']);
  });

  test('closes what is read when the taking stops in the middle', () => {
    let closed = 0;
    const rows = function* (): Iterable<ObjectRow> {
      try {
        yield row('a');
        yield row('b');
      } finally {
        closed += 1;
      }
    };
    const [first] = new HeldSnapshot(() => undefined).add(rows());
    expect(first?.name).toBe('a');
    expect(closed).toBe(1);
  });

  test('reads all that is left of all lists once the taking is slow, and ends', () => {
    const uptime = vi.spyOn(process, 'uptime').mockReturnValue(0);
    let ends = 0;
    const read: string[] = [];
    const snapshot = new HeldSnapshot(() => (ends += 1));
    const first = snapshot.add(noted(['a', 'b', 'c'], read))[Symbol.iterator]();
    const second = snapshot.add(noted(['d'], read));
    expect(first.next().value).toMatchObject({ name: 'a' });
    expect({ read, ends }).toEqual({ read: ['a'], ends: 0 });
    uptime.mockReturnValue(3.001);
    expect(first.next().value).toMatchObject({ name: 'b' });
    expect({ read, ends }).toEqual({ read: ['a', 'b', 'c', 'd'], ends: 1 });
    expect(first.next().value).toMatchObject({ name: 'c' });
    expect(first.next().done).toBe(true);
    expect(names(second)).toEqual(['d']);
    expect(ends).toBe(1);
  });

  test('puts what is left where it is told to, and says until when whoever prints may wait', () => {
    const uptime = vi.spyOn(process, 'uptime').mockReturnValue(0);
    const kept: unknown[] = [];
    const keep = <T>(rows: Iterable<T>): Iterable<T> => {
      const all = [...rows];
      kept.push(all.length);
      return all;
    };
    const snapshot = new HeldSnapshot(() => undefined, keep);
    const rows = snapshot.add([row('a'), row('b'), row('c')])[Symbol.iterator]();
    rows.next();
    expect(snapshot.mayWait).toBe(true);
    uptime.mockReturnValue(3.001);
    expect(snapshot.mayWait).toBe(false);
    expect(rows.next().value).toMatchObject({ name: 'b' });
    expect(kept).toEqual([1]);
    expect(snapshot.mayWait).toBe(true);
    expect(rows.next().value).toMatchObject({ name: 'c' });
    expect(rows.next().done).toBe(true);
  });
});
