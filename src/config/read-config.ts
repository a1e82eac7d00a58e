import { join, resolve } from 'node:path';
import { NaviError, systemCodeOf } from '../errors/navi-error.ts';
import { fileHint, plainMessageOf } from '../errors/plain-words.ts';
import { os } from '../util/late-modules.ts';
import { readTextFile } from '../util/read-text-file.ts';
import type { Config } from './config.ts';
import { parseConfig } from './parse-config.ts';

/** Longest file that is read (bytes); its text may be shorter still. */
const maxBytes = 1024 ** 2;

/** Where this user's configuration lies: NAVI_CONFIG, else `navi/config.toml` in the platform's place for settings. Absolute. */
export function configFile(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  const named = env['NAVI_CONFIG'];
  if (named !== undefined && named !== '') return resolve(named);
  return resolve(settingsFolder(env, platform), 'navi', 'config.toml');
}

function settingsFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  const isSet = (value: string | undefined): value is string => value !== undefined && value !== '';
  const { XDG_CONFIG_HOME: xdg, APPDATA: appData } = env;
  if (isSet(xdg)) return xdg;
  if (platform === 'darwin') return join(os().homedir(), 'Library', 'Application Support');
  if (platform === 'win32') return isSet(appData) ? appData : join(os().homedir(), 'AppData', 'Roaming');
  return join(os().homedir(), '.config');
}

/**
 * Reads this user's configuration. A file that does not exist settles nothing, unless NAVI_CONFIG names it.
 * @throws NAVI_CONFIG_BROKEN
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const file = configFile(env);
  try {
    return parseConfig(readTextFile(file, maxBytes).replace(/^\uFEFF/, ''), file);
  } catch (error) {
    if (error instanceof NaviError) throw error;
    const isNamed = env['NAVI_CONFIG'] !== undefined && env['NAVI_CONFIG'] !== '';
    if (systemCodeOf(error) === 'ENOENT' && !isNamed) return parseConfig('', file);
    throw new NaviError('NAVI_CONFIG_BROKEN', `configuration ${file} cannot be read: ${plainMessageOf(error)}`, {
      hints: [fileHint(error, file, 'point NAVI_CONFIG to another file, or unset it')],
      cause: error,
    });
  }
}
