import { describe, expect, test } from 'vitest';
import { nextMoveMs, stepIncident, type OpenIncident, type Verdict } from '../../../src/daemon/alerts/incident-step.ts';
import { createSeededRandom } from '../../support/seeded-random.ts';

const rule = { forMs: 60_000, resolveAfterMs: 30_000 };

/** Steps through verdicts, each so many seconds after the one before; a `?` behind it: nothing is known. */
function walk(
  steps: readonly (readonly [number, Verdict | `${Verdict}?`])[],
  of = rule,
): readonly (readonly [number, string])[] {
  let open: OpenIncident | undefined;
  let nowMs = 0;
  let ids = 0;
  const told: [number, string][] = [];
  for (const [seconds, said] of steps) {
    nowMs += seconds * 1_000;
    const verdict = said.replace('?', '') as Verdict;
    const step = stepIncident(open, verdict, {
      nowMs,
      isKnown: !said.endsWith('?'),
      rule: of,
      newId: () => String((ids += 1)),
    });
    for (const effect of step.effects) told.push([nowMs / 1_000, `${effect} ${(step.open ?? open)?.id}`]);
    open = step.open;
  }
  return told;
}

describe('an incident', () => {
  test('fires once its condition held for as long as the rule says, and ends once it no longer did for as long', () => {
    const steps = [
      [0, 'holds'],
      [59, 'holds'],
      [1, 'holds'],
      [5, 'clear'],
      [29, 'clear'],
      [1, 'clear'],
    ] as const;
    expect(walk(steps)).toEqual([
      [0, 'began 1'],
      [60, 'fired 1'],
      [95, 'resolved 1'],
    ]);
  });

  test('that comes and goes is one, and one that never fired is forgotten', () => {
    const steps = [
      [0, 'holds'],
      [60, 'holds'],
      [1, 'clear'],
      [20, 'holds'],
      [1, 'clear'],
      [29, 'clear'],
    ] as const;
    expect(walk(steps)).toEqual([
      [0, 'began 1'],
      [60, 'fired 1'],
    ]);
    expect(
      walk([
        [0, 'holds'],
        [59, 'clear'],
        [1, 'holds'],
        [59, 'holds'],
      ]),
    ).toEqual([
      [0, 'began 1'],
      [59, 'dropped 1'],
      [60, 'began 2'],
    ]);
  });

  test('of an object that is gone is over at once', () => {
    expect(
      walk([
        [0, 'holds'],
        [60, 'holds'],
        [1, 'gone'],
      ]),
    ).toEqual([
      [0, 'began 1'],
      [60, 'fired 1'],
      [61, 'resolved 1'],
    ]);
  });

  test('neither fires nor ends while nothing is known', () => {
    expect(
      walk([
        [0, 'holds'],
        [100, 'holds?'],
        [1, 'holds'],
      ]),
    ).toEqual([
      [0, 'began 1'],
      [101, 'fired 1'],
    ]);
    const steps = [
      [0, 'holds'],
      [60, 'holds'],
      [1, 'gone?'],
      [900, 'gone?'],
      [1, 'gone'],
    ] as const;
    expect(walk(steps)).toEqual([
      [0, 'began 1'],
      [60, 'fired 1'],
      [962, 'resolved 1'],
    ]);
    expect(
      walk([
        [0, 'holds'],
        [60, 'holds'],
        [1, 'gone?'],
        [900, 'holds'],
      ]),
    ).toHaveLength(2);
  });

  test('of a rule without durations fires and ends with its condition', () => {
    expect(
      walk(
        [
          [0, 'holds'],
          [1, 'clear'],
          [1, 'holds'],
        ],
        { forMs: 0, resolveAfterMs: 0 },
      ),
    ).toEqual([
      [0, 'began 1'],
      [0, 'fired 1'],
      [1, 'resolved 1'],
      [2, 'began 2'],
      [2, 'fired 2'],
    ]);
  });
});

/** One second of an object's life. */
interface Second {
  readonly verdict: Verdict;
  readonly isKnown: boolean;
}

/**
 * When incidents fire and end, from the whole life at once: one fires in the first known second in which its condition has held
 * without a break for `forMs`; it ends in the first known one in which it has not held without a break for `resolveAfterMs`, or in
 * which the object is gone.
 */
function expectedTimes(life: readonly Second[], { forMs, resolveAfterMs }: typeof rule): readonly string[] {
  const told: string[] = [];
  let isFiring = false;
  const breakless = (at: number, is: (verdict: Verdict) => boolean): number => {
    let from = at;
    while (from > 0 && is((life[from - 1] as Second).verdict)) from -= 1;
    return (at - from) * 1_000;
  };
  life.forEach(({ verdict, isKnown }, at) => {
    if (!isKnown) return;
    if (!isFiring && verdict === 'holds' && breakless(at, (each) => each === 'holds') >= forMs) {
      told.push(`fired ${at}`);
      isFiring = true;
    } else if (isFiring && verdict !== 'holds') {
      const clearMs = breakless(at, (each) => each !== 'holds');
      if (verdict === 'gone' || clearMs >= resolveAfterMs) {
        told.push(`resolved ${at}`);
        isFiring = false;
      }
    }
  });
  return told;
}

test('random lives fire and end when their whole says so, each under an id of its own', () => {
  for (let seed = 1; seed <= 3_000; seed += 1) {
    const random = createSeededRandom(seed);
    const durations = { forMs: random.below(6) * 1_000, resolveAfterMs: random.below(4) * 1_000 };
    const [forgetful, blind] = [random.below(10), random.below(10)];
    let verdict: Verdict = 'clear';
    const life = Array.from({ length: 60 }, (): Second => {
      if (random.below(10) < forgetful) verdict = random.pick<Verdict>(['holds', 'holds', 'clear', 'gone']);
      return { verdict, isKnown: random.below(12) >= blind };
    });
    let open: OpenIncident | undefined;
    let ids = 0;
    const told: string[] = [];
    const ended = new Set<string>();
    const fired = new Set<string>();
    life.forEach((second, at) => {
      const moves = open === undefined ? undefined : nextMoveMs(open, durations);
      const before = open;
      const newId = (): string => String((ids += 1));
      const { open: next, effects } = stepIncident(open, second.verdict, {
        nowMs: at * 1_000,
        isKnown: second.isKnown,
        rule: durations,
        newId,
      });
      for (const effect of effects) {
        const id = (next ?? before)?.id ?? '';
        if (effect === 'fired') {
          expect(fired.has(id)).toBe(false);
          fired.add(id);
        }
        if (effect === 'resolved') {
          expect(fired.has(id) && !ended.has(id)).toBe(true);
          ended.add(id);
        }
        if (effect === 'fired' || effect === 'resolved') told.push(`${effect} ${at}`);
      }
      // Whoever looks only when time is said to move it misses nothing.
      if (before !== undefined && effects.length > 0 && before.verdict === second.verdict)
        expect(moves).toBeLessThanOrEqual(at * 1_000);
      open = next;
    });
    expect([seed, told]).toEqual([seed, expectedTimes(life, durations)]);
  }
});
