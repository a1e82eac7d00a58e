import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { parseJsonPath } from '../../src/core/jsonpath/parse.ts';
import { jsonPathParseError, jsonPathText } from '../../src/output/jsonpath-text.ts';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { amountOf } from '../support/long-run.ts';
import { type LooseCluster, looseType, startLooseCluster } from '../support/loose-type.ts';

/** Below its first level no map has two members: kubectl visits those in random order. */
const spec: JsonObject = {
  list: [{ n: 1 }, { n: 2 }, { s: 'x' }, { n: 2.5 }, null, { t: true }, { l: [1, 2] }, { s: '' }, { n: null }],
  same: [{ n: 3 }, { n: 1 }, { n: 2 }],
  nums: [3, 1, 2, -5, 1_000_000, 7],
  floats: [0.5, 2.5, 1e-7, 1234567.5],
  words: ['a', 'b', 'a,b', 'é😀', '', ')', "it's"],
  mixed: [1, 'x', null, true, 2.5, [1], { k: 'v' }, {}, []],
  nest: [[1, 2], [], [3, [4]], [{ n: 5 }]],
  one: { a: { b: { c: [{ d: 'deep' }, { d: 7 }] } } },
  dotted: { 'app.k8s.io/name': 'web' },
  s: 'text <&> "quoted"',
  empty: '',
  n: 42,
  big: JSON.rawJSON('9007199254740993'),
  huge: JSON.rawJSON('12345678901234567890'),
  f: -0.001,
  t: true,
  nul: null,
  em: {},
  ea: [],
};

const { constantFrom, oneof, tuple } = fc;
const join = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  tuple(...parts).map((all) => all.join(''));
const many = (part: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string> =>
  fc.array(part, { maxLength }).map((all) => all.join(''));
const rarely = (usual: fc.Arbitrary<string>, odd: fc.Arbitrary<string>, oneIn: number): fc.Arbitrary<string> =>
  oneof({ weight: oneIn - 1, arbitrary: usual }, { weight: 1, arbitrary: odd });

const integer = oneof(fc.integer({ min: -4, max: 9 }), constantFrom(-7, 12, 1e6)).map(String);
const bound = oneof(constantFrom(''), fc.integer({ min: -3, max: 4 }).map(String));
const name = constantFrom(
  'n',
  's',
  't',
  'l',
  'k',
  'a',
  'b',
  'c',
  'd',
  'none',
  String.raw`app\.k8s\.io/name`,
  'x-y_z',
  '',
);
const topName = constantFrom(...Object.keys(spec), 'none');

const number = oneof(
  integer,
  constantFrom('0.5', '2.5', '-0', '-0.0', '1.', '.5', '+3', '1e3', '9007199254740993', '12345678901234567890', '007'),
);
const text = constantFrom(
  '"x"',
  "'x'",
  '"é😀"',
  String.raw`"\t\u00e9\n"`,
  String.raw`'it\'s'`,
  '""',
  '"a,b"',
  '")"',
  '"]"',
);
const literal = oneof(number, text, constantFrom('true', 'false'));
const badPart = constantFrom(
  '&',
  '|',
  '~',
  '"open',
  "['a",
  '[1',
  '["k"]',
  '[a]',
  '[-]',
  '[ 1]',
  '[1:2:3:4]',
  '[?(@.n',
  '[?(@.n)',
  '-',
  '\t',
  'word',
  'end',
);

const side = oneof(
  literal,
  constantFrom(
    '@',
    '@.n',
    '@.s',
    '@.l[0]',
    '@.l[*]',
    '@[0]',
    '@.t',
    '@.none',
    '@.*',
    '@..',
    '@.k',
    '$.n',
    '@.n ',
    ' @.n',
  ),
);
const operator = rarely(
  constantFrom('==', '!=', '<', '<=', '>', '>='),
  constantFrom('=', '!', '<>', '===', '=~', ' in ', ' && ', ' || '),
  12,
);
const filter = oneof(
  { weight: 3, arbitrary: join(constantFrom('[?('), side, operator, side, constantFrom(')]')) },
  { weight: 1, arbitrary: join(constantFrom('[?('), side, constantFrom(')]')) },
);

const index = oneof(
  { weight: 4, arbitrary: fc.integer({ min: -3, max: 2 }).map((at) => `[${at}]`) },
  { weight: 3, arbitrary: constantFrom('[*]', '[:]', '[]', '[::2]') },
  { weight: 2, arbitrary: join(constantFrom('['), bound, constantFrom(':'), bound, constantFrom(']')) },
  {
    weight: 1,
    arbitrary: join(constantFrom('['), bound, constantFrom(':'), bound, constantFrom(':'), bound, constantFrom(']')),
  },
  {
    weight: 1,
    arbitrary: constantFrom('[0,1]', "['n','s']", "['n', 's']", "['l[0]','k']", '[0,-1]', "['n..','s.*']", '[1,]'),
  },
);
const field = oneof(join(constantFrom('.'), name), join(constantFrom("['"), name, constantFrom("']")));
const deep = oneof(constantFrom('.*', '..'), join(constantFrom('..'), name));
const filler = constantFrom(' ', '@', '$', ' @');
const step = rarely(
  oneof(
    { weight: 6, arbitrary: field },
    { weight: 5, arbitrary: index },
    { weight: 3, arbitrary: deep },
    { weight: 4, arbitrary: filter },
    { weight: 1, arbitrary: filler },
    { weight: 1, arbitrary: join(constantFrom(' '), literal) },
  ),
  badPart,
  60,
);
const start = oneof(
  { weight: 8, arbitrary: join(constantFrom('.spec.', '$.spec.', '@.spec.', ' .spec .'), topName) },
  { weight: 1, arbitrary: join(constantFrom(".spec['"), topName, constantFrom("']")) },
);
const path = join(start, many(step, 4));
const action = oneof(
  { weight: 8, arbitrary: join(constantFrom('{'), path, constantFrom('}')) },
  { weight: 1, arbitrary: join(constantFrom('{'), literal, constantFrom('}')) },
);
const plain = constantFrom('x', ' ', '}', '\t', '"', 'é', '[', '.', '\\', '=');
const inner = oneof(
  {
    weight: 3,
    arbitrary: constantFrom(
      '{@}',
      '{.n}',
      '{@.s}',
      '{.l[*]}',
      '{.*}',
      '{..}',
      '{..n}',
      '{}',
      '{.l[?(@>1)]}',
      '{$.n .x}',
    ),
  },
  { weight: 1, arbitrary: action },
  { weight: 1, arbitrary: plain },
);
const list = join(constantFrom('.spec.'), topName, oneof(constantFrom('[*]', '', '[0:2]', '.*', '..'), filter));
const range = (body: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  join(constantFrom('{range '), list, constantFrom('}'), many(body, 4), constantFrom('{end}'));
/** Never over the item itself: when that is a null, kubectl crashes. */
const nested = join(
  constantFrom('{range '),
  constantFrom('.l[*]', '.none', '@.*'),
  constantFrom('}'),
  many(inner, 2),
  constantFrom('{end}'),
);

/** A template that can stand beside others: every range in it ends. */
const template = oneof(
  { weight: 6, arbitrary: many(oneof({ weight: 5, arbitrary: action }, { weight: 1, arbitrary: plain }), 3) },
  { weight: 2, arbitrary: range(inner) },
  { weight: 1, arbitrary: range(oneof(inner, nested)) },
).filter((source) => source !== '');

/** A range that nothing ends, whose body therefore meets the outer root too. */
const openRange = join(
  constantFrom('{range '),
  list,
  constantFrom('}'),
  many(oneof(constantFrom('{.n}', '{.kind}', 'x', '{.s}'), join(constantFrom('{range '), list, constantFrom('}'))), 4),
  constantFrom('', '{end}', '{end}{end}', '{end}{.kind}'),
);

interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

function print(source: string, root: Json, allowMissingKeys: boolean): Printed {
  const parsed = parseJsonPath(source);
  const printed = parsed.ok
    ? jsonPathText(parsed.template, root, { allowMissingKeys, asJson: false })
    : { ok: false as const, message: `${jsonPathParseError(source, parsed.message)}\n` };
  return printed.ok ? { stdout: printed.text, stderr: '' } : { stdout: '', stderr: `error: ${printed.message}` };
}

/** Much longer than they take on a machine that does nothing else. */
const timeoutMs = 120_000;

const separator = '\n<next>\n';
const batchSize = 60;

describe.skipIf(clusterProgramsMissing() !== undefined)('random jsonpath templates against kubectl', () => {
  let cluster: LooseCluster;
  let root: JsonObject;

  beforeAll(async () => {
    cluster = await startLooseCluster();
    await cluster.putThing('paths', 'subject', { spec });
    [root = {}] = await cluster.things('paths');
    expect(Object.keys(root['spec'] as JsonObject)).toHaveLength(Object.keys(spec).length);
  });
  afterAll(() => cluster.stop());

  async function kubectlPrints(source: string, allowMissingKeys: boolean): Promise<Printed> {
    const flag = `--allow-missing-template-keys=${allowMissingKeys}`;
    const output = `jsonpath=${source}`;
    const result = await cluster.kubectl(['get', looseType, 'subject', '-n', 'paths', '-o', output, flag]);
    return { stdout: result.stdout, stderr: result.stderr };
  }

  /** What differs, each template in a run of kubectl of its own. */
  async function differences(sources: readonly string[], allowMissingKeys: boolean): Promise<unknown[]> {
    const found: unknown[] = [];
    const waiting = [...sources];
    const work = async (): Promise<void> => {
      for (let source = waiting.shift(); source !== undefined; source = waiting.shift()) {
        const ours = print(source, root, allowMissingKeys);
        const kubectl = await kubectlPrints(source, allowMissingKeys);
        if (JSON.stringify(ours) !== JSON.stringify(kubectl)) found.push({ source, ours, kubectl });
      }
    };
    await Promise.all([work(), work(), work()]);
    return found;
  }

  /** What differs among templates that do not fail: many in one run, halved where that differs. */
  async function soundDifferences(sources: readonly string[], allowMissingKeys: boolean): Promise<readonly unknown[]> {
    const expected = sources.map((source) => print(source, root, allowMissingKeys).stdout).join(separator);
    const kubectl = await kubectlPrints(sources.join(separator), allowMissingKeys);
    if (kubectl.stdout === expected && kubectl.stderr === '') {
      return [];
    }
    if (sources.length === 1) {
      return [{ sources, expected, kubectl }];
    }
    const half = Math.ceil(sources.length / 2);
    const parts = [sources.slice(0, half), sources.slice(half)];
    const found = await Promise.all(parts.map((part) => soundDifferences(part, allowMissingKeys)));
    return found.flat().length > 0 ? found.flat() : [{ sources, expected, kubectl }];
  }

  async function inBatches(sources: readonly string[], allowMissingKeys: boolean): Promise<readonly unknown[]> {
    const found: unknown[] = [];
    for (let first = 0; first < sources.length; first += batchSize) {
      found.push(...(await soundDifferences(sources.slice(first, first + batchSize), allowMissingKeys)));
    }
    return found;
  }

  function generate(
    seed: number,
    allowMissingKeys: boolean,
    runCount: number,
  ): { readonly sound: readonly string[]; readonly failing: readonly string[] } {
    const sources = [...new Set(fc.sample(template, { seed, numRuns: runCount }))];
    const sound = sources.filter((source) => print(source, root, allowMissingKeys).stderr === '');
    return { sound, failing: sources.filter((source) => !sound.includes(source)) };
  }

  test(
    'templates that print something print the same',
    async () => {
      const { sound } = generate(1, true, 2500);
      expect(sound.length).toBeGreaterThan(1000);
      expect(await inBatches(sound, true)).toEqual([]);
    },
    timeoutMs,
  );

  test(
    'templates that fail say the same',
    async () => {
      const { failing } = generate(2, true, 500);
      expect(failing.length).toBeGreaterThan(100);
      expect(await differences(failing.slice(0, amountOf(40, 100)), true)).toEqual([]);
    },
    timeoutMs,
  );

  test(
    'templates that may not miss a key print or fail the same',
    async () => {
      const { sound, failing } = generate(3, false, 1500);
      expect(sound.length).toBeGreaterThan(200);
      expect(await inBatches(sound, false)).toEqual([]);
      const missing = failing.filter((source) => print(source, root, false).stderr.includes('is not found'));
      expect(missing.length).toBeGreaterThan(30);
      expect(await differences(missing.slice(0, amountOf(15, 30)), false)).toEqual([]);
    },
    timeoutMs,
  );

  test(
    'ranges that do not end, or end too often, print or fail the same',
    async () => {
      const sources = [...new Set(fc.sample(openRange, { seed: 4, numRuns: amountOf(20, 40) }))];
      expect(await differences(sources, true)).toEqual([]);
    },
    timeoutMs,
  );
});
