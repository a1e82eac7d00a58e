import { describe, expect, test } from 'vitest';
import { WriteTurns } from '../../src/daemon/write-turns.ts';
import { nextTurn } from '../../src/util/clock.ts';

describe('turns to write', () => {
  test('are given one in each turn of the event loop, in the order of asking', async () => {
    const turns = new WriteTurns();
    const seen: string[] = [];
    const work = async (name: string, count: number): Promise<void> => {
      for (let index = 0; index < count; index += 1) {
        await turns.next();
        seen.push(name);
      }
    };
    const loop = async (): Promise<void> => {
      for (let index = 0; index < 6; index += 1) {
        await nextTurn();
        seen.push('|');
      }
    };
    await Promise.all([loop(), work('flood', 4), work('other', 1)]);
    expect(seen.join(' ')).toBe('| flood | other | flood | flood | flood |');
  });

  test('are there again after nobody wanted one', async () => {
    const turns = new WriteTurns();
    await turns.next();
    await nextTurn();
    await expect(turns.next()).resolves.toBeUndefined();
  });
});
