import { join } from 'node:path';
import { NaviError } from '../../errors/navi-error.ts';
import { dataDirectory } from '../../store/data-directory.ts';
import { os } from '../../util/late-modules.ts';
import { agentLabel, serviceName } from './service-file.ts';

/** Which service manager a platform has, and where a user's services lie. */
export interface ServicePlace {
  readonly manager: 'systemd' | 'launchd';
  /** Of the unit or the agent. Absolute. */
  readonly file: string;
  /** Where log lines go, for one that keeps none. */
  readonly logFile: string;
}

/** @throws NAVI_USAGE on other platforms */
export function servicePlace(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): ServicePlace {
  const logFile = join(dataDirectory(env, platform), 'daemon.log');
  const { XDG_CONFIG_HOME: xdg } = env;
  if (platform === 'linux') {
    const settings = xdg === undefined || xdg === '' ? join(os().homedir(), '.config') : xdg;
    return { manager: 'systemd', file: join(settings, 'systemd', 'user', `${serviceName}.service`), logFile };
  }
  if (platform === 'darwin') {
    const file = join(os().homedir(), 'Library', 'LaunchAgents', `${agentLabel}.plist`);
    return { manager: 'launchd', file, logFile };
  }
  throw new NaviError('NAVI_USAGE', `navi service knows systemd and launchd, and ${platform} has neither`, {
    hints: ['navi sync --detach puts a daemon into the background'],
  });
}
