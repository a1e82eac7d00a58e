import { resolve } from 'node:path';
import { configFile, configText, parseConfig } from '../../config/read-config.ts';
import { oneLine } from '../../core/terminal-text.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { summaryOf } from '../chosen-contexts.ts';

/** Lines to tell of a configuration without a fault. @param typed another file than this user's @throws NAVI_CONFIG_BROKEN, NAVI_USAGE */
export async function checkConfig(typed: string | undefined, env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const named = typed === undefined ? env : { ...env, NAVI_CONFIG: resolve(typed) };
  const file = configFile(named);
  const text = configText(file, named);
  const { contexts } = parseConfig(text, file, named);
  const { parseAlerts } = await import('../../config/read-alerts.ts');
  parseAlerts(text, file);
  const known = await knownContexts();
  const unknown = [...contexts.keys()].filter((name) => name !== '*' && known?.includes(name) === false);
  const names = unknown.map((name) => oneLine(JSON.stringify(name))).join(', ');
  return [
    ...(unknown.length === 0 ? [] : [`the kubeconfig has no context ${names}: these settings are for nothing`]),
    text === '' ? `${file} does not exist or is empty: the defaults hold` : `${file} has no fault`,
  ];
}

/** Undefined where no kubeconfig can be read. */
async function knownContexts(): Promise<readonly string[] | undefined> {
  try {
    return (await summaryOf(undefined)).summary.contextNames;
  } catch (error) {
    if (error instanceof NaviError) return undefined;
    throw error;
  }
}
