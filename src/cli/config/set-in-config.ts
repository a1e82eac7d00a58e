import { existsSync } from 'node:fs';
import { configFile } from '../../config/config-file.ts';
import { locateSettable } from '../../config/locate-setting.ts';
import { configText, parseConfig } from '../../config/read-config.ts';
import { schema } from '../../config/schema.ts';
import { variableOf, type Kind } from '../../config/setting.ts';
import { keyText, tomlOf, WrongValue } from '../../config/toml-document.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { checkConfig } from './check-config.ts';
import { reloadDaemon } from './reload-daemon.ts';
import { valueText } from './settings-text.ts';
import { writeConfig } from './write-config.ts';

/** What is to be set. */
export interface SetRequest {
  readonly key: string;
  /** As typed; several for a list. */
  readonly values: readonly string[];
  readonly isUnset: boolean;
  readonly env: NodeJS.ProcessEnv;
}

/** Sets or takes away a key of the file; the line to tell. @throws NAVI_USAGE, NAVI_CONFIG_BROKEN; then nothing was written */
export async function setInConfig({ key, values, isUnset, env }: SetRequest): Promise<string> {
  const { path, setting } = locateSettable(schema, key);
  const name = keyText(path);
  if (isUnset ? values.length > 0 : values.length === 0) {
    throw new NaviError('NAVI_USAGE', isUnset ? `--unset takes no value` : `${name} needs a value`, {
      hints: [`it must be ${setting.kind.wanted}`, `navi config set ${name} --unset takes it away`],
    });
  }
  const value = isUnset ? undefined : typedValue(setting.kind, values);
  if (!isUnset) refuseWrong(name, () => setting.kind.read(value, path));
  const file = configFile(env);
  const before = existsSync(file) ? configText(file, env) : '';
  parseConfig(before, file);
  const { withSetting } = await import('../../config/edit-config.ts');
  const after = withSetting(before, path, value);
  const { parseAlerts } = await import('../../config/read-alerts.ts');
  refuseSpoiled(name, () => {
    parseConfig(after, file);
    parseAlerts(after, file);
  });
  if (after !== before) writeConfig(file, after);
  const taken = after === before ? '' : await reloadDaemon(file);
  const variable = variableOf(setting, path);
  const isMasked = variable !== undefined && (env[variable] ?? '') !== '';
  const masked = isMasked ? `; ${variable} takes its place` : '';
  const done = isUnset ? `${name} is not set in ${file}` : `${name} = ${valueText(value)} in ${file}`;
  const warnings = (await checkConfig(undefined, env).catch(asNothing)).slice(0, -1);
  return [`${done}${masked}${taken}`, ...warnings.map((text) => `warning: ${text}`)].join('\n');
}

/** What else is wrong, such as a variable, is told by who uses it. */
function asNothing(error: unknown): readonly string[] {
  if (error instanceof NaviError) return [];
  throw error;
}

/** As on a command line, or as `navi config show` prints it: a list in brackets, a text in quotes. */
function typedValue(kind: Kind<unknown>, values: readonly string[]): unknown {
  const [only = ''] = values;
  if (values.length > 1) {
    const each = values.map((value) => kind.fromText(value));
    return each.every((value) => Array.isArray(value)) ? each.flat() : kind.fromText(values.join(','));
  }
  if (!/^[["{]/.test(only)) return kind.fromText(only);
  try {
    return tomlOf(`value = ${only}`)['value'];
  } catch {
    return kind.fromText(only);
  }
}

/** Tells that it is the new value that makes a fault of the file. */
function refuseSpoiled(name: string, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof NaviError)) throw error;
    throw new NaviError('NAVI_USAGE', `${name} cannot be so: with it ${error.message}`, {
      hints: [...error.hints, 'nothing was written; navi config edit changes several keys at once'],
    });
  }
}

function refuseWrong(name: string, read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof WrongValue)) throw error;
    throw new NaviError('NAVI_USAGE', `${name} ${error.message}`, {
      hints: [...error.hints, 'navi config show lists the settings, man navi-config what each does'],
    });
  }
}
