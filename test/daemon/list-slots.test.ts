import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listPriority, ListSlots } from '../../src/daemon/list-slots.ts';
import { fakeClock } from '../support/fake-clock.ts';

describe('list slots', () => {
  test('are three, granted at once while free', () => {
    const slots = new ListSlots();
    const granted: string[] = [];
    for (const name of ['a', 'b', 'c', 'd']) slots.request(1, () => granted.push(name));
    expect(granted).toEqual(['a', 'b', 'c']);
    slots.release();
    expect(granted).toEqual(['a', 'b', 'c', 'd']);
  });

  test('go to the lowest priority first, then to who came first', () => {
    const slots = new ListSlots(1);
    const granted: string[] = [];
    const ask = (priority: number, name: string) => slots.request(priority, () => granted.push(name));
    ask(0, 'running');
    ask(5, 'late');
    ask(1, 'first');
    ask(1, 'second');
    ask(-1, 'definitions');
    for (let round = 0; round < 4; round += 1) slots.release();
    expect(granted).toEqual(['running', 'definitions', 'first', 'second', 'late']);
  });

  test('are not granted to who gave up, and giving up twice or too late harms nobody', () => {
    const slots = new ListSlots(1);
    const granted: string[] = [];
    const late = slots.request(1, () => granted.push('a'));
    const withdraw = slots.request(1, () => granted.push('b'));
    slots.request(1, () => granted.push('c'));
    withdraw();
    withdraw();
    late();
    slots.release();
    expect(granted).toEqual(['a', 'c']);
  });

  test('may be released and asked for while one is being granted', () => {
    const slots = new ListSlots(1);
    const granted: string[] = [];
    slots.request(1, () => {
      granted.push('a');
      slots.request(0, () => granted.push('b'));
      slots.release();
    });
    expect(granted).toEqual(['a', 'b']);
  });

  test('are never more than there are, and never left free while somebody waits', () => {
    const step = fc.record({
      what: fc.constantFrom('request', 'release', 'withdraw'),
      at: fc.nat(20),
      priority: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), (count, steps) => {
        const slots = new ListSlots(count);
        const requests: { state: 'waiting' | 'held' | 'done'; withdraw: () => void }[] = [];
        const inState = (state: string): typeof requests => requests.filter((one) => one.state === state);
        for (const { what, at, priority } of steps) {
          const held = inState('held');
          const waiting = inState('waiting');
          if (what === 'request') {
            const request: (typeof requests)[number] = { state: 'waiting', withdraw: () => undefined };
            requests.push(request);
            request.withdraw = slots.request(priority, () => {
              expect(request.state).toBe('waiting');
              request.state = 'held';
            });
          } else if (what === 'release' && held.length > 0) {
            const request = held[at % held.length];
            if (request !== undefined) request.state = 'done';
            slots.release();
          } else if (what === 'withdraw' && waiting.length > 0) {
            const request = waiting[at % waiting.length];
            request?.withdraw();
            if (request !== undefined) request.state = 'done';
          }
          expect(inState('held').length).toBeLessThanOrEqual(count);
          if (inState('waiting').length > 0) expect(inState('held')).toHaveLength(count);
        }
      }),
    );
  });
});

test('the types that people look at come first, definitions before all, the rest in discovery order', () => {
  const names = [
    'widgets.example.com',
    'secrets',
    'pods',
    'deployments.apps',
    'customresourcedefinitions.apiextensions.k8s.io',
  ];
  const sorted = names.toSorted((a, b) => listPriority(a, names.indexOf(a)) - listPriority(b, names.indexOf(b)));
  expect(sorted).toEqual([
    'customresourcedefinitions.apiextensions.k8s.io',
    'pods',
    'deployments.apps',
    'secrets',
    'widgets.example.com',
  ]);
  expect(listPriority('a', 0)).toBeLessThan(listPriority('b', 1));
});

describe('list slots of a server that refuses for too many requests', () => {
  test('are one for five minutes, counted from the last refusal', () => {
    const clock = fakeClock();
    const slots = new ListSlots();
    const granted: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) slots.request(1, () => granted.push(name));
    slots.narrow(clock);
    slots.release();
    slots.release();
    expect(granted).toEqual(['a', 'b', 'c']);
    slots.release();
    expect(granted).toEqual(['a', 'b', 'c', 'd']);
    clock.advance(200_000);
    slots.narrow(clock);
    clock.advance(299_999);
    expect(granted).toEqual(['a', 'b', 'c', 'd']);
    clock.advance(1);
    expect(granted).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(clock.waiting).toEqual([]);
  });
});
