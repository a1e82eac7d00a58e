import { describe, expect, test } from 'vitest';
import { Deadline } from '../../src/kube/deadline.ts';
import { RequestFailed } from '../../src/kube/failure.ts';
import { fakeClock } from '../support/fake-clock.ts';

describe('a deadline', () => {
  test('ends a request whose answer is late, by the clock given, and says what was awaited', () => {
    const clock = fakeClock();
    const deadline = new Deadline(clock, undefined);
    deadline.expect('answer', 10_000);
    clock.advance(9_999);
    expect(deadline.signal.aborted).toBe(false);
    clock.advance(1);
    expect(deadline.signal.reason).toBeInstanceOf(RequestFailed);
    expect(deadline.signal.reason).toMatchObject({ failure: { class: 'transport', message: 'no answer within 10 s' } });
  });

  test('counts anew from each thing that comes, and not at all where any silence will do', () => {
    const clock = fakeClock();
    const deadline = new Deadline(clock, undefined);
    for (let chunk = 0; chunk < 5; chunk += 1) {
      deadline.expect('more', 1_000);
      clock.advance(900);
    }
    deadline.expect('more', 0);
    clock.advance(1_000_000);
    expect(deadline.signal.aborted).toBe(false);
  });

  test('ends a request with whoever asked, for their reason', () => {
    const asked = new AbortController();
    const deadline = new Deadline(fakeClock(), asked.signal);
    asked.abort('not wanted any more');
    expect(deadline.signal.reason).toBe('not wanted any more');
    expect(new Deadline(fakeClock(), asked.signal).signal.aborted).toBe(true);
  });

  test('leaves nothing behind once the request has ended', () => {
    const clock = fakeClock();
    const asked = new AbortController();
    const deadline = new Deadline(clock, asked.signal);
    deadline.expect('answer', 10);
    deadline.end();
    asked.abort();
    expect(clock.waiting).toEqual([]);
    expect(deadline.signal.aborted).toBe(false);
  });
});
