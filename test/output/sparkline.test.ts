import { describe, expect, test } from 'vitest';
import { isAsciiLocale, sparkline } from '../../src/output/sparkline.ts';

const frame = { fromMs: 0, toMs: 800, width: 8, isAscii: false };
const points = (...values: readonly (number | undefined)[]) =>
  values.flatMap((value, index) => (value === undefined ? [] : [{ atMs: index * 100, value }]));

describe('a sparkline', () => {
  test('rises from nothing to the highest value of its own', () => {
    expect(sparkline(points(0, 1, 2, 3, 4, 5, 6, 7), frame)).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline(points(0, 100, 200, 300, 400, 500, 600, 700), { ...frame, isAscii: true })).toBe('_.-=+*%#');
    expect(sparkline(points(0, 0, 0, 0, 0, 0, 0, 0), frame)).toBe('▁▁▁▁▁▁▁▁');
  });

  test('leaves a gap where nothing was told, and shows the highest value of a stretch', () => {
    expect(sparkline(points(undefined, 4, undefined, undefined, 8), frame)).toBe(' ▅  █   ');
    expect(sparkline([...points(1, 8), { atMs: 20, value: 8 }, { atMs: 30, value: 2 }], frame)).toBe('██      ');
    expect(sparkline([], frame)).toBe('        ');
  });

  test('is within its frame', () => {
    expect(
      sparkline(
        [
          { atMs: -1, value: 9 },
          { atMs: 800, value: 1 },
        ],
        frame,
      ),
    ).toBe('       █');
  });

  test('is of plain signs where the locale has no others', () => {
    expect(isAsciiLocale({})).toBe(false);
    expect(isAsciiLocale({ LANG: 'de_DE.UTF-8' })).toBe(false);
    expect(isAsciiLocale({ LANG: 'de_DE.UTF-8', LC_ALL: 'C' })).toBe(true);
    expect(isAsciiLocale({ LC_ALL: '', LC_CTYPE: 'en_US.utf8', LANG: 'C' })).toBe(false);
    expect(isAsciiLocale({ LANG: 'POSIX' })).toBe(true);
  });
});
