import { durationMs } from '../core/duration.ts';
import { NaviError } from '../errors/navi-error.ts';

/** A duration as Go writes it (`90s`, `5m`, `1h30m`), in ms. @param flag as it is typed before its value; ends with `=` for a variable. @throws NAVI_USAGE */
export function parseDuration(text: string, flag: string): number {
  const ms = durationMs(text);
  if (ms !== undefined) return ms;
  const [, days] = /^(\d{1,6})d$/.exec(text) ?? [];
  throw new NaviError('NAVI_USAGE', `"${text}" is no duration for ${flag.replace(/=$/, '')}`, {
    hints: [
      ...(days === undefined ? [] : [`${days}d is ${Number(days) * 24}h`]),
      `for example ${flag}${flag.endsWith('=') ? '' : ' '}30s, or 5m, or 1h30m`,
    ],
  });
}
