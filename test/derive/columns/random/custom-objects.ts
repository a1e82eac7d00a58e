import type { Json, JsonObject } from '../../../../src/core/json.ts';
import type { KubeObject } from '../../../../src/core/kube-object.ts';
import type { SeededRandom } from '../../../support/seeded-random.ts';

/** Custom types with random columns, and random objects for those to look into. */

/** A definition without its status, and the parts of its objects. */
export interface CustomObjects {
  /** A definition of example.com, version v1, with the plural `things<index>`. */
  definition(index: number): JsonObject & KubeObject;
  /** Everything of an object but its name, namespace, apiVersion and kind. */
  content(): JsonObject;
}

const raw = (digits: string): Json => JSON.rawJSON(digits);

/** As the API server stores them: a whole number never with a point, which would make a float of it. */
const numbers: readonly Json[] = [
  0,
  1,
  2,
  3,
  -1,
  7,
  1.5,
  -2.7,
  1e21,
  -1e21,
  1e-7,
  0.1,
  1_234_567.5,
  123_456_789,
  1e20,
  2 ** 53,
  1e100,
  ...['9007199254740993', '9223372036854775807', '9223372036854775808', '-9223372036854775809'].map(raw),
  ...['-0', '12345678901234567890123', '1.7976931348623157e+308'].map(raw),
];
const times: readonly string[] = [
  '2020-01-01T00:00:00Z',
  '2025-06-01T12:00:00.5Z',
  '2024-02-29T00:00:00+01:00',
  '2026-02-29T00:00:00Z',
  '2024-02-29t00:00:00z',
  '2024-02-29 00:00:00Z',
  '2023-01-01T00:00:00',
  '2023-01-01',
  '0001-01-01T00:00:00Z',
  '2126-01-01T00:00:00Z',
  '2023-01-01T24:00:00Z',
  '2023-12-31T23:59:60Z',
  '2023-01-01T00:00:00,25Z',
  'null',
  '2023-1-01T00:00:00Z',
  '2023-01-01T0:00:00Z',
  '2023-01-01T00:00:00.Z',
  '2023-01-01T00:00:00+24:00',
  '2023-01-01T00:00:00+2400',
  '2023-01-01T00:00:00-23:59',
  ' 2023-01-01T00:00:00Z',
  '1950-01-01T00:00:00Z',
];
const strings: readonly string[] = [
  '',
  'a',
  'web',
  'Ready',
  'True',
  'true',
  '1',
  '1.5',
  '<>&"\'',
  'two\nlines',
  'tab\t',
  '\u001b[31m',
  'größe 🙂',
  '\u2028',
  '\u0000',
  '\r\n',
  '%d',
  '{x}',
  'null',
  '<nil>',
  ' ',
];
const scalars: readonly Json[] = [...numbers, ...times, ...strings, true, false, null];

const literals = ['"Ready"', "'True'", '1', '1.5', '"1"', 'true', '-1', '@.b', '"größe 🙂"', '0'];
const operators = ['==', '!=', '<', '<=', '>', '>='];
const indexes = ['0', '1', '-1', '2', '-3', '7', '*', ':', '1:', ':2', '0:2', '-2:', ':-1', '::2', '1:1', '5:9', '0,1'];
const roots = ['.spec', '.spec', '.spec', '.status', '$.spec', '.metadata', '@.spec', "['spec']", '.spec.nested'];
const members = ['.a', '.b', '.when', '.list', '.conditions', '.single.*', "['a']", '["b"]', "['a','b']", '.a-b'];
const odd = [
  '.',
  '$',
  '@',
  '.metadata.name',
  '.metadata.labels.app',
  '.metadata.labels.example\\.com/x',
  '.kind',
  'spec.a',
  '.metadata.creationTimestamp',
  '.metadata.deletionTimestamp',
  '.metadata.annotations',
  '.metadata.generation',
  '..only',
  '.spec..only',
  '.spec.list..name',
  '.spec.list[*].name',
  '.spec.list[*]',
  '.nope',
  '.spec.nope.deeper',
  '.spec.a}{.spec.b',
  '.spec.nope}{.spec.b',
  '.spec.a}-{.spec.b',
  '"text"',
  "'text'",
  '-1.5',
  'true',
  'x',
  '.spec.nope}{range .spec.list[*]}{.name}{end',
  ' .spec.a',
  '.spec.a ',
  '.spec. a',
  '.spec.a}text',
  ".spec['x.y']",
  '.spec.x\\.y',
  '.spec.größe',
  ".spec['größe']",
  '.spec.10',
  ".spec['10']",
  '.spec.a.b.c',
  '.spec[a]',
  '.spec.list[0][0]',
  '.spec.list[?(@)]',
  '.spec.list[?(@.name)].name',
  '.spec.list[?(@ == "a")]',
  '.spec.list.name',
  '.spec.list[?(@.name=="a" || @.b)]',
  '.spec.*.nope',
  '.spec.nested.list[1].a',
  '.apiVersion',
  '.spec.__proto__',
];
/** Each ends the table. */
const invalid = [
  '.b[',
  '.spec[?(@.a]',
  '.spec.a}{',
  '{',
  '.spec["a]',
  '.spec[a',
  '..',
  '.spec[1:2:3:4]',
  '"text',
  '.a{.b',
  '',
];
const types = ['string', 'string', 'integer', 'number', 'boolean', 'date', 'object', '', 'String'];
const formats = ['', '', 'int32', 'int64', 'float', 'double', 'byte', 'date', 'date-time', 'password', 'name', 'odd'];

/** Equal seeds make equal types and objects. */
export function createCustomObjects(random: SeededRandom): CustomObjects {
  const chance = (share: number): boolean => random.next() < share;
  const many = <Item>(most: number, make: () => Item): readonly Item[] =>
    Array.from({ length: random.below(most + 1) }, make);
  const maybe = (share: number, field: string, make: () => Json): JsonObject =>
    chance(share) ? { [field]: make() } : {};

  function selector(): string {
    if (chance(0.6)) return `[${random.pick(indexes)}]`;
    const field = random.pick(['.type', '.name', '.b', '.n', '.status', '']);
    const test = chance(0.15) ? '' : ` ${random.pick(operators)} ${random.pick(literals)}`;
    return `[?(@${field}${chance(0.5) ? test : test.replaceAll(' ', '')})]`;
  }

  function path(): string {
    if (chance(0.3)) return random.pick(odd);
    const list = `${random.pick(roots)}${random.pick(['.list', '.conditions', '.list'])}${selector()}`;
    if (chance(0.5)) return chance(0.6) ? list + random.pick(['.name', '.status', '.type', '.n', '.b', '[0]']) : list;
    return random.pick(roots) + random.pick(members);
  }

  const column = (jsonPath: string): JsonObject => ({
    name: random.pick(['Some', 'Größe ß', 'two words', 'UPPER', '']),
    type: random.pick(types),
    jsonPath,
    ...maybe(0.4, 'format', () => random.pick(formats)),
    ...maybe(0.3, 'priority', () => random.pick([0, 1, 7, -1])),
  });

  function definition(index: number): JsonObject & KubeObject {
    const plural = `things${index}`;
    const paths = [...Array.from({ length: 12 }, path), ...many(12, path)];
    const all = chance(0.3) ? [...paths, random.pick(invalid), path()] : paths;
    return {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.example.com`, creationTimestamp: '2026-01-01T00:00:00Z', uid: `uid-${plural}` },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural, singular: `thing${index}`, kind: `Thing${index}`, listKind: `Thing${index}List` },
        conversion: { strategy: 'None' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
            additionalPrinterColumns: all.map(column),
          },
        ],
      },
    };
  }

  const scalar = (): Json => random.pick(scalars);

  function anything(depth: number): Json {
    if (depth <= 0 || chance(0.6)) return scalar();
    if (chance(0.5)) return many(3, () => anything(depth - 1));
    return Object.fromEntries(many(3, () => [random.pick(['a', 'b', '10', '<k>', 'ä']), anything(depth - 1)] as const));
  }

  const item = (): Json =>
    chance(0.7)
      ? {
          ...maybe(0.8, 'name', () => (chance(0.7) ? random.pick(['a', 'b', 'web']) : scalar())),
          ...maybe(0.6, 'type', () => random.pick(['Ready', 'Done', 'größe 🙂', null])),
          ...maybe(0.6, 'status', () => random.pick(['True', 'False', true, null])),
          ...maybe(0.6, 'n', () => random.pick(numbers)),
          ...maybe(0.4, 'b', scalar),
        }
      : anything(1);

  const part = (): JsonObject => ({
    ...maybe(0.8, 'a', () => anything(2)),
    ...maybe(0.8, 'b', () => anything(1)),
    ...maybe(0.7, 'when', () => random.pick(times)),
    ...maybe(0.8, 'list', () => (chance(0.1) ? scalar() : many(5, item))),
    ...maybe(0.8, 'conditions', () => many(4, item)),
    ...maybe(0.6, 'single', () => ({ k: scalar() })),
    ...maybe(0.4, 'a-b', scalar),
    ...maybe(0.4, 'x.y', scalar),
    ...maybe(0.4, 'größe', scalar),
    ...maybe(0.4, '10', scalar),
  });

  const content = (): JsonObject => ({
    metadata: {
      ...maybe(0.9, 'creationTimestamp', () => '2026-01-01T00:00:00Z'),
      ...maybe(0.5, 'labels', () => ({ app: 'web', 'example.com/x': 'y' })),
      generation: 3,
    },
    ...(chance(0.95) ? { spec: { ...part(), ...maybe(0.6, 'nested', part) } } : maybe(0.5, 'spec', scalar)),
    ...maybe(0.6, 'status', () => ({ ...part(), ...maybe(0.5, 'only', scalar) })),
  });

  return { definition, content };
}
