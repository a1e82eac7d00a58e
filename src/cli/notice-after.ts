import { defaultNoticeAfterMs } from '../query/freshness.ts';
import { parseDuration } from './duration.ts';

/** How old data may be before a notice is due (ms): NAVI_NOTICE_AFTER, else two minutes. @throws NAVI_USAGE */
export function noticeAfterMs(env: NodeJS.ProcessEnv): number {
  const text = env['NAVI_NOTICE_AFTER'];
  return text === undefined || text === '' ? defaultNoticeAfterMs : parseDuration(text, 'NAVI_NOTICE_AFTER=');
}
