import { describe, expect, test } from 'vitest';
import { failure } from '../../src/kube/failure.ts';
import { drive, effect, listFailed } from '../support/driven-reflector.ts';
import { sampleStates } from '../support/transition-table.ts';

const { listing } = sampleStates;

describe('a suspicious list', () => {
  test('is repeated after ten seconds with what it wanted to delete', () => {
    const reflector = drive(listing);
    const effects = reflector.feed({ kind: 'list-suspicious', missing: new Set(['f00']) });
    expect(effect(effects, 'delay').ms).toBeGreaterThanOrEqual(10_000);
    expect(effect(effects, 'status').status.reason).toBe('confirming-deletions');
    reflector.feed({ kind: 'delay-elapsed' });
    expect(effect(reflector.feed({ kind: 'slot-granted' }), 'list').plan).toMatchObject({
      missing: new Set(['f00']),
      style: 'full',
    });
  });

  test('is repeated no later for lists that failed meanwhile', () => {
    const reflector = drive({ ...listing, complete: true });
    const suspect = (missing: string): number => {
      const effects = reflector.feed({ kind: 'list-suspicious', missing: new Set([missing]) });
      reflector.feed({ kind: 'delay-elapsed' });
      reflector.feed({ kind: 'slot-granted' });
      return effect(effects, 'delay').ms;
    };
    expect(suspect('a')).toBe(10_000);
    for (let round = 0; round < 5; round += 1) {
      reflector.feed(listFailed(failure('transport', 'cut')));
      reflector.wait(600_000);
      reflector.feed({ kind: 'delay-elapsed' });
      reflector.feed({ kind: 'slot-granted' });
      expect(reflector.state).toMatchObject({ kind: 'listing', plan: { missing: new Set(['a']) } });
    }
    expect(suspect('b')).toBe(20_000);
  });

  test('that lacks more and more each time is repeated as soon each time', () => {
    const reflector = drive(listing);
    const missing = new Set<string>();
    for (let round = 0; round < 4; round += 1) {
      missing.add(`f${round}`);
      const effects = reflector.feed({ kind: 'list-suspicious', missing: new Set(missing) });
      expect(effect(effects, 'delay').ms).toBe(10_000);
      reflector.feed({ kind: 'delay-elapsed' });
      reflector.feed({ kind: 'slot-granted' });
    }
  });

  test('that lacks others each time is asked for less and less often, until one is complete', () => {
    const reflector = drive(listing);
    const suspect = (round: number): number => {
      const effects = reflector.feed({ kind: 'list-suspicious', missing: new Set([`f${round}`]) });
      reflector.feed({ kind: 'delay-elapsed' });
      reflector.feed({ kind: 'slot-granted' });
      return effect(effects, 'delay').ms;
    };
    expect([0, 1, 2, 3, 4, 5, 6].map(suspect)).toEqual(
      [10, 20, 40, 80, 160, 300, 300].map((seconds) => seconds * 1_000),
    );
    reflector.feed({ kind: 'listed', resourceVersion: '9' });
    reflector.feed({ kind: 'relist-requested', reason: 'suspected-drift' });
    reflector.feed({ kind: 'slot-granted' });
    expect(suspect(7)).toBe(10_000);
  });
});
