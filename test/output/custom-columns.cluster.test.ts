import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/core/json.ts';
import {
  type ParsedColumns,
  customColumnsFileError,
  parseCustomColumns,
  parseCustomColumnsFile,
  renderCustomColumns,
} from '../../src/output/custom-columns.ts';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { type LooseCluster, looseType, startLooseCluster } from '../support/loose-type.ts';
import type { KubectlResult } from '../support/real-cluster.ts';
import { numbers, scalars } from './nasty-values.ts';

const deep = { a: { b: [{ c: 'x', n: 1 }, { c: 'y' }, null, 'text', 5] } };

/** Things of very different shapes, in the order of their names. */
const oddThings: readonly JsonObject[] = [
  {
    spec: {
      s: 'plain',
      n: 1,
      f: 1234567.5,
      t: true,
      nul: null,
      l: ['x', 'y'],
      m: { k: 'v' },
      deep,
      nest: [[1, 2], [3]],
    },
  },
  {
    spec: {
      s: '',
      n: 9007199254740993n,
      f: 0.00001,
      t: false,
      l: [],
      m: {},
      e: '\u001b[31mred\rback',
      nest: [[], [4]],
    },
  },
  { spec: { s: '日本語 😀', n: -1, f: 1e21, l: [null, [1.5, { z: null }]], m: { 'a.b/c': 'dotted', k: 2 }, nest: [] } },
  {
    spec: {
      s: 'tab\there',
      n: 'text',
      l: ['a,b', 'c d'],
      m: { k: { deeper: ['x'] } },
      deep: { a: { b: [] } },
      nest: [[5]],
    },
  },
  { spec: { s: 'line one\nline two', n: [1], l: ['q'], m: null, deep: { a: null }, nest: [['é']] } },
  { spec: { s: 'form\ffeed \vvertical', n: { x: 1 }, l: ['\u001b', '\r\n'], m: { k: '<&>' }, nest: [null] } },
  { spec: { s: 'trailing ', l: ['last'], m: { k: 'very long value that widens its column a lot' }, nest: [[6]] } },
  { status: { only: 'status' } },
].map((object) => JSON.parse(JSON.stringify(object, bigintAsText), textAsBigint) as JsonObject);

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `big:${value}` : value;
}

function textAsBigint(_key: string, value: unknown): unknown {
  return typeof value === 'string' && value.startsWith('big:') ? JSON.rawJSON(value.slice(4)) : value;
}

/** Paths that fail on none of the things; several of them share a run of kubectl. */
const soundPaths = String.raw`
.metadata.name
metadata.name
{metadata.name}
{.metadata.name}
.kind
.apiVersion
{kind}
.metadata
.metadata.labels.app
.spec.s
spec.n
.spec.f
.spec.t
.spec.nul
.spec.l
.spec.l[*]
.spec.l[:]
.spec.l[::2]
.spec.m
.spec.m.k
.spec.m.k.deeper
.spec.m.a\.b/c
.spec['m'].k
.spec['m.k']
.spec['m']['a\.b/c']
.spec.e
.spec.deep
.spec.deep.a
.spec.deep.a.b
.spec.deep.a.b[*]
.spec.deep.a.b[*].c
.spec.deep.a.b[*].n
.spec.deep.a.b[2:2]
.spec.nest
.spec.nest[*]
.spec.nest[*][*]
.spec.none
.spec.none.deeper[0]
.spec.none[5]
.none..
.status.only
.status..
.status.*
.spec.s.*
.spec.s..
.spec.deep.a.*
.spec.deep..c
.spec.nest..
.spec "literal"
.spec 'single quoted'
.spec "tab\there"
.spec "esc\u001b[0m\r"
.spec 5
.spec 1.50
.spec -0.0
.spec 12345678901234567890
.spec true
.spec.s .nothing
.spec .s
.spec @.s
.spec $.s
.spec.l range
.none range
.spec.
..kindless
. metadata.name
 
.spec.s 
 .spec.s
$.spec.s
@.spec.s
{ .spec.s}
{.spec.s }
{..only}
.spec:s
.spec.l:x
.spec.*none
.spec.deep.a.b[?(@.c)].c
.spec.deep.a.b[?(@.c=="x")].n
.spec.deep.a.b[?(@.n==1)].c
.spec.deep.a.b[?(@.n<2)].c
.spec.deep.a.b[?(@.c!='x')].c
.spec.deep.a.b[?(@.c=='=')]
.spec.deep.a.b[?(@ in 3)]
.spec.deep.a.b[?(@)].c
.spec.l[?(@.x)]
.spec.l[?(@[0])]`
  .split('\n')
  .slice(1);

/** Specifications that kubectl refuses, or fails on at some object or other. */
const failingSpecs = String.raw`
A
A:
A:,B
A:.spec.s,B
:
:.spec.s
,
A:.spec.s,
A:{
A:}
A:{}
A:{.spec.s
A:.spec.s}
A:{.spec.s}{.spec.n}
A:{.spec.s} text
A:text {.spec.s}
A:{{.spec.s}}
A:{range .spec.l[*]}{@}{end}
A,B:{
B:{,A
A:.spec['s','n']
A:.spec.l[0,1]
A:.metadata.name,B:.spec.l[
A:.metadata.name,B:.spec.l[a]
A:.metadata.name,B:.spec.l["a"]
A:.metadata.name,B:.spec.l[-]
A:.metadata.name,B:.spec.l[1:2:3:4]
A:.metadata.name,B:.spec.l[?(@.x
A:.metadata.name,B:.spec.l[?(@.x)
A:.metadata.name,B:.spec.l[?(@.x==1 && @.y)]
A:.spec.s&
A:.spec "open
A:.spec "\q"
A:.spec 1.2.3
A:.spec -
A:.spec~
A:......
A:.spec.l[?(@.a == 'x')] ~
A:.metadata.name,B:.spec.l[0]
A:.metadata.name,B:.spec.l[-1]
A:.metadata.name,B:.spec.l[1:]
A:.metadata.name,B:.spec.l[5]
A:.metadata.name,B:.spec.l[-3]
A:.metadata.name,B:.spec.l[0:9]
A:.metadata.name,B:.spec.l[1:0]
A:.metadata.name,B:.spec.l[0:1:0]
A:.metadata.name,B:.spec.l[0:1:-1]
A:.metadata.name,B:.spec.l[99999999999999999999]
A:.metadata.name,B:.spec.l[9223372036854775807]
A:.metadata.name,B:.spec.l[-9223372036854775808]
A:.metadata.name,B:.spec.l[0:9223372036854775807]
A:.metadata.name,B:.spec.s[0]
A:.metadata.name,B:.spec.n[0]
A:.metadata.name,B:.spec.f[0]
A:.metadata.name,B:.spec.t[0]
A:.metadata.name,B:.spec.m[*]
A:.metadata.name,B:.spec.s.*[0]
A:.metadata.name,B:.spec 1[0]
A:.metadata.name,B:.spec "x"[0]
A:.metadata.name,B:.spec.m[?(@.k)]
A:.metadata.name,B:.spec.s[?(@.k)]
A:.metadata.name,B:.spec.nul[?(@.k)]
A:.metadata.name,B:.spec.nest[*][0]
A:.metadata.name,B:.spec.nest[*][?(@>1)]
A:.metadata.name,B:.spec.nest[*][?(@>1.5)]
A:.metadata.name,B:.spec.nest[*][?(@=1)]
A:.metadata.name,B:.spec.nest[?(@[*]==1)]
A:.metadata.name,B:.spec.l[?(@.a==1)]
A:.metadata.name,B:.spec.l[?(@=="x")]
A:.metadata.name,B:.spec.l[?(@==1)]
A:.spec end
A:.spec other
A:.spec.l[0] range
A:.spec.s,B:.spec.l[0],C:.metadata.name`
  .split('\n')
  .slice(1);

const wide = Array.from({ length: 12 }, (_, index) => `H${index}:.spec.${'snftlmdeep'[index % 10]}`).join(',');

/** Headers and layouts; the objects are the odd things. */
const layoutSpecs: readonly string[] = [
  'A:.metadata.name,Größe ß:.spec.s,lower case:.spec.t',
  ':.metadata.name,:.spec.s',
  'X\tY:.metadata.name,Z:.spec.n',
  'X\nY:.metadata.name,Z:.spec.n',
  'X\fY:.metadata.name,Z:.spec.n',
  'esc\u001b[1m\r:.metadata.name,Z:.spec.n',
  '日本:.spec.s,N:.metadata.name',
  'A:.spec.s,B:.spec.s,C:.spec.s',
  'S:.spec.s,E:.spec.e,L:.spec.l,N:.metadata.name',
  'L:.spec.l[*]',
  wide,
  '<H>:.spec.s',
  ' A :.metadata.name , B :.spec.n',
  'A:.metadata.name\n,B:.spec.n',
];

const files: readonly string[] = [
  '',
  '\n',
  '\n\n',
  'A',
  'A\n',
  'A B\n.metadata.name',
  'A\n.metadata.name .kind',
  'A B\n.metadata.name .kind\nignored {\n',
  'A\tB\u00a0C\u3000D\r\n{.metadata.name} .kind \u0085 .spec.s\u2003spec.n\r\n',
  'A\ufeffB C\n.metadata.name .kind',
  'A B\n.metadata.name {',
  'A B\n.metadata.name .spec.l[',
  'A B\n.metadata.name .spec.l[0]',
  "a,b c:d\n.kind .spec['s','n']",
  `${'H'.repeat(65_535)}\n.kind`,
  `${'H'.repeat(65_536)}\n.kind`,
  `A\n${' '.repeat(65_529)}.kind`,
  `A\n${' '.repeat(65_531)}.kind`,
];

/** Much longer than a test takes on a machine that does nothing else. */
const timeoutMs = 120_000;

describe.skipIf(clusterProgramsMissing() !== undefined)('custom columns against kubectl', () => {
  let cluster: LooseCluster;
  let things: readonly JsonObject[];

  beforeAll(async () => {
    cluster = await startLooseCluster();
    for (const [index, thing] of oddThings.entries()) await cluster.putThing('odd', `odd-${index}`, thing);
    for (const [index, value] of [...scalars, ...numbers()].entries()) {
      await cluster.putThing('values', `v${String(index).padStart(3, '0')}`, {
        spec: { value, list: [value, { value }] },
      });
    }
    things = await cluster.things('odd');
    expect(things).toHaveLength(oddThings.length);
  });
  afterAll(() => cluster.stop());

  function printed(parsed: ParsedColumns, objects: Iterable<Json>): KubectlResult {
    if (!parsed.ok) {
      return { stdout: '', stderr: `error: ${parsed.message}\n`, code: 1 };
    }
    const { chunks, message } = renderCustomColumns(parsed.columns, objects);
    const stdout = [...chunks].join('');
    return { stdout, stderr: message === undefined ? '' : `error: ${message}\n`, code: message === undefined ? 0 : 1 };
  }

  function get(namespace: string, ...args: readonly string[]): Promise<KubectlResult> {
    return cluster.kubectl(['get', looseType, '-n', namespace, ...args]);
  }

  /** What differs, each case tried with kubectl, a few at a time. */
  async function differences<T>(
    cases: readonly T[],
    compare: (one: T) => Promise<{ readonly ours: KubectlResult; readonly kubectl: KubectlResult }>,
  ): Promise<unknown[]> {
    const found: unknown[] = [];
    const waiting = [...cases];
    const work = async (): Promise<void> => {
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
        const { ours, kubectl } = await compare(one);
        if (JSON.stringify(ours) !== JSON.stringify(kubectl)) found.push({ case: one, ours, kubectl });
      }
    };
    await Promise.all([work(), work(), work()]);
    return found;
  }

  const inOdd = async (spec: string): Promise<{ readonly ours: KubectlResult; readonly kubectl: KubectlResult }> => ({
    ours: printed(parseCustomColumns(spec, false), things),
    kubectl: await get('odd', '-o', `custom-columns=${spec}`),
  });

  test(
    'paths of every form print what kubectl prints',
    async () => {
      const columnCount = 4;
      const specs = soundPaths.flatMap((_, first) => {
        const paths = soundPaths.slice(first, first + columnCount);
        return first % columnCount === 0 ? [paths.map((path, index) => `C${index}:${path}`).join(',')] : [];
      });
      expect(await differences(specs, inOdd)).toEqual([]);
    },
    timeoutMs,
  );

  test(
    'what kubectl refuses or fails on prints as much and says the same',
    async () => {
      expect(await differences(failingSpecs, inOdd)).toEqual([]);
    },
    timeoutMs,
  );

  test('headers and cells bend the table as in kubectl', async () => {
    expect(await differences(layoutSpecs, inOdd)).toEqual([]);
  });

  test('every scalar prints as in kubectl, bare and inside other values', async () => {
    const spec = 'N:.metadata.name,V:.spec.value,L:.spec.list,E:.metadata.namespace';
    const ours = printed(parseCustomColumns(spec, false), await cluster.things('values'));
    expect(ours).toEqual(await get('values', '-o', `custom-columns=${spec}`));
  });

  test('no objects leave the header, one object by name prints as a list of one, --no-headers drops the header', async () => {
    const spec = 'N:.metadata.name,S:.spec.s';
    const output = ['-o', `custom-columns=${spec}`];
    const withHeader = parseCustomColumns(spec, false);
    const without = parseCustomColumns(spec, true);
    expect(printed(withHeader, [])).toEqual(await get('none', ...output));
    expect(printed(without, [])).toEqual(await get('none', ...output, '--no-headers'));
    expect(printed(without, things)).toEqual(await get('odd', ...output, '--no-headers'));
    expect(printed(withHeader, things.slice(1, 2))).toEqual(await get('odd', 'odd-1', ...output));
  });

  test('a bad path shows behind the header even when there are no objects', async () => {
    const spec = 'N:.metadata.name,S:.spec.s[';
    expect(printed(parseCustomColumns(spec, false), [])).toEqual(await get('none', '-o', `custom-columns=${spec}`));
    expect(printed(parseCustomColumns(spec, true), [])).toEqual(
      await get('none', '-o', `custom-columns=${spec}`, '--no-headers'),
    );
  });

  test('nothing given is refused in all three ways to give nothing', async () => {
    const ours = printed(parseCustomColumns('', false), things);
    expect(await get('odd', '-o', 'custom-columns')).toEqual(ours);
    expect(await get('odd', '-o', 'custom-columns=')).toEqual(ours);
    expect(await get('odd', '-o', 'custom-columns-file=')).toEqual(ours);
  });

  test('a columns file is read as kubectl reads it, and keeps its headers', async () => {
    const compare = async (text: string): Promise<{ ours: KubectlResult; kubectl: KubectlResult }> => {
      const file = join(cluster.folder, `columns-${files.indexOf(text)}`);
      writeFileSync(file, text);
      const kubectl = await get('odd', '-o', `custom-columns-file=${file}`, '--no-headers');
      return { ours: printed(parseCustomColumnsFile(text), things), kubectl };
    };
    expect(await differences(files, compare)).toEqual([]);
  });

  test('a file that is missing, or a folder, is refused as by kubectl', async () => {
    const missing = join(cluster.folder, 'no-such-file');
    const message = customColumnsFileError(missing, `open ${missing}: no such file or directory`);
    expect(await get('odd', '-o', `custom-columns-file=${missing}`)).toEqual(printed({ ok: false, message }, []));
    const folder = join(cluster.folder, 'a-folder');
    mkdirSync(folder);
    expect(await get('odd', '-o', `custom-columns-file=${folder}`)).toEqual(printed(parseCustomColumnsFile(''), []));
  });
});
