import { configMentions } from '../config/config-file.ts';
import { defaultNoticeAfterMs } from '../query/freshness.ts';
import { parseDuration } from './duration.ts';

/**
 * How old data may be before a notice is due (ms): NAVI_NOTICE_AFTER, else `notice_after` of the configuration, else two minutes. What
 * reads that is loaded only where the file mentions the setting.
 * @throws NAVI_USAGE, NAVI_CONFIG_BROKEN
 */
export async function noticeAfterMs(env: NodeJS.ProcessEnv): Promise<number> {
  const text = env['NAVI_NOTICE_AFTER'];
  if (text !== undefined && text !== '') return parseDuration(text, 'NAVI_NOTICE_AFTER=');
  if (!configMentions('notice_after', env)) return defaultNoticeAfterMs;
  const { readConfig } = await import('../config/read-config.ts');
  return readConfig(env).noticeAfterMs;
}
