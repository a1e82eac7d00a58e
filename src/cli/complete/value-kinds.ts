/** What the value of a flag is, as far as completion goes; `none` is anything that nobody could list. */
export type ValueKind =
  | 'none'
  | 'file'
  | 'folder'
  | 'namespaces'
  | 'contexts'
  | 'clusters'
  | 'users'
  | 'labels'
  | 'label-keys'
  | 'fields'
  | 'columns'
  | 'expression'
  | 'group'
  | 'sort-path'
  | 'object'
  | 'formats'
  | 'containers'
  | 'api-groups'
  | 'conditions'
  | 'event-types'
  | 'measures';

/**
 * What an argument is. `resources` are all arguments of a command as `navi get` has them, `objects` the same without filters, `one-object` TYPE NAME or TYPE/NAME,
 * `log`, `usage` those of `navi logs` and `navi top`, `nodes` names of nodes, `saved` those of `navi get` behind the name of a filter, `silenceable` names of rules and ids of alerts.
 */
export type ArgumentKind =
  | 'none'
  | 'file'
  | 'types'
  | 'resources'
  | 'objects'
  | 'one-object'
  | 'log'
  | 'usage'
  | 'nodes'
  | 'commands'
  | 'settings'
  | 'setting-value'
  | 'filters'
  | 'actions'
  | 'alerts'
  | 'silenceable'
  | 'silences'
  | 'contexts'
  | 'shells'
  | 'saved';

/** What a flag's value is, by the name that help gives to the value. */
export const kindsByValue: Readonly<Record<string, ValueKind>> = {
  BYTES: 'none',
  CONDITION: 'conditions',
  CONTAINER: 'containers',
  COUNT: 'none',
  DURATION: 'none',
  EXPR: 'expression',
  EXPRESSION: 'expression',
  FILE: 'file',
  FOLDER: 'folder',
  FORMAT: 'formats',
  JSONPATH: 'sort-path',
  KEY: 'label-keys',
  KEYS: 'columns',
  'KEY=VALUE': 'none',
  LINES: 'none',
  N: 'none',
  'NAME=VALUE': 'none',
  NAMESPACE: 'namespaces',
  'NAMESPACE,…': 'namespaces',
  PATCH: 'none',
  PATH: 'file',
  RESOURCE: 'measures',
  ROWS: 'none',
  SECONDS: 'none',
  SELECTOR: 'labels',
  TEMPLATE: 'none',
  TEXT: 'none',
  TIME: 'none',
  TYPE: 'event-types',
  'TYPE/NAME': 'object',
  UID: 'none',
  URL: 'none',
  USER: 'none',
  VALUE: 'none',
  VERSION: 'none',
};

/** The same by the name of the flag, where the name of the value says too little. */
export const kindsByFlag: Readonly<Record<string, ValueKind>> = {
  'api-group': 'api-groups',
  'as-group': 'none',
  cluster: 'clusters',
  context: 'contexts',
  'field-manager': 'none',
  'field-selector': 'fields',
  'group-by': 'group',
  raw: 'none',
  subresource: 'none',
  'tls-server-name': 'none',
  user: 'users',
};

/** What the value of a flag is; undefined for a name that neither table has. */
export function flagKind({
  name,
  helpValue = '',
}: {
  readonly name: string;
  readonly helpValue?: string;
}): ValueKind | readonly string[] | undefined {
  // What may be given says itself: none|server|client.
  if (/^[a-z]+(\|[a-z]+)+$/.test(helpValue)) return helpValue.split('|');
  if (Object.hasOwn(kindsByFlag, name)) return kindsByFlag[name];
  return Object.hasOwn(kindsByValue, helpValue) ? kindsByValue[helpValue] : undefined;
}

/** What the arguments of each command are that takes some. */
export const argumentKinds: Readonly<Record<string, readonly ArgumentKind[]>> = {
  alerts: ['commands'],
  'alerts ack': ['alerts'],
  'alerts silence': ['silenceable'],
  'alerts unsilence': ['silences'],
  annotate: ['objects'],
  apply: ['none'],
  changes: ['types'],
  completion: ['shells'],
  config: ['commands'],
  'config check': ['file'],
  'config get': ['settings'],
  'config set': ['settings', 'setting-value'],
  cordon: ['nodes'],
  delete: ['objects'],
  describe: ['objects'],
  diff: ['one-object'],
  export: ['types'],
  filter: ['commands'],
  'filter delete': ['filters'],
  'filter export': ['filters'],
  'filter import': ['file'],
  'filter rename': ['filters', 'none'],
  'filter save': ['saved'],
  'filter show': ['filters'],
  get: ['resources'],
  history: ['one-object'],
  label: ['objects'],
  logs: ['log'],
  mirrors: ['commands'],
  'mirrors forget': ['contexts'],
  patch: ['one-object'],
  queue: ['commands'],
  'queue diff': ['actions'],
  'queue drop': ['actions'],
  'queue show': ['actions'],
  refresh: ['types'],
  restart: ['objects'],
  scale: ['objects'],
  search: ['none'],
  service: ['commands'],
  sql: ['none'],
  status: ['types'],
  top: ['usage'],
  tree: ['one-object'],
  uncordon: ['nodes'],
  verify: ['types'],
  wait: ['objects'],
};
