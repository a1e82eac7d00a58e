import type { ArgumentKind, ValueKind } from './value-kinds.ts';

/** A flag as completion knows it. */
export interface FlagFacts {
  readonly name: string;
  readonly letter: string;
  /** `switch` takes no value; a list has every value there is. */
  readonly kind: ValueKind | 'switch' | readonly string[];
  readonly isRepeatable: boolean;
  /** Refused, or taken without effect: known, and not offered. */
  readonly isHidden: boolean;
  readonly summary: string;
}

/** A command as completion knows it. */
export interface CommandFacts {
  readonly summary: string;
  /** Kinds of its arguments in their order; the last one holds for all that follow where they repeat. */
  readonly args: readonly ArgumentKind[];
  readonly repeats: boolean;
  readonly flags: readonly FlagFacts[];
}

/** All that completion knows without looking into a store. It is made when navi is built. */
export interface CommandTable {
  /** By name as it is typed: `get`, `config set`. A command that only stands before others is there too. */
  readonly commands: Readonly<Record<string, CommandFacts>>;
  /** Keys of config.toml with what each says, and whether it is on or off. */
  readonly settings: readonly (readonly [key: string, says: string, kind: 'switch' | 'other'])[];
}

/** The file that the build makes of the table, in the folder of the package. */
export const tableFile = 'dist/complete/commands.json';
