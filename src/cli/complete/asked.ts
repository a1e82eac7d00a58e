import type { CommandFacts, CommandTable, FlagFacts } from './command-table.ts';
import type { ArgumentKind, ValueKind } from './value-kinds.ts';

/** A command line up to the word that is being typed. */
export interface TypedLine {
  /** Name of the command as the table has it; empty where none is typed yet, or an unknown one. */
  readonly command: string;
  readonly args: readonly string[];
  /** Flags by name with what was typed as their values, in order; a switch has empty ones. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
}

/** What is asked for where something is being typed. */
export interface Asked {
  readonly line: TypedLine;
  /** A list has every answer; `flags` are those that the command takes. */
  readonly kind: ValueKind | ArgumentKind | 'flags' | readonly string[];
  /** What is typed of it already. */
  readonly typed: string;
  /** Stands in the same word in front of what is typed: the letter of a flag, as in `-nshop`. */
  readonly lead: string;
}

const noFlags: TypedLine['flags'] = new Map();

/**
 * What is asked for by the words behind `navi`, the last of which is being typed and may be empty. Behind `--FLAG=` only the
 * value is asked for, as cobra has it: shells keep what stands before.
 */
export function readAsked(table: CommandTable, words: readonly string[]): Asked {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  // `navi help get` is `navi get --help`.
  const isHelp = before[0] === 'help';
  const named = isHelp ? before.slice(1) : before;
  const [first = '', second = ''] = named;
  const nothing = (kind: Asked['kind'], command = ''): Asked => {
    return { line: { command, args: [], flags: noFlags }, kind, typed, lead: '' };
  };
  if (named.length === 0) return typed.startsWith('-') ? nothing(isHelp ? 'none' : ['--help']) : nothing('commands');
  const pair = `${first} ${second}`;
  const command = Object.hasOwn(table.commands, pair) ? pair : first;
  const facts = Object.hasOwn(table.commands, command) ? table.commands[command] : undefined;
  if (facts === undefined) return nothing('none');
  const rest = named.slice(command === pair ? 2 : 1);
  if (isHelp) return nothing(rest.length === 0 && facts.args[0] === 'commands' ? 'commands' : 'none', command);
  return askedOf(table, { command, facts, rest, typed });
}

interface Place {
  readonly command: string;
  readonly facts: CommandFacts;
  /** The words behind the command's name but the last. */
  readonly rest: readonly string[];
  readonly typed: string;
}

function askedOf(table: CommandTable, { command, facts, rest, typed }: Place): Asked {
  const { args, flags, pending, isEnded } = readWords(facts, rest);
  // What follows the name of a filter is the command line of `navi get`; flags before the name are those of `filter save`.
  const get = table.commands['get'];
  if (facts.args[0] === 'saved' && args.length > 0 && get !== undefined) {
    return askedOf(table, { command: 'get', facts: get, rest: args.slice(1), typed });
  }
  const line = { command, args, flags };
  if (pending !== undefined) return { line, kind: pending.kind === 'switch' ? 'none' : pending.kind, typed, lead: '' };
  if (!isEnded && typed.startsWith('-')) {
    return typedValue(facts, line, typed) ?? { line, kind: 'flags', typed, lead: '' };
  }
  return { line, kind: argumentKind(facts, args.length), typed, lead: '' };
}

function argumentKind({ args, repeats }: CommandFacts, position: number): ArgumentKind {
  const kind = args[position] ?? (repeats ? args.at(-1) : undefined);
  // These look at all arguments themselves.
  if (args.length === 1 && ownPlaces.has(args[0] ?? 'none')) return args[0] ?? 'none';
  return kind ?? 'none';
}

const ownPlaces: ReadonlySet<ArgumentKind> = new Set(['resources', 'objects', 'one-object', 'log', 'usage', 'saved']);

interface ReadWords {
  readonly args: readonly string[];
  readonly flags: ReadonlyMap<string, readonly string[]>;
  /** The flag whose value follows. */
  readonly pending: FlagFacts | undefined;
  /** `--` was typed. */
  readonly isEnded: boolean;
}

function readWords(facts: CommandFacts, words: readonly string[]): ReadWords {
  const args: string[] = [];
  const flags = new Map<string, readonly string[]>();
  let pending: FlagFacts | undefined;
  let isEnded = false;
  const give = (flag: FlagFacts, value: string): void =>
    void flags.set(flag.name, [...(flags.get(flag.name) ?? []), value]);
  const saves = facts.args[0] === 'saved';
  for (const word of words) {
    // What stands behind the name of a filter is of `navi get`.
    if (isEnded || (saves && args.length > 0)) args.push(word);
    else if (pending !== undefined) {
      give(pending, word);
      pending = undefined;
    } else if (word === '--') isEnded = true;
    else if (!word.startsWith('-') || word === '-') args.push(word);
    else {
      const read = readFlags(facts, word);
      for (const flag of read.switches) give(flag, '');
      if (read.valued === undefined) continue;
      if (read.value === undefined) pending = read.valued;
      else give(read.valued, read.value);
    }
  }
  return { args, flags, pending, isEnded };
}

interface ReadFlags {
  readonly switches: readonly FlagFacts[];
  /** The one in the word that takes a value. */
  readonly valued: FlagFacts | undefined;
  /** What the word has of that value; undefined: it follows. */
  readonly value: string | undefined;
  /** What of the word stands before the value. */
  readonly lead: string;
}

/** A word of flags: `--name`, `--name=value`, `-wA`, `-nvalue`, `-n=value`. Unknown ones are passed over. */
function readFlags({ flags }: CommandFacts, word: string): ReadFlags {
  if (word.startsWith('--')) {
    const end = word.indexOf('=');
    const name = word.slice(2, end === -1 ? undefined : end);
    const flag = flags.find((each) => each.name === name);
    const value = end === -1 ? undefined : word.slice(end + 1);
    const lead = end === -1 ? word : word.slice(0, end + 1);
    if (flag === undefined) return { switches: [], valued: undefined, value, lead };
    return flag.kind === 'switch' && value === undefined
      ? { switches: [flag], valued: undefined, value, lead }
      : { switches: [], valued: flag, value, lead };
  }
  const switches: FlagFacts[] = [];
  for (let at = 1; at < word.length; at += 1) {
    const flag = flags.find(({ letter }) => letter === word[at]);
    if (flag === undefined) break;
    if (flag.kind !== 'switch') {
      const from = word[at + 1] === '=' ? at + 2 : at + 1;
      const value = from > word.length - 1 && from === at + 1 ? undefined : word.slice(from);
      return { switches, valued: flag, value, lead: word.slice(0, from) };
    }
    switches.push(flag);
  }
  return { switches, valued: undefined, value: undefined, lead: word };
}

/** The value that is typed in one word with its flag; undefined where none is. */
function typedValue(facts: CommandFacts, line: TypedLine, word: string): Asked | undefined {
  const { valued, value, lead } = readFlags(facts, word);
  if (valued === undefined || value === undefined) return undefined;
  const kind = valued.kind === 'switch' ? ['true', 'false'] : valued.kind;
  return { line, kind, typed: value, lead: lead.endsWith('=') ? '' : lead };
}
