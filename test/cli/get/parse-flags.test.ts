import { describe, expect, test } from 'vitest';
import { getFlags } from '../../../src/cli/get/flag-table.ts';
import { ofLogs } from '../../../src/cli/logs/log-flags.ts';
import { commandLine, flagWords, readGetFlags, type GetCommandLine } from '../../../src/cli/get/parse-flags.ts';

const parseGetFlags = (argv: readonly string[]): GetCommandLine => commandLine(readGetFlags(argv));

/** The message of the error that a command line ends in. */
function refusal(...argv: readonly string[]): string {
  try {
    parseGetFlags(argv);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`${argv.join(' ')} is taken`);
}

const usage = "\nSee 'kubectl get --help' for usage.";

describe('flags', () => {
  test.each([
    '-owide',
    '-o wide',
    '-o=wide',
    '--output wide',
    '--output=wide',
    '-Aowide',
    '-Ao wide',
    '-Ao=wide',
    '-o json -o wide',
  ])('reads the value of a letter in every form: %s', (typed) => {
    const line = parseGetFlags([...typed.split(' '), 'pods']);
    expect(line.text('output')).toBe('wide');
    expect(line.isOn('all-namespaces')).toBe(typed.startsWith('-A'));
    expect(line.args).toEqual(['pods']);
  });

  test('takes flags behind arguments, and nothing behind -- as a flag', () => {
    const line = parseGetFlags(['pods', '-A', 'web', '--', '-l', 'x', '-']);
    expect(line.args).toEqual(['pods', 'web', '-l', 'x', '-']);
    expect(line.isOn('all-namespaces')).toBe(true);
    expect(line.text('selector')).toBe('');
  });

  test('takes - and the empty text as arguments', () => {
    expect(parseGetFlags(['-', '']).args).toEqual(['-', '']);
  });

  test.each([
    ['--show-labels', true],
    ['--show-labels=true', true],
    ['--show-labels=T', true],
    ['--show-labels=1', true],
    ['--show-labels=False', false],
    ['--show_labels', true],
  ])('reads the boolean %s', (argument, isOn) => {
    expect(parseGetFlags([argument]).isOn('show-labels')).toBe(isOn);
  });

  test('leaves the word behind a boolean to the arguments', () => {
    const line = parseGetFlags(['--no-headers', 'false']);
    expect(line.isOn('no-headers')).toBe(true);
    expect(line.args).toEqual(['false']);
  });

  test('has booleans that are on unless they are switched off', () => {
    expect(parseGetFlags([]).isOn('server-print')).toBe(true);
    expect(parseGetFlags(['--server-print=false']).isOn('server-print')).toBe(false);
  });

  test('adds lists up, split as CSV', () => {
    const line = parseGetFlags(['-L', 'a,b', '-L', '"c,d",e', '-L', '', '--as-group', 'x,y', '--as-group=z']);
    expect(line.list('label-columns')).toEqual(['a', 'b', 'c,d', 'e']);
    expect(line.list('as-group')).toEqual(['x,y', 'z']);
  });

  test.each([
    [['--bogus'], 'error: unknown flag: --bogus'],
    [['--bogus=1'], 'error: unknown flag: --bogus'],
    [['-zA'], "error: unknown shorthand flag: 'z' in -zA"],
    [['-Az'], "error: unknown shorthand flag: 'z' in -z"],
    [['-o'], "error: flag needs an argument: 'o' in -o"],
    [['-Ao'], "error: flag needs an argument: 'o' in -o"],
    [['--sort-by'], 'error: flag needs an argument: --sort-by'],
    [['--=x'], 'error: bad flag syntax: --=x'],
    [['---x'], 'error: bad flag syntax: ---x'],
    [
      ['--show-labels=maybe'],
      'error: invalid argument "maybe" for "--show-labels" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
    [
      ['-A=x'],
      'error: invalid argument "x" for "-A, --all-namespaces" flag: strconv.ParseBool: parsing "x": invalid syntax',
    ],
    [
      ['--chunk-size', '1.5'],
      'error: invalid argument "1.5" for "--chunk-size" flag: strconv.ParseInt: parsing "1.5": invalid syntax',
    ],
    [
      ['--chunk-size=9223372036854775808'],
      'error: invalid argument "9223372036854775808" for "--chunk-size" flag: strconv.ParseInt: parsing "9223372036854775808": value out of range',
    ],
    [
      ['-L', 'a"b'],
      String.raw`error: invalid argument "a\"b" for "-L, --label-columns" flag: parse error on line 1, column 2: bare " in non-quoted-field`,
    ],
    [
      ['-L', '"a'],
      String.raw`error: invalid argument "\"a" for "-L, --label-columns" flag: parse error on line 1, column 3: extraneous or missing " in quoted-field`,
    ],
  ])('refuses %j as kubectl does', (argv, message) => {
    expect(refusal(...argv)).toBe(message + usage);
  });

  test.each(['9223372036854775807', '-9223372036854775808', '0x1F', '1_000', '010', '0'])(
    'takes the whole number %s',
    (value) => {
      expect(parseGetFlags([`--chunk-size=${value}`]).text('chunk-size')).toBe(value);
    },
  );
});

test('flagWords gives words that mean what was typed', () => {
  const typed = ['-L', 'a', '--label_columns=b,c', '--no-headers=0', 'pods', '-l', 'x in (a)'];
  const flags = readGetFlags([...typed, '-Ao=wide', '--', '-x', '-']);
  const words = flagWords(flags);
  expect(words).toEqual([
    '--label-columns=a',
    '--label-columns=b,c',
    '--no-headers=0',
    '--selector=x in (a)',
    '--all-namespaces',
    '--output=wide',
    '--',
    'pods',
    '-x',
    '-',
  ]);
  expect(readGetFlags(words)).toEqual(flags);
  expect(flagWords(readGetFlags(['pods', '-A', '-']))).toEqual(['--all-namespaces', 'pods', '-']);
});

// As kubectl 1.36 says it of a duration of its own.
test.each([
  ['5', 'time: missing unit in duration "5"'],
  ['3x', 'time: unknown unit "x" in duration "3x"'],
  ['', 'time: invalid duration ""'],
  ['-', 'time: invalid duration "-"'],
  ['soon', 'time: invalid duration "soon"'],
  ['1.5h2', 'time: missing unit in duration "1.5h2"'],
])('logs does not take --since=%s', (value, why) => {
  const line = `invalid argument ${JSON.stringify(value)} for "--since" flag: ${why}`;
  const text = `error: ${line}\nSee 'kubectl logs --help' for usage.`;
  expect(() => readGetFlags([`--since=${value}`], ofLogs)).toThrow(text);
});

test.each(['0', '+5m', '1h30m', '.5s', '3µs'])('logs takes --since=%s', (value) => {
  expect(commandLine(readGetFlags([`--since=${value}`], ofLogs), ofLogs).text('since')).toBe(value);
});

describe('getFlags', () => {
  test('have names and letters of their own', () => {
    const names = getFlags.map((flag) => flag.name);
    const letters = getFlags.flatMap((flag) => flag.letter ?? []);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(letters).size).toBe(letters.length);
  });
});
