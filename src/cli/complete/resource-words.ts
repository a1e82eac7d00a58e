import type { MirrorType } from '../../query/mirror-type.ts';
import type { Asked } from './asked.ts';
import { candidate, type Candidate } from './candidate.ts';
import { isOneNamespace } from './line-places.ts';
import { objectNames } from './mirror-names.ts';
import type { MirrorSource } from './mirror-source.ts';

type Mirrors = readonly MirrorSource[];

/** The last part of a comma list, with the parts before it in front of each candidate; none of those comes again. */
export function manyOf(typed: string, find: (begin: string) => readonly Candidate[]): readonly Candidate[] {
  const end = typed.lastIndexOf(',') + 1;
  const lead = typed.slice(0, end);
  const before = new Set(lead.split(','));
  return find(typed.slice(end)).flatMap(({ value, description }) =>
    before.has(value) ? [] : [candidate(`${lead}${value}`, description)],
  );
}

/** Arguments that are types, alone or with commas. */
export function typeList({ line, typed }: Asked, mirrors: Mirrors): readonly Candidate[] {
  const before = new Set(line.args);
  return manyOf(typed, (begin) => typeNames(mirrors, begin).filter(({ value }) => !before.has(value)));
}

/** `TYPE[,TYPE…] NAME…` or `TYPE/NAME…`, as kubectl reads them: the first argument decides. */
export function resources(asked: Asked, mirrors: Mirrors): readonly Candidate[] {
  const { line, typed } = asked;
  const [first] = line.args;
  // Everywhere, and in several namespaces, nothing is looked for by name, as in kubectl; but events are.
  const isNamed = asked.kind === 'object' || isOneNamespace(line);
  if (!isNamed && (first !== undefined || typed.includes('/'))) return [];
  if (typed.includes('/')) return first === undefined || first.includes('/') ? pairs(asked, mirrors) : [];
  if (first === undefined) return manyOf(typed, (begin) => typeNames(mirrors, begin));
  if (first.startsWith('@')) return [];
  // Pairs and single names exclude each other.
  if (first.includes('/')) return openPairs(mirrors, typed);
  const names = objectNames(mirrors, { line, types: first.split(','), begin: typed });
  return names.filter(({ value }) => !line.args.includes(value, 1));
}

/** `TYPE NAME` or `TYPE/NAME`, and nothing behind. */
export function oneObject(asked: Asked, mirrors: Mirrors): readonly Candidate[] {
  const { args } = asked.line;
  if (args.length > 1 || args[0]?.includes('/') === true) return [];
  return asked.kind === 'object' && !asked.typed.includes('/')
    ? openPairs(mirrors, asked.typed)
    : resources(asked, mirrors);
}

/** What runs pods, of which `navi logs` finds one. */
const workloads = ['cronjobs', 'daemonsets', 'deployments', 'jobs', 'pods', 'replicasets', 'services', 'statefulsets'];

/** `POD`, or `TYPE/NAME` of what has pods. */
export function logObjects(asked: Asked, mirrors: Mirrors): readonly Candidate[] {
  const { line, typed } = asked;
  if (line.args.length > 0) return [];
  if (typed.includes('/')) return pairs(asked, mirrors);
  const names = objectNames(mirrors, { line, types: ['pods'], begin: typed });
  return names.some(({ value }) => value.startsWith(typed)) ? names : workloads.map((type) => candidate(`${type}/`));
}

/** `pods [NAME]` or `nodes [NAME]`. */
export function usageObjects(asked: Asked, mirrors: Mirrors): readonly Candidate[] {
  const [type] = asked.line.args;
  if (type === undefined) return [candidate('nodes'), candidate('pods')];
  return asked.line.args.length > 1
    ? []
    : objectNames(mirrors, { line: asked.line, types: [type], begin: asked.typed });
}

/** Names of nodes, each once. */
export function nodeNames({ line, typed }: Asked, mirrors: Mirrors): readonly Candidate[] {
  const names = objectNames(mirrors, { line, types: ['nodes'], begin: typed });
  return names.filter(({ value }) => !line.args.includes(value));
}

function pairs({ line, typed }: Asked, mirrors: Mirrors): readonly Candidate[] {
  const end = typed.indexOf('/');
  const type = typed.slice(0, end);
  const names = objectNames(mirrors, { line, types: [type], begin: typed.slice(end + 1) });
  const given = new Set(line.args);
  return names.flatMap(({ value }) => (given.has(`${type}/${value}`) ? [] : [candidate(`${type}/${value}`)]));
}

function openPairs(mirrors: Mirrors, begin: string): readonly Candidate[] {
  return typeNames(mirrors, begin).map(({ value, description }) => candidate(`${value}/`, description));
}

/**
 * What types are called: by plural, with the group where another type has the plural first, or where a group is being typed; by a
 * short name once that is being typed.
 */
function typeNames(mirrors: Mirrors, begin: string): readonly Candidate[] {
  const all = mirrors.flatMap((mirror) => namesOf(mirror.types().filter(isListed), begin));
  return all.toSorted((a, b) => (a.value < b.value ? -1 : 1));
}

function isListed({ verbs, preferred }: MirrorType): boolean {
  return preferred && verbs.includes('list');
}

function namesOf(types: readonly MirrorType[], begin: string): readonly Candidate[] {
  const plurals = new Set<string>();
  const shorts = new Set<string>();
  const importantFirst = types.toSorted((a, b) => a.groupPosition - b.groupPosition);
  return importantFirst.flatMap((type) => {
    const { group, resource, kind, shortNames } = type;
    const says = group === '' ? kind : `${kind}, ${group}`;
    const whole = group === '' ? resource : `${resource}.${group}`;
    const isFirst = !plurals.has(resource);
    plurals.add(resource);
    const names = isFirst && !begin.includes('.') ? [resource] : [whole];
    // Of two types with one short name it stands for the first.
    const short = begin === '' ? [] : shortNames.filter((name) => name.startsWith(begin) && !shorts.has(name));
    for (const name of short) shorts.add(name);
    return [...names, ...short].map((name) => candidate(name, says));
  });
}
