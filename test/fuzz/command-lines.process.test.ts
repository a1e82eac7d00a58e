import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandVectors } from '../support/command-vectors.ts';
import { hostedLines, hostNavi, type HostedNavi, type HostedResult } from '../support/hosted-navi.ts';
import { amountOf } from '../support/long-run.ts';
import { steeringCharacters, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

const runCount = amountOf(300, 5_000);
const seed = Number(process.env['NAVI_TEST_SEED'] ?? 1);

/** Longest time for one command line (ms), on a machine with much else to do; quiet, none takes two seconds. */
const patienceMs = 20_000;

let synced: SyncedNavi;
let host: HostedNavi;

beforeAll(async () => {
  synced = await syncedNavi();
  const folder = join(synced.folder, 'work');
  mkdirSync(join(folder, 'folder'), { recursive: true });
  writeFileSync(
    join(folder, 'manifest.yaml'),
    'apiVersion: v1\nkind: Pod\nmetadata: {name: pod-0, namespace: default}\n',
  );
  host = hostNavi(folder, synced.environment());
});
afterAll(async () => {
  await host.stop();
  await synced.remove();
});

/** What no user is to see: of Node, of JavaScript, of a bug; "undefined variable" is what Go says of a template. */
const foreign =
  /navi has a bug|\n\s+at .*[:)]|(?<![a-z])[A-Z][a-z]*Error\b|ERR_[A-Z]|\bE[A-Z]{4,}: |Cannot read prop|is not a function|call stack|SQLITE|undefined(?! variable)/;

/** What of an answer breaks the contract of every command; undefined where nothing does. */
function faultOf(args: readonly string[], { code, stderr, thrown, durationMs }: HostedResult): string | undefined {
  if (thrown !== undefined) return `nothing caught ${thrown}`;
  if (code === null) return `not over within ${durationMs} ms`;
  const codes = args.includes('get') ? [0, 1, 2, 4, 5, 6, 7] : [0, 2, 3, 4, 5, 6, 7];
  if (!codes.includes(code)) return `exit code ${code}`;
  const strange = foreign.exec(stderr)?.[0];
  if (strange !== undefined && !args.some((each) => each.includes(strange))) return `says ${JSON.stringify(strange)}`;
  if (code > 0 && stderr.trim() === '') return 'fails without a word';
  if (code < 2) return undefined;
  // A line below an expression may point at its character.
  if (!/^(Warning: .*\n)*error: [^A-Z\s].*\n( {2}(\S.*| *\^)\n)*$/.test(stderr)) return 'an error without its form';
  return steeringCharacters(stderr).length > 0 ? 'steers a terminal' : undefined;
}

async function expectAnswer(args: readonly string[]): Promise<HostedResult> {
  const result = await host.run(args, patienceMs);
  const told = `${JSON.stringify(args).slice(0, 1_000)}: exit ${result.code}\n${result.stderr.slice(0, 1_000)}`;
  expect(faultOf(args, result), told).toBeUndefined();
  return result;
}

test(
  `any command line ends soon, in an answer or a clear error: ${runCount} of them`,
  { timeout: 3_600_000 },
  async () => {
    const property = fc.asyncProperty(commandVectors, async (args) => void (await expectAnswer(args)));
    await fc.assert(property, { numRuns: runCount, seed });
  },
);

test('no command line steers the terminal on which it runs', { timeout: 120_000 }, async () => {
  // What is asked to be coloured is.
  const plain = commandVectors.filter((args) => !args.some((each) => /always|color/.test(each)));
  const file = synced.file('lines.json', JSON.stringify(fc.sample(plain, { numRuns: 100, seed: seed + 1 })));
  const line = hostedLines(file)
    .map((word) => `'${word}'`)
    .join(' ');
  const { stdout, code } = await synced.execute('script', ['-qec', line, '/dev/null'], {
    TERM: 'xterm',
    NO_COLOR: '1',
  });
  expect(code).toBe(0);
  expect(stdout).toContain('unknown flag');
  expect(steeringCharacters(stdout.replaceAll('\r\n', '\n'))).toEqual([]);
});

const times = (count: number, text: (index: number) => string, separator = ''): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(separator);

describe('a text that grows beyond all measure', () => {
  test.each<[string, readonly string[], RegExp | undefined]>([
    ['a selector that says one thing often', ['-l', times(50_000, () => 'a', ',')], undefined],
    ['a selector of many labels', ['-l', times(1_000, (index) => `!a${index}`, ',')], undefined],
    ['a selector of too many labels', ['-l', times(3_000, (index) => `!a${index}`, ',')], /3000 conditions/],
    [
      'a selector of too many fields',
      ['--field-selector', times(3_000, (i) => `spec.nodeName!=a${i}`, ',')],
      /3000 cond/,
    ],
    ['a list of many values', ['-l', `app in (${times(15_000, (index) => `x${index}`, ',')})`], undefined],
    ['a selector of brackets', ['-l', '('.repeat(100_000)], /unable to parse|Unable to find/],
    ['ranges in ranges', ['-o', `jsonpath=${'{range .items[*]}'.repeat(5_000)}`], /ranges lie in each other/],
    ['a filter in a filter', ['-o', `jsonpath={.items${'[?(@.a'.repeat(2_000)}${')]'.repeat(2_000)}}`], undefined],
    ['a slice beyond all numbers', ['-o', `jsonpath={.items[0:${'9'.repeat(300)}]}`], /error/],
    ['a template that prints for ever', ['-o', `go-template={{range 90000000}}${'x'.repeat(9_999)}{{end}}`], /128 MiB/],
    [
      'a template in itself',
      ['-o', 'go-template={{define "t"}}{{template "t"}}{{end}}{{template "t"}}'],
      /maximum template/,
    ],
    ['a template of brackets', ['-o', `go-template={{${'('.repeat(50_000)}.${')'.repeat(50_000)}}}`], /error parsing/],
    [
      'conditions in conditions',
      ['-o', `go-template=${'{{if .}}'.repeat(5_000)}${'{{end}}'.repeat(5_000)}`],
      undefined,
    ],
    ['a number of many digits', ['-o', 'go-template={{printf "%999999999d|%.999999999f" 1 1.5}}'], undefined],
    [
      'very many columns',
      ['-o', `custom-columns=${times(3_000, (index) => `A${index}:.metadata.name`, ',')}`],
      undefined,
    ],
    ['very many labels', ['-L', times(20_000, () => 'app', ',')], undefined],
    ['a sort key of brackets', ['--sort-by', '{'.repeat(50_000)], undefined],
  ])('ends in an answer: %s', { timeout: 60_000 }, async (_what, flags, says) => {
    const { stderr } = await expectAnswer(['get', 'pods', '-o', 'name', ...flags]);
    if (says !== undefined) expect(stderr).toMatch(says);
  });

  test.each<[string, readonly string[]]>([
    ['a pattern of braces', ['get', '-f', '{1..9}{1..9}{1..9}{1..9}{1..9}{1..9}{1..9}']],
    ['a pattern of stars', ['get', '-f', `${'*a'.repeat(10_000)}`]],
    ['a pattern of folders', ['get', '-f', '**/'.repeat(5_000)]],
    ['very many types', ['get', times(20_000, () => 'pods', ',')]],
    ['very many names', ['get', ...Array.from({ length: 5_000 }, (_, index) => `pod/pod-${index}`)]],
    ['very many contexts', ['status', ...Array.from({ length: 10_000 }, () => '--context=nope')]],
    ['a term of many words', ['search', 'ab '.repeat(40_000)]],
  ])('ends in an answer: %s', { timeout: 60_000 }, async (_what, args) => void (await expectAnswer(args)));
});

test.each<{ readonly args: readonly string[] }>(
  [
    ['zzq'],
    ['get', 'zzq'],
    ['get', 'pod', 'zzq'],
    ['get', 'pods', '--zzq'],
    ['get', 'pods', '-o', 'zzq'],
    ['get', 'pods', '-l', 'zzq in'],
    ['get', 'pods', '--field-selector', 'zzq=1'],
    ['get', 'pods', '--context', 'zzq'],
    ['get', 'pods', '--chunk-size', 'zzq'],
    ['get', 'pods', '--max-age', 'zzq'],
    ['get', 'pods', '--no-headers=zzq'],
    ['get', '-f', 'zzq'],
    ['search', 'a', '--limit', 'zzq'],
    ['search', 'a', '--color', 'zzq'],
    ['search', 'a', 'kind:zzq'],
    ['get', '@zzq'],
    ['get', '@a', '--filters', 'zzq'],
    ['filter', 'zzq'],
    ['filter', 'list', 'zzq'],
    ['filter', 'show', 'zzq'],
    ['filter', 'save', 'a', 'pods', '--zzq'],
    ['filter', 'import', 'zzq'],
    ['sql', 'zzq'],
    ['sql', 'select zzq from pods'],
    ['sql', 'select name from zzq'],
    ['sql', 'select 1', '--param', 'zzq'],
    ['sql', 'select 1', '--timeout', 'zzq'],
    ['types', 'zzq'],
    ['tree', 'zzq/zzq'],
    ['status', '-o', 'zzq'],
    ['status', '--context', 'zzq'],
    ['sync', '--zzq'],
    ['help', 'zzq'],
    ['zzq', '--help'],
  ].map((args) => ({ args })),
)('what is wrong is named: $args', async ({ args }) => {
  const { code, stderr } = await expectAnswer(args);
  expect(code).toBeGreaterThan(0);
  expect(stderr).toContain('zzq');
});
