import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { os } from '../util/late-modules.ts';

/** Longest file that is looked through (bytes), as the longest that is read. */
export const maxConfigBytes = 1024 ** 2;

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
 * Whether the configuration may set a key, which is so wherever its name stands in the file: a command that asks need not load what reads
 * TOML where it does not. A quoted key may be written with escapes (`"notice\u005fafter"`): a file with one may set any key.
 * False where there is no file, or it cannot be read: the daemon says so when it starts.
 */
export function configMentions(key: string, env: NodeJS.ProcessEnv): boolean {
  const file = configFile(env);
  try {
    const state = statSync(file, { throwIfNoEntry: false });
    if (state?.isFile() !== true || state.size > maxConfigBytes) return false;
    const text = readFileSync(file, 'utf8');
    return text.includes(key) || /\\[uUx]/.test(text);
  } catch {
    return false;
  }
}
