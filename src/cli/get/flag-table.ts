/**
 * What a flag takes: nothing, one text, one whole number, a duration (in the words of Go's flags, or of its durations), log levels (`FILE=N,…`), a comma list (repeatable),
 * or one text each time it is given.
 */
export type FlagKind = 'boolean' | 'text' | 'integer' | 'duration' | 'span' | 'levels' | 'list' | 'array';

/** One flag of `navi get`. */
export interface GetFlag {
  readonly name: string;
  readonly letter?: string | undefined;
  readonly kind: FlagKind;
  /** As it would be typed; empty where none. */
  readonly initial: string;
  readonly valueName?: string | undefined;
  /** What the flag means without a value; one that has none takes the next word. */
  readonly bare?: string | undefined;
  readonly summary: string;
  readonly group: FlagGroup;
}

/** How the help sorts the flags. */
export type FlagGroup = 'objects' | 'query' | 'output' | 'watch' | 'cluster' | 'accepted' | 'kubectl only';

type FlagWord = readonly [name: string, summary: string, valueName?: string];

const flag =
  (group: FlagGroup, kind: FlagKind, initial = '') =>
  ([names, summary, valueName]: FlagWord): GetFlag => {
    const [name = '', letter] = names.split(' ');
    return { name, letter, kind, initial, valueName, summary, group };
  };

const objects = (kind: FlagKind, ...words: readonly FlagWord[]): readonly GetFlag[] => words.map(flag('objects', kind));
const query = (kind: FlagKind, ...words: readonly FlagWord[]): readonly GetFlag[] => words.map(flag('query', kind));
const output = (kind: FlagKind, ...words: readonly FlagWord[]): readonly GetFlag[] => words.map(flag('output', kind));
const watch = (kind: FlagKind, ...words: readonly FlagWord[]): readonly GetFlag[] => words.map(flag('watch', kind));
const cluster = (kind: FlagKind, ...words: readonly FlagWord[]): readonly GetFlag[] => words.map(flag('cluster', kind));
const accepted = (kind: FlagKind, initial: string, ...names: readonly string[]): readonly GetFlag[] =>
  names.map((name) => flag('accepted', kind, initial)([name, 'accepted; a mirror has no use for it', 'VALUE']));
const kubectlOnly = (kind: FlagKind, ...names: readonly string[]): readonly GetFlag[] =>
  names.map((name) => flag('kubectl only', kind)([name, 'refused; only kubectl has a use for it', 'VALUE']));

/** Every flag of `kubectl get` (kubectl 1.36), and navi's own; in the order of the help. */
export const getFlags: readonly GetFlag[] = [
  ...objects('boolean', ['all-namespaces A', 'objects of all namespaces']),
  ...objects(
    'text',
    ['namespace n', 'namespace in place of the context’s', 'NAMESPACE'],
    ['selector l', 'label selector', 'SELECTOR'],
    ['field-selector', 'field selector', 'SELECTOR'],
  ),
  ...objects('list', ['filename f', 'objects that a file, folder or - (standard input) names', 'FILE']),
  ...objects('text', ['kustomize k', 'objects of a kustomization; runs kubectl kustomize', 'FOLDER']),
  ...objects(
    'boolean',
    ['recursive R', 'with -f FOLDER: also the folders in it'],
    ['ignore-not-found', 'no error for objects that do not exist'],
  ),
  ...objects(
    'text',
    ['subresource', 'a part of the objects such as status or scale; the running daemon asks the cluster', 'NAME'],
    ['raw', 'a path of the API server; the running daemon asks the cluster', 'PATH'],
  ),
  ...query('text', [
    'where',
    'a filter in CEL: status.phase != "Running", cols.RESTARTS > 5, age < duration("1h")',
    'EXPR',
  ]),
  ...query(
    'text',
    ['order-by', 'columns, or expressions in CEL, with commas between; each with desc behind it or not', 'KEYS'],
    ['group-by', 'how many objects have each value of a column or an expression, in place of the objects', 'EXPR'],
    ['limit', 'most objects that are printed', 'N'],
  ),
  ...query('text', ['at', 'the objects as they were so long ago (90s, 2h), or at a time (RFC 3339)', 'TIME']),
  flag('query', 'text', '0')(['offset', 'objects that are left out before those', 'N']),
  ...query('text', ['filters', 'for @NAME: a file of filters, in place of saved ones of the same names', 'FILE']),
  ...query(
    'boolean',
    ['deleted', 'objects that are gone, as they were last, with when they went'],
    ['count', 'how many objects there are, in place of these'],
    ['explain', 'how the store answers --where, in place of the objects'],
  ),
  ...output(
    'text',
    [
      'output o',
      'wide, json, yaml, kyaml, name, jsonpath=…, jsonpath-as-json=…, jsonpath-file=…, go-template=…, go-template-file=…, custom-columns=… or custom-columns-file=…',
      'FORMAT',
    ],
    ['template', 'template, or file of one, for -o jsonpath… and -o go-template…', 'TEMPLATE'],
    ['sort-by', 'order of the rows: a JSONPath to a text or number', 'JSONPATH'],
  ),
  flag('output', 'boolean', 'true')(['allow-missing-template-keys', 'missing fields print nothing (default true)']),
  ...output(
    'boolean',
    ['no-headers', 'no header lines'],
    ['show-labels', 'a last column with all labels'],
    ['show-kind', 'names with their kind in front'],
    ['show-managed-fields', 'json and yaml with metadata.managedFields'],
  ),
  ...output('list', ['label-columns L', 'labels to show as columns', 'KEY']),
  flag('output', 'boolean', 'true')(['server-print', 'the columns of the type; false for name and age only']),
  ...watch(
    'boolean',
    ['watch w', 'the objects, then each change of them as it comes'],
    ['watch-only', 'only the changes'],
    ['output-watch-events', 'with -w: say what happened to each object'],
  ),
  ...cluster(
    'text',
    ['context', 'context of the kubeconfig; repeatable', 'NAME'],
    ['cluster', 'cluster of the kubeconfig in place of the context’s', 'NAME'],
    ['user', 'user of the kubeconfig in place of the context’s', 'NAME'],
    ['kubeconfig', 'kubeconfig file in place of KUBECONFIG or ~/.kube/config', 'FILE'],
    ['server s', 'address of the API server in place of the cluster’s', 'URL'],
    ['tls-server-name', 'name in the certificate of the API server', 'NAME'],
    ['certificate-authority', 'file with the certificate authority of the API server', 'FILE'],
  ),
  ...cluster('boolean', ['all-contexts', 'every context of the kubeconfig, each row with its own']),
  ...cluster('boolean', ['insecure-skip-tls-verify', 'does not check the certificate of the API server']),
  ...cluster(
    'text',
    ['as', 'another user; the running daemon asks the cluster as that one', 'USER'],
    ['as-uid', 'uid of that user', 'UID'],
  ),
  ...cluster('array', ['as-group', 'group of that user; repeatable', 'GROUP']),
  ...cluster('array', ['as-user-extra', 'extra of that user; repeatable', 'KEY=VALUE']),
  ...cluster('boolean', ['warnings-as-errors', 'exit code 1 when the cluster warned']),
  ...cluster('text', [
    'max-age',
    'refuse data older than this; a running daemon is asked to confirm it first',
    'DURATION',
  ]),
  ...accepted('integer', '500', 'chunk-size'),
  ...accepted('integer', '0', 'v v'),
  ...accepted('boolean', 'false', 'disable-compression'),
  ...accepted('text', '0', 'request-timeout'),
  ...accepted('duration', '5s', 'log-flush-frequency'),
  ...accepted('levels', '', 'vmodule'),
  ...accepted('text', 'none', 'profile'),
  ...accepted('text', '', 'cache-dir', 'profile-output'),
  ...kubectlOnly('boolean', 'match-server-version'),
  ...kubectlOnly('text', 'kuberc', 'token', 'username', 'password', 'client-certificate', 'client-key'),
];
