import { realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { NaviProgram } from './navi-child.ts';

/** What to try, and why. */
const tries: readonly (readonly [command: string, why: string])[] = [
  ['navi get pods -n shop -o wide', 'what kubectl prints, without asking the server'],
  ['navi get pods -A --field-selector spec.nodeName=worker-c-2', 'what sits on the lost node'],
  ['navi get all -n billing', 'one failed backup, one image that nobody pushed'],
  ['navi get events -n search', 'why a pod stays pending'],
  ['navi logs -f deployment/web -n shop --tail=5', 'logs come from the cluster, by way of the daemon'],
  ['navi get certificates -A -o wide', 'custom types print as their definitions say'],
  ['navi top pods -A --sort-by cpu --use', 'what is used of what was asked for, as of the last seconds'],
  ['navi certs --within 240h', 'what expires, and what serves with it'],
  ['navi releases -A', 'one that failed, one that hangs'],
  ['navi search 10.20.0.31', 'everything that names an address'],
  ['navi search www.brightharbor', 'a host, across all types'],
  ["navi get pods -A -o jsonpath='{.items[*].status.podIP}'", 'for scripts'],
];

/** What a person at a terminal reads before the company goes on living. */
export function demoGuide({ file, env }: NaviProgram): string {
  const width = Math.max(...tries.map(([command]) => command.length));
  return [
    '',
    'The company lives on. From a second shell:',
    '',
    ...(isOnPath(file, env) ? [] : [`  alias navi=${quoted(`${quoted(process.execPath)} ${quoted(file)}`)}`]),
    `  export KUBECONFIG=${quoted(env['KUBECONFIG'] ?? '')}`,
    `  export NAVI_DATA_DIR=${quoted(env['NAVI_DATA_DIR'] ?? '')}`,
    '',
    ...tries.map(([command, why]) => `  ${command.padEnd(width)}  # ${why}`),
    '',
    'Ctrl-C ends the demo and removes what it made.',
    '',
    '',
  ].join('\n');
}

/** Whether `navi` in a shell means this program. */
function isOnPath(file: string, env: NodeJS.ProcessEnv): boolean {
  const own = realPath(file);
  return (env['PATH'] ?? '').split(delimiter).some((directory) => realPath(join(directory, 'navi')) === own);
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** A word for a POSIX shell. */
function quoted(word: string): string {
  return /^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
