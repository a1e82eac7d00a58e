import { oneLine } from '../../core/terminal-text.ts';
import type { Asked } from './asked.ts';
import { bounded, candidate, directives, type Answer, type Candidate } from './candidate.ts';
import type { CommandTable, FlagFacts } from './command-table.ts';
import { expressionWords, orderKeys, selectorWords } from './expression-words.ts';
import { flagValue } from './line-places.ts';
import { manyOf, oneObject, logObjects, resources, nodeNames, typeList, usageObjects } from './resource-words.ts';
import { containerNames, namespaceNames } from './mirror-names.ts';
import type { Sources } from './sources.ts';

/** What every kind is answered with; it may hold more than begins with what is typed. */
type Finder = (asked: Asked, sources: Sources, table: CommandTable) => readonly Candidate[];

const none: Finder = () => [];
const fixed =
  (...values: readonly string[]): Finder =>
  () =>
    values.map((value) => candidate(value));

const sortPaths = ['.metadata.name', '.metadata.namespace', '.metadata.creationTimestamp'];
const formats = ['json', 'yaml', 'kyaml', 'name', 'wide', 'jsonpath=', 'jsonpath-as-json=', 'jsonpath-file='];
const templates = ['go-template=', 'go-template-file=', 'custom-columns=', 'custom-columns-file='];

const finders: Readonly<Record<Exclude<Asked['kind'], readonly string[]>, Finder>> = {
  none,
  file: none,
  folder: none,
  flags: ({ line, typed }, _sources, table) => flagNames(table.commands[line.command]?.flags ?? [], line.flags, typed),
  commands: ({ line }, sources, table) => [
    ...commandNames(table, line.command),
    ...(line.command === '' ? sources.plugins() : []),
  ],
  settings: (_asked, sources, table) => table.settings.flatMap((setting) => settingKeys(setting, sources)),
  'setting-value': ({ line }, _sources, table) => settingValues(table.settings, line.args),
  shells: fixed('bash', 'zsh', 'fish', 'powershell'),
  saved: none,
  filters: ({ line }, sources) => without(sources.filters(), line.args),
  actions: ({ line }, sources) => (line.flags.has('settled') ? [] : without(sources.actions(), line.args)),
  alerts: ({ line }, sources) =>
    without(
      sources.alerts().filter(({ isAcked }) => isAcked === line.flags.has('undo')),
      line.args,
    ),
  silenceable: ({ line }, sources) => without([...sources.rules(), ...sources.alerts()], line.args),
  silences: ({ line }, sources) => without(sources.silences(), line.args),
  contexts: ({ line }, sources) => without(sources.contexts(), [...line.args, ...(line.flags.get('context') ?? [])]),
  clusters: (_asked, sources) => sources.clusters(),
  users: (_asked, sources) => sources.users(),
  namespaces: ({ typed }, sources) => manyOf(typed, (begin) => namespaceNames(sources.mirrors(), begin)),
  'label-keys': ({ typed, line }, sources) =>
    manyOf(typed, (begin) => selectorWords('label', { line, typed: begin }, sources, '')),
  labels: ({ typed, line }, sources) => selectorWords('label', { line, typed }, sources),
  fields: ({ typed, line }, sources) => selectorWords('field', { line, typed }, sources),
  columns: ({ typed, line }, sources) => orderKeys(typed, line, sources),
  group: ({ typed, line }, sources) => orderKeys(typed, line, sources),
  expression: ({ typed, line }, sources) => expressionWords(typed, line, sources),
  'sort-path': fixed(...sortPaths),
  formats: fixed(...formats, ...templates),
  containers: ({ line }, sources) => containerNames(line, sources.mirrors()),
  'api-groups': (_asked, sources) => apiGroups(sources),
  conditions: fixed('condition=', 'create', 'delete', 'jsonpath='),
  'event-types': ({ typed }) => manyOf(typed, () => ['Normal', 'Warning'].map((type) => candidate(type))),
  measures: fixed('cpu', 'memory'),
  types: (asked, sources) => typeList(asked, sources.mirrors()),
  object: (asked, sources) => oneObject({ ...asked, line: { ...asked.line, args: [] } }, sources.mirrors()),
  'one-object': (asked, sources) => oneObject(asked, sources.mirrors()),
  objects: (asked, sources) => resources(asked, sources.mirrors()),
  resources: (asked, sources) => filtersOrResources(asked, sources),
  log: (asked, sources) => logObjects(asked, sources.mirrors()),
  usage: (asked, sources) => usageObjects(asked, sources.mirrors()),
  nodes: (asked, sources) => nodeNames(asked, sources.mirrors()),
};

/** What could stand where something is being typed: only what begins with that, each once, nothing that steers a terminal. */
export function answer(asked: Asked, table: CommandTable, sources: Sources): Answer {
  const { kind, typed, lead } = asked;
  if (kind === 'file') return { candidates: [], directive: directives.files };
  if (kind === 'folder') return { candidates: [], directive: directives.folders };
  const found = typeof kind === 'string' ? finders[kind](asked, sources, table) : kind.map((value) => candidate(value));
  const byValue = new Map<string, Candidate>();
  for (const { value, description } of found) {
    if (!value.startsWith(typed) || oneLine(value) !== value || byValue.has(value)) continue;
    byValue.set(value, { value: `${lead}${value}`, description: shortened(oneLine(description)) });
  }
  const candidates = bounded([...byValue.values()]);
  const isOpen = candidates.length > 0 && candidates.every(({ value }) => /[=/]$/.test(value));
  return { candidates, directive: directives.noFiles + (isOpen ? directives.noSpace : 0) };
}

/** Most characters of a description: shells put each on a line of its own. */
const longestDescription = 80;

function shortened(text: string): string {
  const characters = Array.from(text);
  return characters.length <= longestDescription ? text : `${characters.slice(0, longestDescription - 1).join('')}…`;
}

function without(candidates: readonly Candidate[], typed: readonly string[]): readonly Candidate[] {
  return candidates.filter(({ value }) => !typed.includes(value));
}

function filtersOrResources(asked: Asked, sources: Sources): readonly Candidate[] {
  const { line, typed } = asked;
  // No argument belongs beside objects that files name.
  if (['filename', 'kustomize', 'raw'].some((name) => flagValue(line, name) !== undefined)) return [];
  if (line.args.length > 0 || !typed.startsWith('@')) return resources(asked, sources.mirrors());
  return sources.filters().map(({ value, description }) => candidate(`@${value}`, description));
}

/** Of a topic's commands the words behind its own; every first word where none is given. */
function commandNames({ commands }: CommandTable, topic: string): readonly Candidate[] {
  const begin = topic === '' ? '' : `${topic} `;
  const entries = Object.entries(commands).filter(([name]) => name !== topic && name.startsWith(begin));
  const names = entries.map(([name, { summary }]) => candidate(name.slice(begin.length), summary));
  const single = names.filter(({ value }) => !value.includes(' ')).toSorted((a, b) => (a.value < b.value ? -1 : 1));
  return topic === '' ? [...single, candidate('help', 'Print the help of a command.')] : single;
}

function flagNames(flags: readonly FlagFacts[], given: Asked['line']['flags'], typed: string): readonly Candidate[] {
  const offered = flags.filter(({ name, isRepeatable, isHidden }) => !isHidden && (isRepeatable || !given.has(name)));
  const long = offered.map(({ name, summary }) => candidate(`--${name}`, summary));
  const short = offered.flatMap(({ letter, summary }) => (letter === '' ? [] : [candidate(`-${letter}`, summary)]));
  const help = candidate('--help', 'Print the help of this command.');
  // A word of several letters is whole as it is.
  const whole = /^-[^-]./.test(typed) ? [candidate(typed)] : [];
  return [...short, ...whole, ...long, help];
}

/** A key of config.toml; one of a table of names once for each context or rule whose name TOML takes as it is. */
function settingKeys([key, says]: CommandTable['settings'][number], sources: Sources): readonly Candidate[] {
  if (!key.includes('.NAME.')) return [candidate(key, says)];
  const [table] = key.split('.NAME.');
  const names = table === 'contexts' ? sources.contexts() : table === 'alerts.rules' ? sources.rules() : [];
  const plain = names.filter(({ value }) => /^[\w-]+$/.test(value));
  return plain.map(({ value }) => candidate(key.replace('NAME', value), says));
}

/** The values of a setting that is on or off. */
function settingValues(
  settings: CommandTable['settings'],
  [key = '', ...values]: readonly string[],
): readonly Candidate[] {
  const inTable = key.replace(/^contexts\.[^.]*\./, 'contexts.NAME.');
  const setting = settings.find(([name]) => name === inTable);
  return setting?.[2] === 'switch' && values.length === 0 ? [candidate('true'), candidate('false')] : [];
}

function apiGroups(sources: Sources): readonly Candidate[] {
  const groups = sources.mirrors().flatMap((mirror) => mirror.types().map(({ group }) => group));
  return [...new Set(groups)]
    .filter((group) => group !== '')
    .toSorted()
    .map((group) => candidate(group));
}
