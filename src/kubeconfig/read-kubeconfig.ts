import { NaviError, systemCodeOf } from '../errors/navi-error.ts';
import { fileHint, plainMessageOf } from '../errors/plain-words.ts';
import { readTextFile } from '../util/read-text-file.ts';
import type { Kubeconfig } from './kubeconfig.ts';
import { kubeconfigFiles } from './kubeconfig-files.ts';
import { mergeKubeconfigs, parseKubeconfig } from './parse-kubeconfig.ts';

/** Longest file that is read (bytes): certificates of a thousand clusters have room. */
const maxBytes = 16 * 1024 ** 2;

/**
 * The merged kubeconfig of this user. A file that does not exist is passed over.
 * @throws NAVI_KUBECONFIG_MISSING when no file exists or one cannot be read, NAVI_KUBECONFIG_BROKEN when one is no YAML.
 */
export function readKubeconfig(explicit: string | undefined, env: NodeJS.ProcessEnv): Kubeconfig {
  return readKubeconfigFiles(kubeconfigFiles(explicit, env));
}

/** The merged kubeconfig of `files`, absolute paths in order of precedence; see `readKubeconfig`. */
export function readKubeconfigFiles(files: readonly string[]): Kubeconfig {
  const parts: Kubeconfig[] = [];
  for (const file of files) {
    const source = readOrAbsent(file);
    if (source !== undefined) parts.push(parseKubeconfig(source, file));
  }
  if (parts.length === 0) {
    throw new NaviError('NAVI_KUBECONFIG_MISSING', `no kubeconfig found: ${files.join(', ')} does not exist`, {
      hints: ['set KUBECONFIG or pass --kubeconfig FILE', 'navi demo shows navi without a cluster'],
    });
  }
  return mergeKubeconfigs(parts);
}

function readOrAbsent(file: string): string | undefined {
  try {
    return readTextFile(file, maxBytes);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw new NaviError('NAVI_KUBECONFIG_MISSING', `kubeconfig ${file} cannot be read: ${plainMessageOf(error)}`, {
      hints: [fileHint(error, file, 'point KUBECONFIG or --kubeconfig to another file')],
      cause: error,
    });
  }
}
