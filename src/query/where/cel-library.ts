import { Environment, Optional, type ASTNode } from '@marcbachmann/cel-js';
import { registerAddressFunctions } from './functions/addresses.ts';
import { registerListFunctions } from './functions/lists.ts';
import { registerQuantityFunctions } from './functions/quantities.ts';
import { registerTextFunctions } from './functions/texts.ts';
import { registerUrlFunctions } from './functions/urls.ts';

/** An expression as it was parsed: positions are UTF-16 units of its text. */
export type CelNode = ASTNode;

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

let environment: Environment | undefined;

/**
 * Parses an expression of the Common Expression Language, with the functions that Kubernetes adds to it. Every name is a
 * variable: which ones there are is known only with the objects.
 * @throws what `celFault` reads
 */
export function parseCel(text: string): CelProgram {
  environment ??= makeEnvironment();
  return environment.parse(text);
}

/** What an optional has, undefined where it has nothing; any other value as it is. */
export function optionalValue(value: unknown): unknown {
  if (!(value instanceof Optional)) return value;
  return value.hasValue() ? value.value() : undefined;
}

/** Names of all functions and macros. */
export function celFunctionNames(): ReadonlySet<string> {
  environment ??= makeEnvironment();
  return new Set(environment.getDefinitions().functions.map(({ name }) => name));
}

/** What an error of the library says; undefined for any other error. */
export function celFault(error: unknown): CelFault | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('summary' in error)) return undefined;
  const { code, summary } = error;
  const { range, node } = error as { range?: { readonly start: number }; node?: { start: number; end: number } };
  return { code: String(code), summary: String(summary), start: range?.start ?? 0, part: node };
}

function makeEnvironment(): Environment {
  const made = new Environment({
    unlistedVariablesAreDyn: true,
    enableOptionalTypes: true,
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: 1_000_000, maxListElements: 100_000 },
  });
  for (const register of [
    registerAddressFunctions,
    registerListFunctions,
    registerQuantityFunctions,
    registerTextFunctions,
    registerUrlFunctions,
  ])
    register(made);
  return made;
}
