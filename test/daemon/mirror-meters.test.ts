import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { noCounts } from '../../src/core/scope-counts.ts';
import { LagMeter, lagBucketsMs } from '../../src/daemon/lag-meter.ts';
import { MirrorMeters } from '../../src/daemon/mirror-meters.ts';
import { fakeClock, type FakeClock } from '../support/fake-clock.ts';
import { temporaryMirror, type TemporaryMirror } from '../support/temporary-mirror.ts';

let mirror: TemporaryMirror;
let clock: FakeClock;
let meters: MirrorMeters;

beforeEach(async () => {
  mirror = await temporaryMirror();
  clock = fakeClock();
  meters = new MirrorMeters(clock);
});
afterEach(() => mirror.close());

const open = () => meters.open({ scopeId: mirror.scopeId, name: 'pods' }, mirror.writer.scopes);
const stored = () => mirror.writer.scopes.measures(mirror.scopeId);

describe('a scope’s meter', () => {
  test('counts lists by reason, and watches that needed no list as reconnects', () => {
    const meter = open();
    meter.listing('first-list');
    meter.watching();
    meter.watching();
    meter.listing('expired');
    meter.watching();
    meter.listing('expired');
    expect(meter.total).toEqual({
      ...noCounts,
      lists: 3,
      relists: 2,
      watches: 3,
      reconnects: 1,
      relistReasons: { expired: 2 },
    });
  });

  test('goes on from what an earlier process stored, and tells apart what this one counted', () => {
    const before = open();
    before.listing('expired');
    before.listed(1_234.5);
    before.received(10);
    mirror.writer.commit(() => meters.store(mirror.writer.scopes));
    const after = open();
    after.listing('expired');
    after.committed(3, 1, 20);
    expect(after.listDurationMs).toBe(1_235);
    expect(after.sinceStart).toMatchObject({ lists: 1, events: 3, bookmarks: 1, bytesReceived: 0 });
    expect(after.total).toMatchObject({ lists: 2, bytesReceived: 10, relistReasons: { expired: 2 } });
  });

  test('is counted for its type also after another took its place', () => {
    open().listing('expired');
    open().listing('poll');
    expect(meters.byType().get('pods')).toMatchObject({ lists: 2, relistReasons: { expired: 1, poll: 1 } });
  });

  test('has no lag of bookmarks', () => {
    const meter = open();
    meter.committed(0, 1, 15_000);
    expect(meter.lagMs).toBeNull();
    meter.committed(1, 0, 41.6);
    expect(meter.lagMs).toBe(42);
  });
});

describe('counting', () => {
  test('costs no write of its own: what has grown goes along with a batch, every 15 s', () => {
    const meter = open();
    meter.received(7);
    const along = (): void => {
      mirror.writer.commit(() => meters.storeDue(mirror.writer.scopes));
      meters.stored();
    };
    clock.advance(14_999);
    along();
    expect(stored().counts.bytesReceived).toBe(0);
    clock.advance(1);
    along();
    expect(stored().counts.bytesReceived).toBe(7);
    expect(meters.isDirty).toBe(false);
    meter.received(1);
    clock.advance(14_999);
    along();
    expect(stored().counts.bytesReceived).toBe(7);
  });

  test('loses nothing with a batch that the store refused', () => {
    open().received(7);
    clock.advance(15_000);
    expect(() =>
      mirror.writer.commit(() => {
        meters.storeDue(mirror.writer.scopes);
        throw new Error('refused');
      }),
    ).toThrow('refused');
    expect(meters.isDirty).toBe(true);
    mirror.writer.commit(() => meters.store(mirror.writer.scopes));
    meters.stored();
    expect(stored().counts.bytesReceived).toBe(7);
  });
});

describe('the lag', () => {
  test('of the last commits is told as quantiles', () => {
    const lags = new LagMeter();
    expect(lags.quantileMs(0.99)).toBeNull();
    for (let lag = 1; lag <= 100; lag += 1) lags.add(lag);
    expect(lags.quantileMs(0.5)).toBe(50);
    expect(lags.quantileMs(0.99)).toBe(99);
    for (let index = 0; index < 1_000; index += 1) lags.add(7);
    expect(lags.quantileMs(0.99)).toBe(7);
  });

  test('since the start is a cumulative histogram', () => {
    const lags = new LagMeter();
    for (const lag of [1, 5, 6, 70_000]) lags.add(lag);
    const { counts, count, sumMs } = lags.histogram;
    expect(count).toBe(4);
    expect(sumMs).toBe(70_012);
    expect(counts[lagBucketsMs.indexOf(5)]).toBe(2);
    expect(counts[lagBucketsMs.indexOf(10)]).toBe(3);
    expect(counts.at(-1)).toBe(3);
  });
});
