import type { Path } from './toml-document.ts';

/** What a value may be. */
export interface Kind<T> {
  /** Reads on from `must be`. */
  readonly wanted: string;
  /** JSON Schema of the value, draft 2020-12. */
  readonly form: Readonly<Record<string, unknown>>;
  /** The value as navi uses it. @throws WrongValue */
  readonly read: (value: unknown, path: Path) => T;
  /** What a variable of the environment says, as the file would. */
  readonly fromText: (text: string) => unknown;
}

/** One thing that can be set. */
export interface Setting<T> {
  readonly node: 'setting';
  readonly kind: Kind<T>;
  /** As the file would write it; null where leaving the key out is the only way to say it. */
  readonly default: unknown;
  /** The value where nobody sets it. */
  readonly value: T;
  /** What it does, in a sentence or two for people. */
  readonly says: string;
  /** The variable that takes the place of the file; undefined: named after the key (`variableOf`); null: there is none. */
  readonly variable: string | null | undefined;
}

/** A table with keys of its own. */
export interface Section<S extends Shape> {
  readonly node: 'section';
  readonly keys: S;
  readonly says: string;
}

/** A table whose keys are names, each with a table of the same keys, every one of which may be left out. */
export interface Named<S extends Shape> {
  readonly node: 'named';
  /** What a name stands for, with its article: `a context`. */
  readonly one: string;
  /** What a name must look like; undefined: anything. */
  readonly pattern: RegExp | undefined;
  readonly keys: S;
  readonly says: string;
}

/** Keys of a table. */
export type Shape = { readonly [key: string]: Setting<unknown> | Section<Shape> | Named<Shape> };

/** What a table of this shape settles, by its keys. */
export type Values<S extends Shape> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T>
    ? T
    : S[K] extends Section<infer Keys>
      ? Values<Keys>
      : S[K] extends Named<infer Keys>
        ? ReadonlyMap<string, Partial<Values<Keys>>>
        : never;
};

/** A setting. @param given its default, as the file would write it @throws WrongValue for a default of another kind */
export function setting<T>(
  kind: Kind<T>,
  given: unknown,
  says: string,
  { variable }: { readonly variable?: string | null } = {},
): Setting<T> {
  return { node: 'setting', kind, default: given, value: kind.read(given, []), says, variable };
}

/** A table. */
export function section<S extends Shape>(says: string, keys: S): Section<S> {
  return { node: 'section', keys, says };
}

/** A table of tables by name. */
export function named<S extends Shape>(
  one: string,
  says: string,
  keys: S,
  { pattern }: { readonly pattern?: RegExp } = {},
): Named<S> {
  return { node: 'named', one, pattern, keys, says };
}

/** The variable of the environment that takes the place of a key of the file, undefined where none does: `NAVI_DAEMON_METRICS_PORT` of `daemon.metrics_port`. */
export function variableOf(of: Setting<unknown>, path: Path): string | undefined {
  if (of.variable === null) return undefined;
  return of.variable ?? ['NAVI', ...path].join('_').toUpperCase();
}
