/** Signs of rising height. */
const blocks = '▁▂▃▄▅▆▇█';
const plainSigns = '_.-=+*%#';

/** A value at an instant (epoch ms). */
export interface Point {
  readonly atMs: number;
  readonly value: number;
}

/** What a line shows: so many signs for the time between two instants (epoch ms). */
export interface SparklineFrame {
  readonly fromMs: number;
  readonly toMs: number;
  readonly width: number;
  /** For terminals that show nothing else. */
  readonly isAscii: boolean;
}

/**
 * A sign for each stretch of time: the highest value in it beside the highest of all, from 0 on; a space where there is none. A
 * short peak is never averaged away.
 */
export function sparkline(points: readonly Point[], { fromMs, toMs, width, isAscii }: SparklineFrame): string {
  const heights: (number | undefined)[] = Array.from({ length: width });
  for (const { atMs, value } of points) {
    const index = Math.min(width - 1, Math.floor(((atMs - fromMs) / (toMs - fromMs)) * width));
    if (index >= 0) heights[index] = Math.max(heights[index] ?? 0, value);
  }
  const signs = isAscii ? plainSigns : blocks;
  const highest = heights.reduce<number>((most, height) => Math.max(most, height ?? 0), 0);
  const sign = (height: number): string =>
    signs[highest === 0 ? 0 : Math.min(signs.length - 1, Math.floor((height / highest) * signs.length))] ?? '';
  return heights.map((height) => (height === undefined ? ' ' : sign(height))).join('');
}

/** Whether the locale says that text is not UTF-8, as the C library decides: LC_ALL, else LC_CTYPE, else LANG; unset is not taken for a no. */
export function isAsciiLocale({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean {
  const set = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== '');
  return set !== undefined && !/utf-?8/i.test(set);
}
