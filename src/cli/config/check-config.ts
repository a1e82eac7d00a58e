import { resolve } from 'node:path';
import { configFile } from '../../config/config-file.ts';
import { configText, parseConfig } from '../../config/read-config.ts';
import { clusterType, type AlertRule } from '../../core/alert-rule.ts';
import { nearestWord } from '../../core/nearest-word.ts';
import { oneLine } from '../../core/terminal-text.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { summaryOf } from '../chosen-contexts.ts';
import { knownTypes } from './known-types.ts';

/** Lines to tell of a configuration without a fault. @param typed another file than this user's @throws NAVI_CONFIG_BROKEN, NAVI_USAGE */
export async function checkConfig(typed: string | undefined, env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const named = typed === undefined ? env : { ...env, NAVI_CONFIG: resolve(typed) };
  const file = configFile(named);
  const text = configText(file, named);
  const { contexts, retrieval } = parseConfig(text, file, named);
  const { parseAlerts } = await import('../../config/read-alerts.ts');
  const { rules } = parseAlerts(text, file);
  const known = await knownContexts();
  const unknown = [...contexts.keys()].filter((name) => name !== '*' && known?.includes(name) === false);
  const names = unknown.map((name) => oneLine(JSON.stringify(name))).join(', ');
  return [
    ...(unknown.length === 0 ? [] : [`the kubeconfig has no context ${names}: these settings are for nothing`]),
    ...typesForNothing({ policies: [...retrieval.policies.keys()], rules }, env),
    text === '' ? `${file} does not exist or is empty: the defaults hold` : `${file} has no fault`,
  ];
}

/** Settings about types that no mirrored cluster serves: most often a name is mistyped. */
function typesForNothing(
  { policies, rules }: { readonly policies: readonly string[]; readonly rules: readonly AlertRule[] },
  env: NodeJS.ProcessEnv,
): readonly string[] {
  const known = knownTypes(env);
  if (known === undefined) return [];
  const isOdd = (type: string): boolean => type !== '*' && type !== clusterType && !known.has(type);
  const told = (type: string): string => {
    const meant = nearestWord(type, [...known]) ?? [...known].find((name) => name.startsWith(`${type}.`));
    return `no mirrored cluster serves "${type}"${meant === undefined ? '' : `; did you mean ${meant}?`}`;
  };
  return [
    ...policies.filter(isOdd).map((type) => `[retrieval] is for nothing: ${told(type)}`),
    ...rules
      .filter(({ isBuiltIn, type }) => !isBuiltIn && isOdd(type))
      .map(({ name, type }) => `[alerts.rules.${name}] is for nothing: ${told(type)}`),
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
