import { parseRfc3339 } from '../derive/columns/rfc3339.ts';
import { NaviError } from '../errors/navi-error.ts';
import { parseDuration } from './duration.ts';

/**
 * An instant as people type it (epoch ms): a duration that counts back from `nowMs` (`90s`, `1h30m`), or a time as Kubernetes
 * writes it (RFC 3339).
 * @param flag as it is typed before the text
 * @throws NAVI_USAGE, for one in the future too
 */
export function parseMoment(text: string, flag: string, nowMs: number): number {
  const isTime = /^\d{4}-/.test(text) || !/^\d/.test(text);
  const atMs = isTime ? parseRfc3339(text) : nowMs - parseDuration(text, flag);
  if (atMs === undefined) {
    throw new NaviError('NAVI_USAGE', `"${text}" is no time for ${flag}`, {
      hints: [`for example ${flag} 30m, or ${flag} ${new Date(nowMs - 3_600_000).toISOString()}`],
    });
  }
  if (atMs <= nowMs) return atMs;
  throw new NaviError('NAVI_USAGE', `${flag} lies in the future: ${text}`, {
    hints: [`now is ${new Date(nowMs).toISOString()}`],
  });
}
