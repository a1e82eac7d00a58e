import { describe, expect, test } from 'vitest';
import { groupEvents } from '../../../src/query/events/group-events.ts';
import type { KnownEvent } from '../../../src/query/events/read-events.ts';

const object = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web-0', uid: 'u' };

function event(fields: Partial<KnownEvent> = {}): KnownEvent {
  return {
    namespace: 'shop',
    name: 'web-0.1',
    type: 'Warning',
    reason: 'BackOff',
    message: 'it waits',
    count: 2,
    firstAtMs: 1_000,
    lastAtMs: 2_000,
    reportedBy: 'kubelet',
    object,
    isExpired: false,
    ...fields,
  };
}

describe('events that say the same', () => {
  test('are one, with the sum of their counts and with their times, where the last of them is', () => {
    const between = event({ name: 'x', reason: 'Other', lastAtMs: 3_000 });
    const last = event({ name: 'web-0.2', count: 3, firstAtMs: 500, lastAtMs: 4_000 });
    expect(groupEvents([event({ isExpired: true }), between, last])).toEqual([
      expect.objectContaining({ reason: 'Other', names: ['x'] }),
      {
        namespace: 'shop',
        type: 'Warning',
        reason: 'BackOff',
        message: 'it waits',
        count: 5,
        firstAtMs: 500,
        lastAtMs: 4_000,
        reportedBy: 'kubelet',
        object,
        isExpired: false,
        names: ['web-0.1', 'web-0.2'],
      },
    ]);
  });

  test('are expired once all of them are', () => {
    const expired = event({ isExpired: true });
    const groups = groupEvents([expired, event({ name: 'web-0.2', isExpired: true })]);
    expect(groups).toMatchObject([{ isExpired: true, count: 4 }]);
  });

  test('under one name with one first time were counted on, and not counted twice', () => {
    const before = event({ count: 56, isExpired: true });
    const after = event({ count: 57, lastAtMs: 3_000 });
    expect(groupEvents([before, after])).toMatchObject([{ count: 57, names: ['web-0.1'], lastAtMs: 3_000 }]);
    const anew = event({ count: 3, firstAtMs: 2_500, lastAtMs: 4_000 });
    expect(groupEvents([before, after, anew])).toMatchObject([{ count: 60 }]);
  });

  test.each<Partial<KnownEvent>>([
    { type: 'Normal' },
    { reason: 'Other' },
    { message: 'it goes' },
    { reportedBy: 'scheduler' },
    { namespace: 'other' },
    { object: { ...object, uid: 'v' } },
    { object: { ...object, uid: '' } },
  ])('but for %j are two', (fields) => {
    expect(groupEvents([event(), event(fields)])).toHaveLength(2);
  });

  test('of an object without a uid are those of its kind, namespace and name', () => {
    const nameless = { ...object, uid: '' };
    expect(groupEvents([event({ object: nameless }), event({ object: { ...nameless } })])).toHaveLength(1);
    expect(groupEvents([event({ object: nameless }), event({ object: { ...nameless, name: 'web-1' } })])).toHaveLength(
      2,
    );
  });
});
