import { getFlags, type FlagGroup, type FlagKind, type GetFlag } from '../get/flag-table.ts';
import type { ActionVerb } from '../../core/action/action.ts';

type FlagWord = readonly [name: string, summary: string, valueName?: string];

const flag =
  (group: FlagGroup, kind: FlagKind, initial = '') =>
  ([names, summary, valueName]: FlagWord): GetFlag => {
    const [name = '', letter] = names.split(' ');
    return { name, letter, kind, initial, valueName, summary, group };
  };
const boolean = flag('objects', 'boolean');
const text = flag('objects', 'text');

/** Flags of `get` that mean the same here. */
const ofGet = (...names: readonly string[]): readonly GetFlag[] =>
  getFlags.filter(
    ({ name, group }) =>
      names.includes(name) ||
      (['cluster', 'accepted', 'kubectl only'].includes(group) &&
        !['all-contexts', 'max-age', 'chunk-size', 'warnings-as-errors'].includes(name)),
  );
const files = ofGet('filename', 'kustomize', 'recursive', 'namespace');
const printing = getFlags.filter(({ name }) =>
  ['output', 'template', 'allow-missing-template-keys', 'show-managed-fields'].includes(name),
);
const everywhere = getFlags.filter(({ name }) => ['all-namespaces', 'field-selector', 'selector'].includes(name));
const selector = getFlags.filter(({ name }) => name === 'selector');

const dryRun: GetFlag = {
  ...text([
    'dry-run',
    'server: the server judges it and changes nothing; client: it is only shown',
    'none|server|client',
  ]),
  initial: 'none',
  bare: 'unchanged',
};
const fieldManager = {
  ...text(['field-manager', 'who the server notes as the owner of the fields (default navi)', 'NAME']),
  initial: 'navi',
};

/** navi's own. */
const queueing: readonly GetFlag[] = [
  boolean(['queue', 'keep it until the cluster is back, and carry it out then unless somebody changed the object']),
  { ...text(['expires', 'what is queued is dropped after this (default 24h)', 'DURATION']), initial: '24h' },
];
const yes = boolean(['yes y', 'do not ask first']);
const overwrite = boolean(['overwrite', 'values that are there already are replaced']);
const all = boolean(['all', 'every object of the type in the namespace']);
const resourceVersion = text(['resource-version', 'only while the object has this version', 'VERSION']);

/** Accepted by kubectl, and nothing that navi does. */
const refused = (...names: readonly string[]): readonly GetFlag[] =>
  names.map((name) => flag('kubectl only', 'boolean')([name, 'refused; only kubectl has a use for it']));

/** Of what sets labels or annotations. */
const metadataFlags: readonly GetFlag[] = [
  overwrite,
  all,
  resourceVersion,
  fieldManager,
  dryRun,
  ...everywhere,
  ...printing,
  ...queueing,
  ...files,
  ...refused('list', 'local', 'record'),
];

const tables: Readonly<Record<ActionVerb, readonly GetFlag[]>> = {
  annotate: metadataFlags,
  label: metadataFlags,
  scale: [
    flag('objects', 'integer', '-1')(['replicas', 'the new number of replicas; required', 'COUNT']),
    flag('objects', 'integer', '-1')(['current-replicas', 'only while there are so many', 'COUNT']),
    resourceVersion,
    all,
    dryRun,
    ...selector,
    ...printing,
    ...queueing,
    ...files,
    flag('kubectl only', 'duration', '0s')(['timeout', 'refused; navi wait waits', 'DURATION']),
    ...refused('record'),
  ],
  restart: [fieldManager, dryRun, ...selector, ...printing, ...queueing, ...files],
  cordon: [dryRun, ...selector, ...queueing, ...ofGet()],
  uncordon: [dryRun, ...selector, ...queueing, ...ofGet()],
  delete: [
    yes,
    all,
    boolean(['now', 'a grace period of one second']),
    boolean(['force', 'with a grace period of 0: the object goes at once']),
    flag(
      'objects',
      'integer',
      '-1',
    )(['grace-period', 'seconds for an orderly end; -1: what the object says', 'SECONDS']),
    {
      ...text(['cascade', 'what becomes of what the object owns (default background)', 'background|orphan|foreground']),
      initial: 'background',
      bare: 'background',
    },
    { ...boolean(['wait', 'wait until the objects are gone (default true)']), initial: 'true' },
    flag('objects', 'duration', '0s')(['timeout', 'how long that is waited for; 0 is a week', 'DURATION']),
    boolean(['ignore-not-found', 'no error for objects that do not exist']),
    dryRun,
    ...everywhere,
    flag('output', 'text')(['output o', 'name', 'FORMAT']),
    ...queueing,
    ...files,
    ...refused('interactive'),
    flag('kubectl only', 'text')(['raw', 'refused; only kubectl has a use for it', 'PATH']),
  ],
  patch: [
    text(['patch p', 'the change, as JSON or YAML', 'PATCH']),
    text(['patch-file', 'a file of it', 'FILE']),
    { ...text(['type', 'how it is meant (default strategic)', 'strategic|merge|json']), initial: 'strategic' },
    text(['subresource', 'the part that it is about: status, scale …', 'NAME']),
    fieldManager,
    dryRun,
    ...printing,
    ...queueing,
    ...files,
    ...refused('local', 'record'),
  ],
  apply: [
    { ...boolean(['server-side', 'accepted: navi applies in no other way']), initial: 'true' },
    boolean(['force-conflicts', 'take over fields that others own']),
    fieldManager,
    dryRun,
    ...selector,
    ...printing,
    ...queueing,
    ...files,
    ...refused('prune', 'all', 'wait', 'overwrite', 'openapi-patch', 'record'),
  ],
};

/** Every flag of a verb, in the order of its help. */
export function actFlags(verb: ActionVerb): readonly GetFlag[] {
  return tables[verb];
}
