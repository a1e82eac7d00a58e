import { NaviError } from '../errors/navi-error.ts';

const durationUnits: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A duration as Go writes it (`90s`, `5m`, `1h30m`), in ms. @param flag as it is typed before its value; ends with `=` for a variable. @throws NAVI_USAGE */
export function parseDuration(text: string, flag: string): number {
  if (text === '0') return 0;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  const isWhole = parts.length > 0 && parts.map((part) => part[0]).join('') === text;
  if (!isWhole) {
    const [, days] = /^(\d{1,6})d$/.exec(text) ?? [];
    throw new NaviError('NAVI_USAGE', `"${text}" is no duration for ${flag.replace(/=$/, '')}`, {
      hints: [
        ...(days === undefined ? [] : [`${days}d is ${Number(days) * 24}h`]),
        `for example ${flag}${flag.endsWith('=') ? '' : ' '}30s, or 5m, or 1h30m`,
      ],
    });
  }
  return parts.reduce((sum, part) => sum + Number(part[1]) * (durationUnits[part[2] ?? ''] ?? 0), 0);
}
