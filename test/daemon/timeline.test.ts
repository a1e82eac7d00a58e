import { beforeEach, describe, expect, test } from 'vitest';
import { TimelineWatch } from '../../src/daemon/timeline.ts';

let watch: TimelineWatch;

beforeEach(() => {
  watch = new TimelineWatch();
});

/** Behind by one at each of these times (ms). */
const behind = (...timesMs: readonly number[]): readonly string[] => timesMs.map((at) => watch.judge('99', '100', at));

describe('a heartbeat', () => {
  test('at or ahead of what was mirrored is of the same timeline', () => {
    expect([watch.judge('100', '100', 0), watch.judge('1000', '999', 0)]).toEqual(['same', 'same']);
  });

  test('with nothing to compare is of the same timeline', () => {
    expect([watch.judge('100', '', 0), watch.judge('', '100', 0), watch.judge('abc', '100', 0)]).toEqual([
      'same',
      'same',
      'same',
    ]);
  });

  test('behind three times over ten seconds is of another', () => {
    expect(behind(0, 5_500, 11_000)).toEqual(['suspect', 'suspect', 'reset']);
  });

  test('behind many times within ten seconds is not believed yet, nor twice over an hour', () => {
    expect(behind(0, 1, 2, 3, 9_999)).toEqual(['suspect', 'suspect', 'suspect', 'suspect', 'suspect']);
    watch = new TimelineWatch();
    expect(behind(0, 3_600_000)).toEqual(['suspect', 'suspect']);
  });

  test('behind is counted anew after one that was not: a replica that lagged', () => {
    expect(behind(0, 5_500)).toEqual(['suspect', 'suspect']);
    expect(watch.judge('100', '100', 8_000)).toBe('same');
    expect(behind(11_000, 16_500, 20_999)).toEqual(['suspect', 'suspect', 'suspect']);
  });
});

describe('after a reset', () => {
  beforeEach(() => {
    behind(0, 5_500, 11_000);
  });

  test('lists that bring the same again show a server whose cache its store has left behind', () => {
    expect(watch.judge('50', '', 12_000), 'everything is being listed').toBe('same');
    expect(watch.judge('50', '40', 13_000), 'the first list came from the store itself').toBe('same');
    expect(behind(20_000, 25_500, 31_000, 36_500)).toEqual(['suspect', 'suspect', 'server-cache', 'server-cache']);
  });

  test('everything is listed again after five minutes, until the cache is gone', () => {
    behind(20_000, 25_500);
    expect(behind(310_999, 311_000)).toEqual(['server-cache', 'reset']);
    expect(behind(320_000, 331_000, 342_000)).toEqual(['suspect', 'suspect', 'server-cache']);
  });

  test('a store that has overtaken what it was behind of is listed once more: nothing else would tell', () => {
    expect(behind(20_000, 25_500, 31_000)).toEqual(['suspect', 'suspect', 'server-cache']);
    expect(watch.judge('', '100', 32_000), 'nothing was compared').toBe('same');
    expect(watch.judge('200', '100', 50_000)).toBe('reset');
    expect(watch.judge('200', '150', 60_000)).toBe('same');
  });
});

describe('an object that is older on the server than in the store', () => {
  test('proves another history, once in five minutes', () => {
    expect([0, 1, 299_999, 300_000, 300_001].map((at) => watch.proves(at))).toEqual([true, false, false, true, false]);
  });

  test('is not believed soon after a heartbeat has told another history', () => {
    behind(0, 5_500, 11_000);
    expect(watch.proves(20_000)).toBe(false);
  });
});
