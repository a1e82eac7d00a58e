import { alertSettingsOf, type AlertSettings } from './alert-settings.ts';
import { configFile } from './config-file.ts';
import { configText, readDocument } from './read-config.ts';
import { tableOf } from './toml-document.ts';

/**
 * What `[alerts]` of this user's configuration says. Apart from `readConfig`, since it takes the language of expressions, which
 * few commands need.
 * @throws NAVI_CONFIG_BROKEN
 */
export function readAlerts(env: NodeJS.ProcessEnv): AlertSettings {
  const file = configFile(env);
  return parseAlerts(configText(file, env), file);
}

/** The same of a TOML text. @param file as errors name it @throws NAVI_CONFIG_BROKEN that names file, line and key */
export function parseAlerts(text: string, file: string): AlertSettings {
  return readDocument(text, file, ({ alerts = {} }) => alertSettingsOf(tableOf(alerts, ['alerts'])));
}
