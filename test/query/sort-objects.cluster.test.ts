import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Json, type JsonObject, asObject, asString } from '../../src/core/json.ts';
import { sortDeathText, sortListItems, sortTableRows } from '../../src/query/sort-objects.ts';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { type LooseCluster, looseType, startLooseCluster } from '../support/loose-type.ts';
import type { KubectlResult } from '../support/real-cluster.ts';
import { type SeededRandom, createSeededRandom } from '../support/seeded-random.ts';

/** What is shown of a list that `--sort-by` was given: names in order, or how it failed. */
interface Outcome {
  readonly names: readonly string[];
  readonly stderr: string;
  readonly code: number;
}

type MakeValue = (random: SeededRandom, index: number, count: number) => Json | undefined;

const absent = undefined;
const quantities =
  '1 2 10 100m 0.1 1k 1Ki 1e3 1E3 2Gi 1.5Gi 1n 0.5n 1u 0 00 - + . m Ti Ei 0.5Ei 16Ei 9E 9.3E -1 -1Ki 1e-3 1e-10 1e30 1e';
const strings = [
  'b',
  'a',
  'ab',
  '',
  '10',
  '9',
  'Z',
  'é',
  '😀',
  '\uffee',
  'v1',
  '2024-01-01T00:00:00Z',
  '1Kib',
  '1.2.3',
];

/** How the fields of the objects are filled; every one is a sort of its own. */
const fields: Readonly<Record<string, MakeValue>> = {
  equal: () => 1,
  two: (_, index) => index % 2,
  five: (_, index) => index % 5,
  random: (random) => random.below(1000),
  ties: (random) => random.below(6),
  ascending: (_, index) => index,
  descending: (_, index, count) => count - index,
  nearly: (random, index) => (random.below(12) === 0 ? random.below(80) : index),
  organ: (_, index, count) => Math.min(index, count - index),
  sawtooth: (_, index) => (index * 7) % 11,
  missing: (random) => (random.below(3) === 0 ? absent : random.below(5)),
  mostlyMissing: (random) => (random.below(8) === 0 ? random.below(3) : absent),
  nulls: (random) => random.pick([null, null, absent, 1, 2]),
  floats: (random) => random.pick([0.5, -1.5, 2.25, 1e-7, 1.5e300]),
  large: (random) => JSON.rawJSON(random.pick(['9007199254740993', '9007199254740992', '-9223372036854775808', '5'])),
  words: (random) => random.pick(['x', 'y', 'zz', 'yy', 'é', '😀', '\uffee']),
  quantities: (random) => random.pick(quantities.split(' ')),
  strings: (random) => random.pick(strings),
  mixed: (random) => random.pick([1, 2, 3, 4, 5, 6, 7, 8, 'x', absent]),
  unlike: (random) => random.pick([1.5, 2.5, 3.5, 4]),
  truths: (random, index) => (index % 7 === 0 ? random.below(2) === 0 : absent),
  lists: (random) => (random.below(4) === 0 ? [random.below(3), random.below(3)] : absent),
  failing: (random, index) => (random.below(9) === 0 && index > 2 ? { at: [] } : { at: [random.below(4)] }),
};
const paths = Object.keys(fields).map((name) => (name === 'failing' ? '.spec.failing.at[0]' : `.spec.${name}`));

/** Much longer than a test takes on a machine that does nothing else. */
const timeoutMs = 120_000;

const counts = [2, 12, 13, 20, 50, 80];

const oddObjects: readonly JsonObject[] = [
  { a: 1, t: true, m: { x: 1 }, l: [1, 2], s: 'ab', o: [{ n: 'q' }], late: [1], w: 'text' },
  { a: 2, t: false, m: { x: 2 }, l: [], s: 'cd', o: [], late: [], w: ['list'] },
  { a: 'x', t: true, m: {}, l: ['q'], s: '10', o: [{ n: 'p' }, null], late: [3], w: 'tex' },
  { s: '9', l: [0], o: [null], late: [2], w: { k: 1 } },
];

const oddPaths = String.raw`
.metadata.name
metadata.name
{.metadata.name}
{metadata.name}
.spec.a
.spec.t
.spec.m
.spec.m.x
.spec.l
.spec.l[0]
.spec.l[*]
.spec.l..
.spec.s
.spec.s..
.spec.s.*
.spec.w
.spec.w..
.spec.w.*
.spec.o[*].n
.spec.o[?(@.n)].n
.spec.o[?(@.n=="p")].n
.spec.o[?(@.n>1)].n
.spec.late[0]
.spec.late[0:1]
.spec..
..
.
{}
{.}
{@}
$
.spec 5
.spec -2.5
.spec true
.spec "x"
.spec.s "x"
.spec.s range
.spec.l[0] range
.spec.s end
.nope
.nope[0]
spec.nope.deeper
['spec']
['nope','spec.s']
.spec['nope','s']
.spec['s..','nope']
.spec['nope','w..']
.spec['late[0]','s']
.spec.l[
.spec.l["a"]
.spec.s[0]
.spec.a&
{.spec.s}{.spec.a}
{.spec.s}text
text{.spec.s}
text
{range .spec.o[*]}{.n}{end}
{range .spec.o[*]}{@}{end}
{range .spec.o[*]}{.n}
{range .spec.s}{@}
{range .spec.late[0:1]}{@}
{range .spec.none}x{end}
{range .spec.s}{@}{end}
}
{
`
  .split('\n')
  .slice(1, -1);

describe.skipIf(clusterProgramsMissing() !== undefined)('--sort-by against kubectl', () => {
  let cluster: LooseCluster;

  beforeAll(async () => {
    cluster = await startLooseCluster();
    const random = createSeededRandom(20);
    for (const count of counts) {
      await Promise.all(
        Array.from({ length: count }, (_, index) => {
          const members = Object.entries(fields).map(([name, make]) => [name, make(random, index, count)] as const);
          const spec = Object.fromEntries(members.filter(([, value]) => value !== undefined));
          return cluster.putThing(`random-${count}`, `p${String(index).padStart(3, '0')}`, { spec });
        }),
      );
    }
    for (const [index, spec] of oddObjects.entries()) await cluster.putThing('odd', `odd-${index}`, { spec });
    await cluster.putThing('single', 'alone', { spec: oddObjects[0] });
  });
  afterAll(() => cluster.stop());

  /** What kubectl shows, the time and the process id of its log out of the way. */
  async function theirs(namespace: string, path: string, form: readonly string[]): Promise<Outcome> {
    const result = await cluster.kubectl(['get', looseType, '-n', namespace, `--sort-by=${path}`, ...form]);
    return { names: namesIn(result), stderr: comparable(result.stderr), code: result.code };
  }

  function namesIn({ stdout }: KubectlResult): readonly string[] {
    const lines = stdout.split('\n').slice(0, -1);
    return lines.map((line) => line.replace(`thing.loose.example.com/`, '').replace(/ .*/, ''));
  }

  function comparable(stderr: string): string {
    const [firstLine = ''] = stderr.split('\n');
    return stderr.startsWith('panic: ') ? `${firstLine}\n` : stderr.replace(/^F\d{4} [\d:.]{15} +\d+ /, 'F ');
  }

  function listed(items: readonly JsonObject[], path: string): Outcome {
    const sort = sortListItems(path);
    const order = sort.order(items.map((item) => sort.keyOf(item)));
    return order.kind === 'failed' ? { names: [], stderr: `error: ${order.message}\n`, code: 1 } : shown(items, order);
  }

  function tabled(items: readonly JsonObject[], path: string, namespace: string): Outcome {
    const sort = sortTableRows(path);
    const order = sort.order(items.map((item) => sort.keyOf(item)));
    return order.kind === 'failed' || items.length === 0
      ? { names: [], stderr: `No resources found in ${namespace} namespace.\n`, code: 0 }
      : shown(items, order);
  }

  function shown(
    items: readonly JsonObject[],
    order: Exclude<ReturnType<ReturnType<typeof sortListItems>['order']>, { readonly kind: 'failed' }>,
  ): Outcome {
    if (order.kind === 'sorted') {
      const names = order.positions.map((index) => asString(asObject(items[index]?.['metadata'])['name']));
      return { names, stderr: '', code: 0 };
    }
    const { death } = order;
    const text = sortDeathText(death, 0, 1, death.object === undefined ? undefined : items[death.object.index]);
    return { names: [], stderr: comparable(text), code: death.exitCode };
  }

  async function differences(namespace: string, tried: readonly string[], form: 'list' | 'table'): Promise<unknown[]> {
    const items = await cluster.things(namespace);
    const found: unknown[] = [];
    const flags = form === 'list' ? ['-o', 'name'] : ['--no-headers'];
    const waiting = [...tried];
    const work = async (): Promise<void> => {
      for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
        const ours = form === 'list' ? listed(items, path) : tabled(items, path, namespace);
        const kubectl = await theirs(namespace, path, flags);
        if (JSON.stringify(ours) !== JSON.stringify(kubectl)) found.push({ namespace, path, ours, kubectl });
      }
    };
    await Promise.all([work(), work(), work()]);
    return found;
  }

  test.each(counts)(
    '%i objects come in the order of kubectl, whatever their values',
    async (count) => {
      const namespace = `random-${count}`;
      // The two forms share the sort itself: each has half of the fields, and the other half with every other count.
      const turn = counts.indexOf(count) % 2;
      const form = (index: number): 'list' | 'table' => (index % 2 === turn ? 'list' : 'table');
      const inForm = (wanted: string): readonly string[] => paths.filter((_, index) => form(index) === wanted);
      expect(await differences(namespace, inForm('list'), 'list')).toEqual([]);
      expect(await differences(namespace, inForm('table'), 'table')).toEqual([]);
    },
    timeoutMs,
  );

  test(
    'odd paths in a list end as those of kubectl',
    async () => {
      expect(await differences('odd', oddPaths, 'list')).toEqual([]);
    },
    timeoutMs,
  );

  test(
    'odd paths in a table, templates of any form among them, end as those of kubectl',
    async () => {
      const tried = oddPaths.filter((path, index) => /[{}[\]]/.test(path) || index % 2 === 0);
      expect(await differences('odd', tried, 'table')).toEqual([]);
    },
    timeoutMs,
  );

  test.each(['list', 'table'] as const)(
    'a %s of one object, or of none, fails only where kubectl does',
    async (form) => {
      const tried = ['.metadata.name', '.spec.t', '.spec.s[0]', '.nope', '.spec.l[', '{}', 'x{.a}'];
      expect(await differences('single', tried, form)).toEqual([]);
      expect(await differences('none', tried, form)).toEqual([]);
    },
  );

  test('a single object that is asked for by name is not sorted, whatever the path', async () => {
    for (const form of [['-o', 'name'], ['--no-headers'], ['-o', 'jsonpath={.metadata.name}']]) {
      const { stdout, stderr, code } = await cluster.kubectl([
        'get',
        looseType,
        'alone',
        '-n',
        'single',
        '--sort-by=.spec.l[',
        ...form,
      ]);
      expect({ named: stdout.includes('alone'), stderr, code }).toEqual({ named: true, stderr: '', code: 0 });
    }
  });

  test('several tables are sorted by the Table objects, each by its own rows', async () => {
    const args = ['get', `${looseType}/odd-2`, `${looseType}/odd-1`, '-n', 'odd', '--no-headers'];
    const tables = ['odd-2', 'odd-1'].map((name) => ({ kind: 'Table', rows: [{ object: { metadata: { name } } }] }));
    const sort = sortListItems('.rows[0].object.metadata.name');
    expect(sort.order(tables.map((table) => sort.keyOf(table)))).toEqual({ kind: 'sorted', positions: [1, 0] });
    const byRow = await cluster.kubectl([...args, '--sort-by=.rows[0].object.metadata.name']);
    expect(namesIn(byRow)).toEqual(['odd-1', 'odd-2']);
    const byName = await cluster.kubectl([...args, '--sort-by=.metadata.name']);
    const unnamed = sortListItems('.metadata.name');
    const order = unnamed.order(tables.map((table) => unnamed.keyOf(table)));
    expect(order.kind === 'failed' ? `error: ${order.message}\n` : '').toBe(byName.stderr);
    expect(byName.code).toBe(1);
  });

  test('a watch sorts what it lists first and warns', async () => {
    const flags = ['-n', 'odd', '--sort-by=.spec.s', '--watch', '--request-timeout=3s', '--no-headers'];
    const result = await cluster.kubectl(['get', looseType, ...flags]);
    expect(result.stderr.split('\n')[0]).toBe(
      'warning: --watch requested, --sort-by will be ignored for watch events received',
    );
    expect(namesIn(result)).toEqual(tabled(await cluster.things('odd'), '.spec.s', 'odd').names);
  });
});
