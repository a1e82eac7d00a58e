import fc from 'fast-check';
import { getFlags, type GetFlag } from '../../src/cli/get/flag-table.ts';
import {
  block,
  damaged,
  fieldSelector,
  fileName,
  goTemplate,
  jsonPath,
  label,
  labelSelector,
  joined,
  many,
  mostly,
  objectName,
  output,
  path,
  type Texts,
  typeName,
  word,
} from './command-texts.ts';

const { array, constantFrom, integer, oneof, tuple } = fc;

type Words = fc.Arbitrary<readonly string[]>;

const number = oneof(
  integer().map(String),
  constantFrom('0', '-1', '1e3', '0x10', '9223372036854775808', '-9223372036854775809', '1_000', '08', '', ' 1', '١'),
);
const duration = constantFrom('1s', '0', '-5m', '1h2m3s', '1.5h', '.s', 's', '1', '1d', '99999999h', '1e9s', '1 s', '');

/** What the flags take, by name. */
const valuesOf: Readonly<Record<string, Texts>> = {
  output,
  template: oneof(jsonPath, goTemplate),
  'sort-by': oneof(path, jsonPath),
  selector: labelSelector,
  'field-selector': fieldSelector,
  filename: fileName,
  kustomize: fileName,
  namespace: constantFrom('default', 'shop', 'nope', '', '.', '..', '/'),
  context: constantFrom('simulator', 'nope', ''),
  cluster: constantFrom('simulator', 'nope', ''),
  user: constantFrom('admin', 'nope', ''),
  server: constantFrom('https://127.0.0.1:1', 'nope', 'http://[', 'ftp://x', '', ':', 'http://a b', 'https://x:99999'),
  kubeconfig: fileName,
  'certificate-authority': fileName,
  subresource: constantFrom('status', 'scale', 'log', 'nope', ''),
  raw: constantFrom('/version', '/', '', '/api/v1/pods?limit=x', '//x', 'http://x', '/%', '/../..', '/a b'),
  'label-columns': many(label, ','),
  'max-age': duration,
  'log-flush-frequency': duration,
  'as-user-extra': constantFrom('a=b', 'a', '=', 'a=b=c', ''),
  limit: number,
  color: constantFrom('auto', 'always', 'never', 'nope', ''),
};

const booleanValue = constantFrom('true', 'false', 'T', '0', 'yes', 'maybe', '', 'True', '2');

interface VectorFlag extends Pick<GetFlag, 'name' | 'letter' | 'kind'> {
  /** In place of what the name says. */
  readonly values?: Texts;
}

/** A flag in one of the forms in which it may be typed. */
function typed({ name, letter, kind, values }: VectorFlag): Words {
  const usual = values ?? valuesOf[name] ?? (kind === 'integer' ? number : oneof(word, objectName));
  const value = kind === 'boolean' ? booleanValue : usual;
  const short = letter === undefined ? [1] : [4, 5, 6];
  const forms = kind === 'boolean' ? [0, 0, 0, 1, 2, 3] : [1, 3, 3, ...short];
  return tuple(mostly(value, damaged(value)), constantFrom(...forms)).map(([text, form]): readonly string[] => {
    if (form === 0) return [letter === undefined ? `--${name}` : `-${letter}`];
    if (form === 1) return [`--${name}=${text}`];
    if (form === 2) return [`--${name}`];
    if (form === 3) return [`--${name}`, text];
    if (form === 4) return [`-${letter}${text}`];
    return form === 5 ? [`-${letter}=${text}`] : [`-${letter}`, text];
  });
}

/** A watch goes on for ever, so that it is asked for only by what ends it. */
const watches: ReadonlySet<string> = new Set(['watch', 'watch-only']);
const weights = { objects: 6, query: 2, output: 6, watch: 2, cluster: 1, accepted: 1, 'kubectl only': 1 } as const;
const getFlag = oneof(
  { weight: 60, arbitrary: typed({ name: 'output', letter: 'o', kind: 'text' }) },
  ...getFlags
    .filter(({ name }) => !watches.has(name))
    .map((flag) => ({ weight: weights[flag.group], arbitrary: typed(flag) })),
);

const resources: Words = oneof(
  typeName.map((type) => [type]),
  {
    weight: 3,
    arbitrary: constantFrom(['pods'], ['cm,pods'], ['all'], ['pod', 'pod-0'], ['pod/pod-1'], ['crd', 'nodes']),
  },
  tuple(typeName, objectName).map((words) => words),
  tuple(many(typeName, ',', 3), array(objectName, { maxLength: 3 })).map(([types, names]) => [types, ...names]),
  array(joined(typeName, fc.constant('/'), objectName), { maxLength: 3 }),
  fc.constant([]),
);

const contextFlags: readonly VectorFlag[] = [
  { name: 'context', kind: 'text' },
  { name: 'all-contexts', kind: 'boolean' },
];
const flagsOf = (...more: readonly VectorFlag[]): Words => oneof(...[...contextFlags, ...more].map(typed));
const own = (name: string, flags: Words, words: Words = fc.constant([])): Words =>
  tuple(words, array(flags, { maxLength: 3 })).map(([rest, given]) => [name, ...rest, ...given.flat()]);

/** What exists, printed in all manners. */
const printed: Words = tuple(
  constantFrom(['pods'], ['cm,pods'], ['all'], ['pod', 'pod-0'], ['pod/pod-1'], ['pods', '-A'], ['events', '-A']),
  mostly(output, damaged(output)),
  mostly<readonly (readonly string[])[]>(fc.constant([]), array(getFlag, { maxLength: 2 })),
  mostly<readonly string[]>(
    fc.constant([]),
    path.map((text) => ['--sort-by', text]),
  ),
).map(([asked, format, flags, sort]) => ['get', ...asked, '-o', format, ...sort, ...flags.flat()]);

/** Names of filters, some of which are saved while the command lines run. */
const filterName = mostly(constantFrom('x', 'y', 'größe', 'a.b'), damaged(constantFrom('x', '@x')));

/** Filters that are saved, used and changed. */
const filtered: Words = oneof(
  {
    weight: 3,
    arbitrary: tuple(filterName, printed).map(([name, [, ...words]]) => ['filter', 'save', name, ...words]),
  },
  {
    weight: 3,
    arbitrary: tuple(filterName, array(getFlag, { maxLength: 2 })).map(([name, flags]) => [
      'get',
      `@${name}`,
      ...flags.flat(),
    ]),
  },
  tuple(constantFrom('show', 'rename', 'delete', 'export', 'list', 'nope'), array(filterName, { maxLength: 3 })).map(
    ([command, names]) => ['filter', command, ...names],
  ),
  fileName.map((file) => ['filter', 'import', file]),
  fileName.map((file) => ['get', '@x', '--filters', file]),
);

const line: Words = oneof(
  { weight: 3, arbitrary: filtered },
  { weight: 12, arbitrary: printed },
  {
    weight: 12,
    arbitrary: tuple(resources, array(getFlag, { maxLength: 4 }), fc.boolean()).map(([asked, flags, isFirst]) =>
      isFirst ? ['get', ...flags.flat(), ...asked] : ['get', ...asked, ...flags.flat()],
    ),
  },
  {
    weight: 3,
    arbitrary: own(
      'search',
      flagsOf(
        { name: 'deleted', kind: 'boolean' },
        { name: 'limit', kind: 'integer' },
        { name: 'output', letter: 'o', kind: 'text', values: constantFrom('json', 'name', 'yaml', '') },
        { name: 'color', kind: 'text' },
      ),
      mostly(
        word.map((term) => [term]),
        array(word, { maxLength: 2 }),
      ),
    ),
  },
  {
    weight: 3,
    arbitrary: own(
      'status',
      flagsOf(
        { name: 'all', letter: 'a', kind: 'boolean' },
        { name: 'output', letter: 'o', kind: 'text', values: constantFrom('json', 'prometheus', 'yaml', '') },
        { name: 'color', kind: 'text' },
      ),
    ),
  },
  {
    weight: 3,
    // Without --to: damaged, it could be any place of this machine.
    arbitrary: own(
      'export',
      flagsOf(
        { name: 'all-namespaces', letter: 'A', kind: 'boolean' },
        { name: 'whole', kind: 'boolean' },
        { name: 'namespace', letter: 'n', kind: 'text' },
        { name: 'selector', letter: 'l', kind: 'text', values: labelSelector },
        { name: 'field-selector', kind: 'text', values: fieldSelector },
        {
          name: 'where',
          kind: 'text',
          values: constantFrom('age > duration("1s")', 'cols.NAME == "pod-1"', 'a.b', '1', '('),
        },
        {
          name: 'output',
          letter: 'o',
          kind: 'text',
          values: constantFrom('ndjson', 'csv', 'yaml', 'sqlite', 'json', ''),
        },
      ),
      mostly(
        many(typeName, ',', 2).map((types) => [types]),
        array(word, { maxLength: 2 }),
      ),
    ),
  },
  { weight: 1, arbitrary: own('stop', flagsOf()) },
  { weight: 1, arbitrary: own('login', flagsOf()) },
  { weight: 1, arbitrary: own('sync', flagsOf(), fc.constant(['--once', '--daemon'])) },
  { weight: 1, arbitrary: own('demo', flagsOf(), fc.constant(['--nope'])) },
  { weight: 1, arbitrary: own('help', flagsOf(), constantFrom(['get'], ['nope'], ['get', 'pods'], [])) },
  { weight: 1, arbitrary: tuple(mostly(word, damaged(constantFrom('get', 'status')))).map((words) => words) },
);

type Edit = (words: readonly string[], at: number, text: string) => readonly string[];

const edits: readonly Edit[] = [
  (words, at, text) => words.toSpliced(at, 0, text),
  (words, at, text) => words.toSpliced(at, 1, text),
  (words, at) => words.toSpliced(at, 1),
  (words, at) => words.toSpliced(at, 0, words[at] ?? ''),
  (words, at) => words.toSpliced(at, 0, '--'),
  (words, at) => words.toSpliced(at, 0, '--help'),
  (words, at, text) => words.toSpliced(at, 1, `${words[at] ?? ''}${text}`),
  (words, at, text) => words.toSpliced(at, 1, `--${text}`),
  (words, at, text) => words.toSpliced(at, 1, `-${text}`),
  (words) => words.toReversed(),
];

const edited: Words = tuple(
  line,
  mostly<readonly (readonly [Edit, number, string])[]>(
    fc.constant([]),
    array(tuple(constantFrom(...edits), fc.nat(9), block), { minLength: 1, maxLength: 2 }),
  ),
).map(([words, changes]) => changes.reduce((now, [edit, at, text]) => edit(now, at % (now.length + 1), text), words));

/** Commands that would go on for ever, or start what does, however the rest of the line reads. */
function runsOn(words: readonly string[]): boolean {
  const isOne = (word: string): boolean => /^-(?:[^-]*w|-watch(?:-only|_only)?(?:=|$))/.test(word);
  if (words.some((each) => ['sync', 'demo'].includes(each))) return !['--once', '--nope'].includes(words[1] ?? '');
  return words.some(isOne);
}

/**
 * What could be typed after `navi`, most of it wrong: commands, flags and values that exist and damaged ones. None of
 * them runs for ever, and none has a NUL, which no system lets through.
 */
export const commandVectors: Words = edited
  .filter((words) => !runsOn(words))
  .map((words) => words.map((each) => each.replaceAll('\0', '\ufffd').toWellFormed()));
