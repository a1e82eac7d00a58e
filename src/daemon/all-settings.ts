import type { AlertSettings } from '../config/alert-settings.ts';
import type { Config } from '../config/config.ts';
import { parseAlerts } from '../config/read-alerts.ts';
import { configFile } from '../config/config-file.ts';
import { configText, parseConfig } from '../config/read-config.ts';
import { settingsDigest } from '../config/settings-digest.ts';

/** The whole configuration, of one reading of the file. */
export interface AllSettings {
  readonly file: string;
  /** Epoch ms. */
  readonly readAtMs: number;
  readonly config: Config;
  readonly alerts: AlertSettings;
  /** See `settingsDigest`. */
  readonly digest: string;
}

/** Reads it. @throws NAVI_CONFIG_BROKEN; NAVI_USAGE for a variable */
export function readAllSettings(env: NodeJS.ProcessEnv, nowMs: number): AllSettings {
  const file = configFile(env);
  const text = configText(file, env);
  const config = parseConfig(text, file, env);
  return { file, readAtMs: nowMs, config, alerts: parseAlerts(text, file), digest: settingsDigest(text) };
}
