import { statSync } from 'node:fs';
import { oneLine } from '../../core/terminal-text.ts';
import { firstNames } from '../../core/type-words.ts';
import { kubeconfigFiles } from '../../kubeconfig/kubeconfig-files.ts';
import { summaryOf } from '../chosen-contexts.ts';
import { checkConfig } from '../config/check-config.ts';
import { fault, faultOf, good, warning, type Finding } from './finding.ts';

/** Most contexts that are named. */
const namedCount = 5;

/** The kubeconfig and config.toml. */
export async function checkSettings(env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  return [...(await checkKubeconfig(env)), ...(await checkOwn(env))];
}

async function checkKubeconfig(env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  try {
    const { summary } = await summaryOf(undefined);
    const { contextNames, currentContext, files } = summary;
    const open = files.filter(
      (file) => process.platform !== 'win32' && (statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o077,
    );
    const findings = open.map((file) =>
      warning('kubeconfig', `others of this machine may read ${file}`, [`chmod 600 ${file}`]),
    );
    if (contextNames.length === 0)
      return [
        ...findings,
        fault('kubeconfig', 'NAVI_KUBECONFIG_BROKEN', `${files.join(', ')} has no context`, [
          'kubectl config get-contexts',
        ]),
      ];
    const names = firstNames(
      contextNames.map((name) => oneLine(name)),
      namedCount,
    );
    const current =
      currentContext === '' ? 'none is the current one' : `"${oneLine(currentContext)}" is the current one`;
    const isKnown = currentContext === '' || contextNames.includes(currentContext);
    const all = good('kubeconfig', `${names}: ${current}`);
    return isKnown
      ? [...findings, all]
      : [
          ...findings,
          fault(
            'kubeconfig',
            'NAVI_CONTEXT_UNKNOWN',
            `its current context "${oneLine(currentContext)}" does not exist`,
            ['kubectl config use-context NAME'],
          ),
        ];
  } catch (error) {
    return [faultOf(`kubeconfig ${kubeconfigFiles(undefined, env).join(', ')}`, error)];
  }
}

async function checkOwn(env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  try {
    const lines = await checkConfig(undefined, env);
    const last = lines.at(-1) ?? '';
    return [
      ...lines.slice(0, -1).map((line) => warning('settings', line, ['navi config edit'])),
      good('settings', last),
    ];
  } catch (error) {
    return [faultOf('settings', error)];
  }
}
