import { ParseError } from '@marcbachmann/cel-js';
import type { CelChecker, CelContext, CelEvaluator, CelType } from '../cel-internals.ts';
import type { CelNode } from '../cel-library.ts';

/** A macro as the parser finds it. */
export interface MacroCall {
  readonly args: readonly CelNode[];
  readonly receiver: CelNode;
}

/** What a macro is for the library. */
export interface Macro {
  typeCheck(checker: CelChecker, macro: unknown, context: CelContext): CelType;
  evaluate(evaluator: CelEvaluator, macro: unknown, context: CelContext): unknown;
  readonly async: false;
}

/** The name that a macro's argument gives to a variable. @throws what `celFault` reads */
export function variableName(node: CelNode | undefined): string {
  if (node?.op === 'id') return node.args;
  throw new ParseError({
    code: 'invalid_macro_argument',
    message: 'the first arguments of a macro name its variables',
    ...(node === undefined ? {} : { node }),
  });
}

/** @throws where the node cannot be a bool */
export function checkBool(checker: CelChecker, node: CelNode, context: CelContext): void {
  const type = checker.check(node, context);
  if (type.type !== 'bool' && type.kind !== 'dyn') {
    throw checker.createError('invalid_condition_type', `this is of type ${type.name}, not bool`, node);
  }
}

/** The value of a condition. @throws where it is no bool */
export function isTrue(evaluator: CelEvaluator, node: CelNode, context: CelContext): boolean {
  const value = evaluator.run(node, context);
  if (typeof value === 'boolean') return value;
  throw evaluator.createError('invalid_condition_type', 'the value is not true or false', node);
}
