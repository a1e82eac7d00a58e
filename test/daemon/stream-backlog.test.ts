import { beforeEach, describe, expect, test } from 'vitest';
import { StreamBacklog } from '../../src/daemon/stream-backlog.ts';
import { nextTurn } from '../../src/util/clock.ts';
import { fakeClock, type FakeClock } from '../support/fake-clock.ts';

let clock: FakeClock;
let backlog: StreamBacklog;

beforeEach(() => {
  clock = fakeClock();
  backlog = new StreamBacklog(clock);
});

async function someTurns(count = 8): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await nextTurn();
}

describe('the backlog of a stream', () => {
  test('is empty once a reader waits for bytes and none come, and stays so while it waits', async () => {
    expect(backlog.wasEmptySince(0)).toBe(false);
    backlog.taken();
    expect(backlog.wasEmptySince(0)).toBe(false);
    await someTurns();
    clock.advance(60_000);
    expect(backlog.wasEmptySince(clock.monotonic())).toBe(true);
  });

  test('is not empty while each time that more is asked for more is there', async () => {
    for (let count = 0; count < 5; count += 1) {
      backlog.received();
      backlog.taken();
      await someTurns(2);
    }
    expect(backlog.wasEmptySince(Number.NEGATIVE_INFINITY)).toBe(true);
    expect(backlog.wasEmptySince(0)).toBe(false);
    await someTurns();
    expect(backlog.wasEmptySince(0)).toBe(true);
  });

  test('is not empty while something that came is not taken', async () => {
    backlog.taken();
    await someTurns();
    backlog.received();
    const cameAt = clock.monotonic();
    clock.advance(1_000);
    await someTurns();
    expect(backlog.wasEmptySince(cameAt)).toBe(true);
    expect(backlog.wasEmptySince(cameAt + 1)).toBe(false);
  });

  test('tells who waits for it', async () => {
    let isTold = false;
    backlog.received();
    const told = backlog.emptySince(clock.monotonic()).then(() => (isTold = true));
    await someTurns();
    expect(isTold).toBe(false);
    backlog.taken();
    await told;
    await backlog.emptySince(clock.monotonic());
  });
});
