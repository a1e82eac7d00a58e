import { expect, test } from 'vitest';
import { StreamWatchdog } from '../../src/daemon/stream-watchdog.ts';
import { fakeClock } from '../support/fake-clock.ts';
import type { Clock } from '../../src/util/clock.ts';

function watched(clock: Clock) {
  let isCut = false;
  const watchdog = new StreamWatchdog(clock, 400_000, () => (isCut = true));
  return { watchdog, isCut: () => isCut };
}

test('a stream is cut 150 s after its last byte once it had a bookmark', () => {
  const clock = fakeClock();
  const { watchdog, isCut } = watched(clock);
  clock.advance(100_000);
  watchdog.heard();
  watchdog.heardBookmark();
  clock.advance(149_999);
  expect(isCut()).toBe(false);
  clock.advance(1);
  expect(isCut()).toBe(true);
});

test('a stream without bookmarks may be silent until its time is over', () => {
  const clock = fakeClock();
  const { isCut } = watched(clock);
  clock.advance(399_999);
  expect(isCut()).toBe(false);
  clock.advance(1);
  expect(isCut()).toBe(true);
});

test('64: a process that was held up reads what came meanwhile before it calls a stream silent', () => {
  let now = 0;
  let timers: readonly { readonly at: number; readonly run: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers = [...timers, timer];
      return () => (timers = timers.filter((other) => other !== timer));
    },
  };
  const runDue = (): void => {
    const due = timers.filter(({ at }) => at <= now);
    timers = timers.filter(({ at }) => at > now);
    for (const { run } of due) run();
  };
  const { watchdog, isCut } = watched(clock);
  watchdog.heardBookmark();
  now = 300_000;
  runDue();
  expect(isCut()).toBe(false);
  watchdog.heard();
  now = 301_000;
  runDue();
  expect(isCut()).toBe(false);
  now = 450_000;
  runDue();
  now = 451_000;
  runDue();
  expect(isCut()).toBe(true);
});
