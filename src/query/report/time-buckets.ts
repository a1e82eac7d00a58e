const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Widths that people can tell the time by (ms). */
const widthsMs: readonly number[] = [
  minuteMs,
  5 * minuteMs,
  10 * minuteMs,
  30 * minuteMs,
  hourMs,
  2 * hourMs,
  6 * hourMs,
  12 * hourMs,
  dayMs,
];

/** Most columns of a plot: on a phone each still has some pixels. */
const countMax = 72;

/** A range of time in equal parts, the first and last of which may reach beyond it. */
export interface TimeBuckets {
  /** Epoch ms; a multiple of `widthMs`. */
  readonly startMs: number;
  readonly widthMs: number;
  readonly count: number;
}

/** The fewest parts that a plot of a range has room for, cut at whole hours, days and the like in UTC. */
export function timeBuckets(sinceMs: number, untilMs: number): TimeBuckets {
  const partsOf = (widthMs: number): number => Math.floor(untilMs / widthMs) - Math.floor(sinceMs / widthMs) + 1;
  const fitting = widthsMs.find((width) => partsOf(width) <= countMax);
  const widthMs = fitting ?? dayMs * Math.ceil((untilMs - sinceMs) / dayMs / (countMax - 1));
  return { startMs: Math.floor(sinceMs / widthMs) * widthMs, widthMs, count: partsOf(widthMs) };
}

/** Which of the parts an instant (epoch ms) is in: the nearest for one outside. */
export function bucketOf({ startMs, widthMs, count }: TimeBuckets, atMs: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor((atMs - startMs) / widthMs)));
}
