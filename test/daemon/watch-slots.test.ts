import { describe, expect, test } from 'vitest';
import { WatchSlots } from '../../src/daemon/watch-slots.ts';

const one = (scopeId: number, namespace = 'a') => ({ scopeId, namespace });

describe('the streams of a mirror', () => {
  test('are for as many scopes of single namespaces as there are places, and kept by who has one', () => {
    const slots = new WatchSlots(2);
    expect([slots.take(one(1)), slots.take(one(2)), slots.take(one(3))]).toEqual([true, true, false]);
    expect([slots.take(one(1)), slots.waitingCount]).toEqual([true, 1]);
  });

  test('are never refused to a scope of all namespaces, which takes a place all the same', () => {
    const slots = new WatchSlots(1);
    expect([slots.take(one(1)), slots.take(one(2, '')), slots.waitingCount]).toEqual([true, true, 0]);
    slots.giveBack(1);
    expect(slots.take(one(3))).toBe(false);
  });

  test('go to who asks next once one is given back, and nobody waits who has left', () => {
    const slots = new WatchSlots(1);
    slots.take(one(1));
    slots.take(one(2));
    slots.take(one(3));
    slots.leave(3);
    expect(slots.waitingCount).toBe(1);
    slots.giveBack(1);
    expect([slots.take(one(2)), slots.waitingCount]).toEqual([true, 0]);
    expect(slots.take(one(1))).toBe(false);
  });
});
