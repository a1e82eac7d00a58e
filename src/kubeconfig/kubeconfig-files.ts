import { delimiter, join, resolve } from 'node:path';
import { os } from '../util/late-modules.ts';

/** Files to read, absolute, in order of precedence: `--kubeconfig`, else the list in KUBECONFIG, else ~/.kube/config. */
export function kubeconfigFiles(explicit: string | undefined, env: NodeJS.ProcessEnv): readonly string[] {
  if (explicit !== undefined && explicit !== '') return [resolve(explicit)];
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  if (listed.length > 0) return listed.map((file) => resolve(file));
  return [join(os().homedir(), '.kube', 'config')];
}
