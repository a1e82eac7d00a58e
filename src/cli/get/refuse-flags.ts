import { existsSync } from 'node:fs';
import { asKubectl } from '../../errors/as-kubectl.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { KubeconfigSummary } from '../../kubeconfig/context-summary.ts';
import { requiredResource } from '../../query/resource-arguments.ts';
import { goDuration } from './flag-values.ts';
import type { GetRequest } from './get-request.ts';
import type { GetCommandLine } from './parse-flags.ts';

/** Flags that name another identity by a credential, which navi never takes. */
export const credentialFlags: readonly string[] = ['token', 'username', 'password', 'client-certificate', 'client-key'];

const badTimeout =
  'error: Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a ' +
  'corresponding time unit (e.g. 1s | 2m | 3h)';

/** @throws NAVI_USAGE for flags that only kubectl has a use for, NAVI_AS_KUBECTL for preferences that are not there */
export function refuseKubectlFlags(line: GetCommandLine): void {
  const credential = credentialFlags.find((name) => line.text(name) !== '');
  if (credential !== undefined) {
    throw new NaviError('NAVI_USAGE', `the mirror answers as the user of the kubeconfig, not with --${credential}`, {
      hints: [
        `kubectl ${line.command} … --${credential} … asks the cluster`,
        '--user NAME is another user of the kubeconfig',
      ],
    });
  }
  refusePreferences(line);
  if (line.isOn('match-server-version')) {
    throw new NaviError('NAVI_USAGE', 'the version of the server is kubectl’s to compare with its own', {
      hints: [`kubectl ${line.command} … --match-server-version does`],
    });
  }
}

/** @throws NAVI_AS_KUBECTL */
export function refuseMissingKubeconfig(file: string): void {
  if (file !== '' && !existsSync(file)) throw asKubectl(`error: stat ${file}: no such file or directory`);
}

/** Preferences change what flags mean; navi has none. @throws NAVI_AS_KUBECTL for a file that is not there, NAVI_USAGE */
function refusePreferences(line: GetCommandLine): void {
  const file = line.text('kuberc');
  if (file === '') return;
  if (!existsSync(file)) {
    const why = `open ${file}: no such file or directory`;
    throw asKubectl(`error occurred while applying preferences kuberc error kuberc: ${why}`);
  }
  throw new NaviError('NAVI_USAGE', `navi does not apply the preferences of --kuberc ${file}`, {
    hints: [`kubectl ${line.command} … --kuberc … does`],
  });
}

const profiles = new Set(['none', 'cpu', 'heap', 'goroutine', 'threadcreate', 'block', 'mutex', 'trace']);

/** @throws NAVI_AS_KUBECTL */
function refuseProfile(name: string): void {
  if (!profiles.has(name)) throw asKubectl(`error: unknown profile '${name}'`);
}

/**
 * What kubectl 1.36 says of names that the kubeconfig does not have (with a bad context of that and of the cluster), and
 * of values that it looks at once it has a cluster.
 * @throws NAVI_AS_KUBECTL
 */
export function refuseBadNames(line: GetCommandLine, kubeconfig: KubeconfigSummary): void {
  const context = line.list('context').find((name) => name !== '' && !kubeconfig.contextNames.includes(name)) ?? '';
  const user = line.text('user');
  const cluster = line.text('cluster');
  const hasServer = line.text('server') !== '';
  const isClusterBad = cluster !== '' && !hasServer && !kubeconfig.clusterNames.includes(cluster);
  const clusterFault = `no server found for cluster "${cluster}"`;
  if (context !== '') {
    const fault = `context was not found for specified context: ${context}`;
    if (isClusterBad) throw asKubectl(`Error in configuration: \n* ${fault}\n* ${clusterFault}`);
    const isOverridden = line.text('namespace') !== '' && (hasServer || line.text('tls-server-name') !== '');
    throw asKubectl(isOverridden ? `error: context "${context}" does not exist` : `Error in configuration: ${fault}`);
  }
  if (isClusterBad) throw asKubectl(`error: ${clusterFault}`);
  if (user !== '' && !kubeconfig.userNames.includes(user)) throw asKubectl(`error: auth info "${user}" does not exist`);
  const timeout = line.text('request-timeout');
  if (timeout !== '' && !/^[+-]?\d+$/.test(timeout) && !goDuration.test(timeout)) throw asKubectl(badTimeout);
  refuseProfile(line.text('profile'));
}

/** @throws NAVI_AS_KUBECTL for groups or a uid without a user to have them */
export function refuseNobody(line: GetCommandLine, userName: string): void {
  const hasMore =
    line.text('as-uid') !== '' || line.list('as-group').length > 0 || line.list('as-user-extra').length > 0;
  if (line.text('as') !== '' || !hasMore) return;
  // kubectl finds it at another place where the namespace is given, and says it otherwise.
  const frame = line.text('namespace') === '' ? 'error' : 'Error in configuration';
  throw asKubectl(`${frame}: requesting uid, groups or user-extra for ${userName} without impersonating a user`);
}

/**
 * What kubectl refuses before it asks anything.
 * @throws NAVI_AS_KUBECTL
 */
export function refuseRequest(request: GetRequest): void {
  const { watch, manifests } = request;
  const hasManifests = manifests.filenames.length > 0 || manifests.kustomize !== '';
  if (!watch.isOn && request.args.length === 0 && !hasManifests) throw asKubectl(requiredResource);
  refuseFlagsTogether(request);
}

/** Of that, what does not depend on the objects that are asked for. @throws NAVI_AS_KUBECTL */
export function refuseFlagsTogether({ output, table, watch }: GetRequest): void {
  if (table.showLabels && output.format !== '' && output.format !== 'wide') {
    const text = `error: --show-labels option cannot be used with ${output.format} printer`;
    throw asKubectl(text);
  }
  if (watch.showEvents && !watch.isOn) {
    const text = 'error: --output-watch-events option can only be used with --watch or --watch-only';
    throw asKubectl(text);
  }
}
