import { getFlags, type FlagKind, type GetFlag } from '../get/flag-table.ts';
import { commandFlags } from '../get/parse-flags.ts';

type FlagWord = readonly [name: string, summary: string, valueName?: string];

const flag =
  (kind: FlagKind, initial = '') =>
  ([names, summary, valueName]: FlagWord): GetFlag => {
    const [name = '', letter] = names.split(' ');
    return { name, letter, kind, initial, valueName, summary, group: 'output' };
  };

/** What `get` has as well: where to look, and as whom. */
const shared = getFlags.filter(({ name, group }) => {
  if (['all-contexts', 'max-age', 'chunk-size', 'warnings-as-errors'].includes(name)) return false;
  return ['namespace', 'selector'].includes(name) || ['cluster', 'accepted', 'kubectl only'].includes(group);
});

/** Every flag of `kubectl logs` (kubectl 1.36), in the order of the help. */
export const logFlags: readonly GetFlag[] = [
  flag('text')(['container c', 'the log of this container', 'CONTAINER']),
  flag('boolean')(['all-containers', 'the logs of all containers, init and ephemeral ones too']),
  flag('boolean')(['all-pods', 'the logs of all pods of TYPE/NAME, with --prefix']),
  flag('boolean')(['follow f', 'goes on with what is written']),
  flag('boolean')(['previous p', 'the log of the run before this one']),
  flag('integer', '-1')(['tail', 'last lines of each log; -1 for all (default -1, with -l 10)', 'LINES']),
  flag('span', '0s')(['since', 'what was written within 5s, 2m, 3h …', 'DURATION']),
  flag('text')(['since-time', 'what was written since a time of RFC 3339', 'TIME']),
  flag('boolean')(['timestamps', 'each line with its time']),
  flag('boolean')(['prefix', 'each line with its pod and container']),
  flag('integer', '0')(['limit-bytes', 'most bytes of each log; 0 for all', 'BYTES']),
  flag('integer', '5')(['max-log-requests', 'most logs that are followed at a time (default 5)', 'COUNT']),
  flag('boolean')(['ignore-errors', 'goes on where a log cannot be read']),
  flag('span', '20s')(['pod-running-timeout', 'how long a pod is waited for (default 20s)', 'DURATION']),
  flag('boolean')(['insecure-skip-tls-verify-backend', 'the server does not check the certificate of the node']),
  ...shared,
];

/** The same as they are looked up. */
export const ofLogs = commandFlags('logs', logFlags);
