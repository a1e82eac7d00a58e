import { readdirSync } from 'node:fs';
import { oneLine } from '../core/terminal-text.ts';
import { NaviError } from '../errors/navi-error.ts';
import { dataDirectory, mirrorsDirectory } from '../store/data-directory.ts';
import { summaryOf } from './chosen-contexts.ts';

/** What `navi` alone says to somebody who has mirrored nothing yet; undefined for everybody else. */
export async function firstUseText(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (hasMirrors(env)) return undefined;
  const [what, isThere] = await contextsText();
  const demo = '  navi demo                 a small simulated cluster, to look around';
  const sync = [
    '  navi sync --once          list everything once',
    '  navi sync --detach        and keep it current from now on, in the background',
  ];
  return [
    'navi keeps a copy of your Kubernetes clusters on this machine, always current,',
    'and answers from it: fast, and also while a cluster is away.',
    '',
    what,
    ...(isThere ? [...sync, demo] : [demo, ...sync]),
    'Then',
    '  navi get pods -A          what kubectl prints, without asking the cluster',
    '  navi search 10.0.3.17     names, labels, images, IPs and messages of all types',
    '  navi --help               everything else',
    '',
  ].join('\n');
}

function hasMirrors(env: NodeJS.ProcessEnv): boolean {
  try {
    return readdirSync(mirrorsDirectory(dataDirectory(env))).length > 0;
  } catch {
    return false;
  }
}

async function contextsText(): Promise<readonly [string, boolean]> {
  try {
    const { contextNames, currentContext } = (await summaryOf(undefined)).summary;
    const [only] = contextNames;
    if (only === undefined) return ['Your kubeconfig has no context yet. Until it does:', false];
    const count = contextNames.length === 1 ? 'one context' : `${contextNames.length} contexts`;
    const current =
      currentContext === '' ? '--context NAME names one' : `the current one is "${oneLine(currentContext)}"`;
    return [`Your kubeconfig has ${count}; ${current}:`, true];
  } catch (error) {
    if (error instanceof NaviError) return ['You have no kubeconfig that can be read. Until you do:', false];
    throw error;
  }
}
