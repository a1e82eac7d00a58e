const secondMs = 1000;
const minuteSeconds = 60;
const hourMinutes = 60;
const dayHours = 24;
const yearDays = 365;

/** Where Go's durations of 64-bit nanoseconds end (ms). */
const longestMs = 9_223_372_036_854;

function withRest(count: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${count}${unit}` : `${count}${unit}${rest}${restUnit}`;
}

/** How long ago an instant was, as kubectl prints ages; `-` where it is not known. Both in epoch milliseconds. */
export function humanAge(atMs: number | null, nowMs: number): string {
  return atMs === null ? '-' : humanDuration(nowMs - atMs);
}

/**
 * A duration as kubectl 1.36 prints ages: one or two units, cut and never rounded (`90s`, `2m1s`, `10m`, `7h59m`,
 * `47h`, `2d1h`, `729d`, `2y1d`), 292 years at most. Negative durations above -2 s are clock skew and print `0s`, others `<invalid>`.
 */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(Math.min(ms, longestMs) / secondMs);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 2 * minuteSeconds) return `${seconds}s`;
  const minutes = Math.trunc(seconds / minuteSeconds);
  if (minutes < 10) return withRest(minutes, 'm', seconds % minuteSeconds, 's');
  if (minutes < 3 * hourMinutes) return `${minutes}m`;
  const hours = Math.trunc(minutes / hourMinutes);
  if (hours < 8) return withRest(hours, 'h', minutes % hourMinutes, 'm');
  if (hours < 2 * dayHours) return `${hours}h`;
  const days = Math.trunc(hours / dayHours);
  if (days < 8) return withRest(days, 'd', hours % dayHours, 'h');
  if (days < 2 * yearDays) return `${days}d`;
  const years = Math.trunc(days / yearDays);
  return years < 8 ? withRest(years, 'y', days % yearDays, 'd') : `${years}y`;
}
