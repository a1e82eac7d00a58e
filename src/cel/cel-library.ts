import { Environment, Optional, type ASTNode } from '@marcbachmann/cel-js';
import { Duration } from '@marcbachmann/cel-js/evaluator';
import { CellSpan } from './cell-value.ts';
import { typedName } from './functions/define.ts';
import { functionLibraries, type FunctionLibrary } from './functions/libraries.ts';
import { giveMeanings } from './node-meanings.ts';
import { sourceForm } from './source-form.ts';

/** An expression as it was parsed: positions are UTF-16 units of its text. */
export type CelNode = ASTNode;

/** A time span as expressions have it. */
export type CelDuration = Duration;

/** A parsed expression: gives its value for the variables, and throws what `celFault` reads. */
export interface CelProgram {
  (variables: Readonly<Record<string, unknown>>): unknown;
  readonly ast: CelNode;
  check(): { readonly valid: boolean; readonly type?: string | undefined; readonly error?: unknown };
}

/** What went wrong in an expression, and where. */
export interface CelFault {
  /** Of the library: `no_such_key`, `unknown_variable`, `no_such_overload` … */
  readonly code: string;
  readonly summary: string;
  /** The character that it is about. */
  readonly start: number;
  /** The part of the expression that failed, as far as the library says. */
  readonly part: { readonly start: number; readonly end: number } | undefined;
}

/**
 * The Common Expression Language with the functions that Kubernetes adds to it. Every name is a variable: which ones there
 * are is known only with the objects. A library of functions is registered with the first expression that names one.
 */
export class CelLanguage {
  readonly #environment = new Environment({
    unlistedVariablesAreDyn: true,
    enableOptionalTypes: true,
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: 1_000_000, maxListElements: 100_000 },
  });
  readonly #registered = new Set<FunctionLibrary>();

  /** @throws what `celFault` reads */
  parse(text: string): CelProgram {
    this.#register(({ words }) => words.test(text));
    const environment = this.#environment;
    const form = sourceForm(text);
    const program = environment.parse(form.text);
    giveMeanings(program.ast, { form, environment, call: environment.parse('size("")').ast });
    return program;
  }

  /** Names of all functions and macros. */
  functionNames(): ReadonlySet<string> {
    this.#register(() => true);
    const names = this.#environment.getDefinitions().functions.map(({ name }) => typedName(name));
    return new Set(names.map((name) => name.slice(name.indexOf('.') + 1)));
  }

  #register(isNeeded: (library: FunctionLibrary) => boolean): void {
    for (const library of functionLibraries) {
      if (this.#registered.has(library) || !isNeeded(library)) continue;
      library.register(this.#environment);
      this.#registered.add(library);
    }
  }
}

let language: CelLanguage | undefined;

/** Parses an expression. One with patterns can be evaluated after `loadPatterns`. @throws what `celFault` reads */
export function parseCel(text: string): CelProgram {
  language ??= new CelLanguage();
  return language.parse(text);
}

/** Names of all functions and macros. */
export function celFunctionNames(): ReadonlySet<string> {
  language ??= new CelLanguage();
  return language.functionNames();
}

/** What an optional has, undefined where it has nothing; any other value as it is. */
export function optionalValue(value: unknown): unknown {
  if (!(value instanceof Optional)) return value;
  return value.hasValue() ? value.value() : undefined;
}

/** What an error of the library says; undefined for any other error. */
export function celFault(error: unknown): CelFault | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('summary' in error)) return undefined;
  const { code, summary } = error;
  const { range, node } = error as { range?: { readonly start: number }; node?: { start: number; end: number } };
  return { code: String(code), summary: typedName(String(summary)), start: range?.start ?? 0, part: node };
}

/** A time span of whole milliseconds as expressions have it. */
export function celDuration(ms: number): Duration {
  const { seconds, nanos } = new CellSpan(ms);
  return new Duration(seconds, nanos);
}
