import { effectiveSettings, type EffectiveSetting } from '../../config/effective-settings.ts';
import { configFile } from '../../config/config-file.ts';
import { configText, parseConfig } from '../../config/read-config.ts';
import { schema } from '../../config/schema.ts';
import { keyText, tomlOf } from '../../config/toml-document.ts';
import { oneLine } from '../../core/terminal-text.ts';

/** The configuration as it holds now. */
export interface PresentConfig {
  readonly file: string;
  /** Empty where there is no such file. */
  readonly text: string;
  readonly settings: readonly EffectiveSetting[];
}

/** Reads file and environment; what is wrong with either is an error. @throws NAVI_CONFIG_BROKEN, NAVI_USAGE */
export function presentConfig(env: NodeJS.ProcessEnv): PresentConfig {
  const file = configFile(env);
  const text = configText(file, env);
  parseConfig(text, file, env);
  return { file, text, settings: effectiveSettings(schema, tomlOf(text), env) };
}

/** A value as one writes it in the file; empty where there is none. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  return JSON.stringify(value);
}

/** The cells of a row: key, value, and who says so. */
export function settingRow({ path, value, source, variable }: EffectiveSetting): readonly string[] {
  const from = source === 'environment' ? (variable ?? source) : source;
  return [oneLine(keyText(path)), oneLine(valueText(value)), from];
}
