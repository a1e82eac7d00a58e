import { builtInRules } from '../../config/built-in-rules.ts';
import { effectiveSettings, type EffectiveSetting } from '../../config/effective-settings.ts';
import { configFile } from '../../config/config-file.ts';
import { configText, parseConfig } from '../../config/read-config.ts';
import { schema } from '../../config/schema.ts';
import { isTable, keyText, tomlOf, type Path } from '../../config/toml-document.ts';
import { oneLine } from '../../core/terminal-text.ts';
import { goDurationText } from '../top/go-duration-text.ts';

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

/** What a rule that comes with navi has where nobody sets it, as the file would write it; undefined for all else. */
export function builtInValue([top, table, name, key = '']: Path): unknown {
  const rule = top === 'alerts' && table === 'rules' ? builtInRules.find((each) => each.name === name) : undefined;
  if (rule === undefined) return undefined;
  const { type, when, severity, summary, forMs, resolveAfterMs } = rule;
  const values = {
    type,
    when,
    severity,
    summary,
    for: goDurationText(forMs),
    resolve_after: goDurationText(resolveAfterMs),
  };
  return Object.entries(values).find(([each]) => each === key)?.[1];
}

/** A value as one writes it in the file; empty where there is none. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  if (!isTable(value)) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, each]) => `${keyText([key])} = ${valueText(each)}`)
    .join(', ')} }`;
}

/** The cells of a row: key, value, and who says so. */
export function settingRow({ path, value, source, variable }: EffectiveSetting): readonly string[] {
  const from = source === 'environment' ? (variable ?? source) : source;
  return [oneLine(keyText(path)), oneLine(valueText(value)), from];
}
