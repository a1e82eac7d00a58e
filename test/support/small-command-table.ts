import { makeCommandTable, type ManifestFlag } from '../../src/cli/complete/make-command-table.ts';

const valued = (name: string, helpValue: string, more: Partial<ManifestFlag> = {}): ManifestFlag => {
  return { name, type: 'option', description: `${name} of it`, helpValue, ...more };
};
const toggle = (name: string, char?: string): ManifestFlag => {
  return { name, type: 'boolean', description: name, ...(char === undefined ? {} : { char }) };
};
const byName = (...flags: readonly ManifestFlag[]): Readonly<Record<string, ManifestFlag>> =>
  Object.fromEntries(flags.map((flag) => [flag.name, flag]));

const arg = { x: {} };

/** Some commands, as the build makes them of oclif's manifest: each kind of line that completion tells apart. */
export const smallTable = makeCommandTable(
  {
    get: {
      summary: 'Print objects.',
      strict: false,
      args: arg,
      flags: byName(
        valued('namespace', 'NAMESPACE', { char: 'n' }),
        valued('selector', 'SELECTOR', { char: 'l' }),
        valued('field-selector', 'SELECTOR'),
        valued('label-columns', 'KEY', { char: 'L', multiple: true }),
        valued('where', 'EXPR'),
        valued('order-by', 'KEYS'),
        valued('output', 'FORMAT', { char: 'o' }),
        valued('context', 'NAME', { description: 'context; repeatable' }),
        valued('kubeconfig', 'FILE'),
        valued('user', 'NAME'),
        valued('token', 'VALUE', { hidden: true }),
        toggle('all-namespaces', 'A'),
        toggle('watch', 'w'),
      ),
    },
    tree: { summary: 'Print a tree.', args: arg, flags: byName(valued('namespace', 'NAMESPACE', { char: 'n' })) },
    events: { summary: 'Events.', args: {}, flags: byName(valued('for', 'TYPE/NAME'), toggle('all-namespaces', 'A')) },
    search: { summary: 'Search.', strict: false, args: arg, flags: {} },
    filter: { summary: 'Filters.', args: arg, flags: {} },
    'filter:save': {
      summary: 'Save a filter.',
      args: arg,
      flags: byName(toggle('force'), valued('description', 'TEXT')),
    },
    'filter:show': { summary: 'Print a filter.', args: arg, flags: {} },
    'config:set': { summary: 'Set a key.', strict: false, args: arg, flags: byName(toggle('unset')) },
    version: {
      args: {},
      flags: byName({ name: 'output', char: 'o', type: 'option', options: ['json', 'text'], multiple: false }),
    },
  },
  [
    ['daemon.metrics_port', 'TCP port.', 'other'],
    ['contexts.NAME.namespaces', 'Mirror only these.', 'other'],
  ],
);
