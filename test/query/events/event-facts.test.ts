import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { eventFacts } from '../../../src/query/events/event-facts.ts';

const at = (second: number): string => `2026-03-01T10:00:${String(second).padStart(2, '0')}Z`;
const ms = (second: number): number => Date.parse(at(second));

function event(fields: JsonObject): JsonObject {
  const metadata = { name: 'web-0.1', namespace: 'shop', creationTimestamp: at(50) };
  return { metadata, type: 'Warning', reason: 'BackOff', message: ' it waits\n', ...fields };
}

describe('an event', () => {
  test('of a count has its two times', () => {
    const involvedObject = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web-0', uid: 'u' };
    const counted = { count: 3, firstTimestamp: at(1), lastTimestamp: at(9), eventTime: null, involvedObject };
    expect(eventFacts(event({ ...counted, reportingComponent: 'kubelet', source: { component: 'old' } }))).toEqual({
      namespace: 'shop',
      name: 'web-0.1',
      type: 'Warning',
      reason: 'BackOff',
      message: 'it waits',
      count: 3,
      firstAtMs: ms(1),
      lastAtMs: ms(9),
      reportedBy: 'kubelet',
      object: involvedObject,
    });
  });

  test.each<[string, JsonObject, { count: number; first: number; last: number }]>([
    [
      'of a series has the last time of that',
      { eventTime: '2026-03-01T10:00:02.000000Z', series: { count: 7, lastObservedTime: at(8) }, count: 1 },
      { count: 7, first: 2, last: 8 },
    ],
    ['of a single time', { eventTime: at(4), lastTimestamp: null }, { count: 1, first: 4, last: 4 }],
    ['of a first time alone', { firstTimestamp: at(6), count: 0 }, { count: 1, first: 6, last: 6 }],
    ['of no time is as old as its object', { count: 'many' }, { count: 1, first: 50, last: 50 }],
  ])('%s', (_what, fields, { count, first, last }) => {
    expect(eventFacts(event(fields))).toMatchObject({ count, firstAtMs: ms(first), lastAtMs: ms(last) });
  });

  test('of nothing at all is told all the same', () => {
    expect(eventFacts({})).toMatchObject({ name: '', count: 1, firstAtMs: null, lastAtMs: null, reportedBy: '' });
    expect(eventFacts(event({ source: { component: 'kubelet' } })).reportedBy).toBe('kubelet');
  });
});
