import type { CommandFacts, CommandTable, FlagFacts } from './command-table.ts';
import { argumentKinds, flagKind } from './value-kinds.ts';

/** What of oclif's manifest the table is made of. */
export interface ManifestCommand {
  readonly summary?: string;
  readonly strict?: boolean;
  readonly args: Readonly<Record<string, unknown>>;
  readonly flags: Readonly<Record<string, ManifestFlag>>;
}

/** A flag in oclif's manifest. */
export interface ManifestFlag {
  readonly name: string;
  readonly char?: string;
  readonly type: string;
  readonly description?: string;
  readonly helpValue?: string;
  readonly options?: readonly string[];
  readonly multiple?: boolean;
  readonly hidden?: boolean;
  readonly helpGroup?: string;
}

/** The table of these commands. @throws Error for a flag whose value has no kind, and for a command whose arguments have none */
export function makeCommandTable(
  commands: Readonly<Record<string, ManifestCommand>>,
  settings: CommandTable['settings'],
): CommandTable {
  const entries = Object.entries(commands).map(([id, command]): readonly [string, CommandFacts] => {
    const name = id.replaceAll(':', ' ');
    const args = takesArguments(command) ? argumentKinds[name] : [];
    if (args === undefined)
      throw new Error(`src/cli/complete/value-kinds.ts has no kinds for the arguments of ${name}`);
    const flags = Object.values(command.flags).map((flag) => flagFacts(name, flag));
    return [name, { summary: command.summary ?? '', args, repeats: command.strict === false, flags }];
  });
  return { commands: Object.fromEntries(entries), settings };
}

/** Some read their arguments themselves, and oclif knows of none. */
export function takesArguments({ args, strict }: ManifestCommand): boolean {
  return strict === false || Object.keys(args).length > 0;
}

function flagFacts(command: string, flag: ManifestFlag): FlagFacts {
  const { name, char = '', description = '', options, multiple = false, hidden = false } = flag;
  const kind = flag.type === 'boolean' ? 'switch' : (options ?? flagKind(flag));
  if (kind === undefined) {
    throw new Error(`src/cli/complete/value-kinds.ts has no kind for ${flag.helpValue} of ${command} --${name}`);
  }
  // The flags that are read as kubectl reads them say it in their words.
  const isRepeatable = multiple || /\brepeatable\b/.test(description);
  return { name, letter: char, kind, isRepeatable, isHidden: hidden, summary: hidden ? '' : description };
}
