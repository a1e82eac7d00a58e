import { NaviError } from '../errors/navi-error.ts';
import type { Config } from './config.ts';

/** Refuses to change a cluster where the configuration says so. @throws NAVI_USAGE */
export function refuseReadOnly({ isReadOnly, file }: Pick<Config, 'isReadOnly' | 'file'>): void {
  if (!isReadOnly) return;
  throw new NaviError('NAVI_USAGE', 'navi changes nothing in any cluster: the configuration says read_only', {
    hints: [`${file} has the setting`, 'a running daemon goes by what the file said when it started'],
  });
}
