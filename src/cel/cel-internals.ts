import type { CelNode } from './cel-library.ts';

/** A type as the library's checker has it. */
export interface CelType {
  /** `list`, `map`, `optional`, `dyn`, `primitive`, `message`, `param`. */
  readonly kind: string;
  /** `int`, `list`, `optional` … */
  readonly type: string;
  /** `int`, `list<int>` … */
  readonly name: string;
  readonly keyType?: CelType;
  readonly valueType?: CelType;
}

/** What the library hands to a macro before there are values. */
export interface CelChecker {
  check(node: CelNode, context: CelContext): CelType;
  getType(name: string): CelType;
  createError(code: string, message: string, node: CelNode): Error;
}

/** What the library hands to a macro with the values. */
export interface CelEvaluator {
  run(node: CelNode, context: CelContext): unknown;
  createError(code: string, message: string, node: CelNode): Error;
}

/** The variables that are known in a part of an expression: one more for each that a macro binds. */
export interface CelContext {
  forkWithVariable(name: string, type: CelType): CelContext;
  reuse(parent: CelContext): CelContext;
  setIterValue(value: unknown, evaluator: CelEvaluator): CelContext;
}

/** How a node is checked and evaluated instead of as its operator is. */
interface NodeMeaning {
  typeCheck(checker: CelChecker, meaning: unknown, context: CelContext): CelType;
  evaluate(evaluator: CelEvaluator, meaning: unknown, context: CelContext): unknown;
}

/** What nodes have besides what the library's types tell (8.0.0). */
interface NodeMeta {
  readonly meta: { readonly check: unknown; readonly evaluate: unknown };
  setMeta(key: 'check' | 'evaluate' | 'macro', value: unknown): unknown;
}

/** Gives a parsed node another meaning, as a macro does. */
export function giveMeaning(node: CelNode, meaning: NodeMeaning): void {
  (node as unknown as NodeMeta).setMeta('macro', meaning);
}

/** Makes a node what another one is: a call of a function where it was one of a method. */
export function becomeLike(node: CelNode, other: CelNode, args: unknown): void {
  const { check, evaluate } = (other as unknown as NodeMeta).meta;
  const changed = node as unknown as NodeMeta & { op: string; args: unknown };
  changed.setMeta('check', check);
  changed.setMeta('evaluate', evaluate);
  changed.op = other.op;
  changed.args = args;
}

/** Replaces what a node names. The library's nodes are read-only by type alone. */
export function rename(node: CelNode, name: string): void {
  (node as { args: unknown }).args = name;
}
