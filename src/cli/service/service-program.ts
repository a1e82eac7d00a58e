import { delimiter, resolve } from 'node:path';
import type { ServiceProgram } from './service-file.ts';

/** Variables of this command that a service would otherwise not have: those that say where things are, and how clusters are reached. */
const carried = [
  'NAVI_DATA_DIR',
  'NAVI_CONFIG',
  'XDG_DATA_HOME',
  'XDG_CONFIG_HOME',
  'PATH',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'NO_PROXY',
  'https_proxy',
  'http_proxy',
  'no_proxy',
] as const;

/**
 * What a service is to run so that it does what `navi sync` would do here.
 * @param kubeconfig its files, absolute
 * @param args that choose contexts
 */
export function serviceProgram(
  env: NodeJS.ProcessEnv,
  { kubeconfig, args }: { readonly kubeconfig: readonly string[]; readonly args: readonly string[] },
): ServiceProgram {
  const named = carried.flatMap((name) => {
    const value = env[name];
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  return {
    node: process.execPath,
    entry: resolve(process.argv[1] ?? ''),
    args,
    env: { ...Object.fromEntries(named), KUBECONFIG: kubeconfig.join(delimiter) },
  };
}
