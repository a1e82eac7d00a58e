/** The command line of `get`, or of another command of kubectl, as kubectl 1.36 reads it (pflag's rules): no value is looked at before all are read. */
import { goQuote } from '../../core/go-quote.ts';
import { kubectlError } from '../../errors/as-kubectl.ts';
import type { NaviError } from '../../errors/navi-error.ts';
import { getFlags, type GetFlag } from './flag-table.ts';
import { checkValue, listValues } from './flag-values.ts';

/** What was typed after the command, and what it means. */
export interface GetCommandLine {
  /** `get`, or the other command that this is of. */
  readonly command: string;
  /** Arguments that are no flags, in order. */
  readonly args: readonly string[];
  /** Value of a `text` flag, or its default. */
  text(name: string): string;
  isOn(name: string): boolean;
  /** Values of a `list` or `array` flag, in order. */
  list(name: string): readonly string[];
  isGiven(name: string): boolean;
}

/** What was typed, flags by their long names. */
export interface TypedFlags {
  readonly args: readonly string[];
  /** Each flag that is given, with its values in order. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

/** The flags of a command. */
export interface CommandFlags {
  readonly command: string;
  readonly byName: ReadonlyMap<string, GetFlag>;
  readonly byLetter: ReadonlyMap<string, GetFlag>;
}

/** The flags of a command as they are looked up. */
export function commandFlags(command: string, flags: readonly GetFlag[]): CommandFlags {
  return {
    command,
    byName: new Map(flags.map((flag) => [flag.name, flag])),
    byLetter: new Map(flags.flatMap((flag) => (flag.letter === undefined ? [] : ([[flag.letter, flag]] as const)))),
  };
}

const ofGet = commandFlags('get', getFlags);

/**
 * Flags may stand anywhere before `--`.
 * @throws NAVI_AS_KUBECTL with kubectl's text
 */
export function readGetFlags(argv: readonly string[], of: CommandFlags = ofGet): TypedFlags {
  const values = new Map<string, string[]>();
  const args: string[] = [];
  const rest = [...argv];
  const set = (flag: GetFlag, value: string): void => {
    const fault = checkValue(flag.kind, value);
    if (fault !== undefined) throw invalidValue(of, flag, { value, fault });
    values.set(flag.name, [...(values.get(flag.name) ?? []), value]);
  };
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === '--') {
      args.push(...rest.splice(0));
    } else if (argument.startsWith('--')) {
      readLong(of, argument, rest, set);
    } else if (argument.startsWith('-') && argument !== '-') {
      readLetters(of, argument, rest, set);
    } else {
      args.push(argument);
    }
  }
  return { args, values };
}

type Set = (flag: GetFlag, value: string) => void;

function readLong(of: CommandFlags, argument: string, rest: string[], set: Set): void {
  const [, typed = '', value] = /^--([^=]*)(?:=(.*))?$/s.exec(argument) ?? [];
  if (typed === '' || typed.startsWith('-')) throw usage(of, `bad flag syntax: ${argument}`);
  // kubectl takes the words of a name with `_` too.
  const flag = of.byName.get(typed.replaceAll('_', '-'));
  if (flag === undefined) throw usage(of, `unknown flag: --${typed}`);
  if (value !== undefined) return set(flag, value);
  if (flag.kind === 'boolean') return set(flag, 'true');
  if (flag.bare !== undefined) return set(flag, flag.bare);
  const next = rest.shift();
  if (next === undefined) throw usage(of, `flag needs an argument: --${flag.name}`);
  return set(flag, next);
}

/** `-Aowide`: letters of booleans, then one that takes what is left of the argument, or the next one. */
function readLetters(of: CommandFlags, argument: string, rest: string[], set: Set): void {
  for (let letters = argument.slice(1); letters !== '';) {
    const letter = letters[0] ?? '';
    const flag = of.byLetter.get(letter);
    if (flag === undefined) throw usage(of, `unknown shorthand flag: '${letter}' in -${letters}`);
    if (letters.length > 2 && letters[1] === '=') return set(flag, letters.slice(2));
    if (flag.kind !== 'boolean') {
      const next = letters.length > 1 ? letters.slice(1) : rest.shift();
      if (next === undefined) throw usage(of, `flag needs an argument: '${letter}' in -${letters}`);
      return set(flag, next);
    }
    set(flag, 'true');
    letters = letters.slice(1);
  }
}

/** What flags mean, with the defaults of those that are not given: the last one counts, lists add up. */
export function commandLine({ args, values }: TypedFlags, { command, byName }: CommandFlags = ofGet): GetCommandLine {
  const given = (name: string): readonly string[] => values.get(name) ?? [];
  const text = (name: string): string => given(name).at(-1) ?? byName.get(name)?.initial ?? '';
  return {
    command,
    args,
    text,
    isOn: (name) => isTrue(text(name)),
    list: (name) =>
      byName.get(name)?.kind === 'list' ? given(name).flatMap((value) => listValues(value)) : given(name),
    isGiven: (name) => values.has(name),
  };
}

/** The words of `get` that mean the same, flags first: each as `--name` or `--name=value`. */
export function flagWords({ args, values }: TypedFlags): readonly string[] {
  const flags = Array.from(values, ([name, all]) =>
    all.map((value) =>
      ofGet.byName.get(name)?.kind === 'boolean' && isTrue(value) ? `--${name}` : `--${name}=${value}`,
    ),
  );
  const hasDash = args.some((argument) => argument.startsWith('-') && argument !== '-');
  return [...flags.flat(), ...(hasDash ? ['--'] : []), ...args];
}

function isTrue(value: string): boolean {
  return ['1', 't', 'true'].includes(value.toLowerCase());
}

/** A value that a flag does not take, and why. */
interface BadValue {
  readonly value: string;
  readonly fault: string;
}

function invalidValue(of: CommandFlags, flag: GetFlag, { value, fault }: BadValue): NaviError {
  const name = flag.letter === undefined ? `--${flag.name}` : `-${flag.letter}, --${flag.name}`;
  return usage(of, `invalid argument ${goQuote(value)} for ${goQuote(name)} flag: ${fault}`);
}

function usage({ command }: CommandFlags, message: string): NaviError {
  return kubectlError(`${message}\nSee 'kubectl ${command} --help' for usage.`);
}
