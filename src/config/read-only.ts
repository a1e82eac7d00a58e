import { NaviError } from '../errors/navi-error.ts';
import type { Config } from './config.ts';

/** Refuses to change a cluster where the configuration says so. @throws NAVI_USAGE */
export function refuseReadOnly({ isReadOnly }: Pick<Config, 'isReadOnly'>): void {
  if (!isReadOnly) return;
  throw new NaviError('NAVI_USAGE', 'navi changes nothing in any cluster: the configuration says read_only', {
    hints: ['navi config show says where', 'navi config set read_only --unset takes it away'],
  });
}
