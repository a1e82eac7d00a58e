import { Optional, type Environment } from '@marcbachmann/cel-js';
import type { CelChecker, CelContext, CelEvaluator, CelType } from '../cel-internals.ts';
import type { CelNode } from '../cel-library.ts';
import { celFailure } from './cel-failure.ts';
import { variableName, type Macro, type MacroCall } from './macro-parts.ts';
import { compareValues, orderedValues } from './values.ts';

/** What is given to an expression with one variable, and what comes out. */
interface Binding {
  /** The kind of the receiver: its value type is that of the variable. */
  readonly of: 'list' | 'optional';
  /** @param valueOf the expression's value where the variable has this one */
  readonly result: (receiver: unknown, valueOf: (value: unknown) => unknown) => unknown;
}

/** `receiver.name(variable, expression)`. */
function bindingMacro({ of, result }: Binding) {
  return ({ args: [variable, body], receiver }: MacroCall): Macro => {
    const name = variableName(variable);
    if (body === undefined) throw new Error('a macro without a value');
    let inner: CelContext | undefined;
    return {
      typeCheck: (checker: CelChecker, _macro: unknown, context: CelContext): CelType => {
        const type = checker.check(receiver, context);
        if (type.kind !== of && type.kind !== 'dyn') throw wrong(checker, of, receiver);
        inner = context.forkWithVariable(name, type.valueType ?? checker.getType('dyn'));
        checker.check(body, inner);
        return checker.getType(of);
      },
      evaluate: (evaluator: CelEvaluator, _macro: unknown, context: CelContext): unknown => {
        const value = evaluator.run(receiver, context);
        if (of === 'list' ? !Array.isArray(value) : !(value instanceof Optional)) throw wrong(evaluator, of, receiver);
        return result(value, (each) =>
          inner === undefined ? undefined : evaluator.run(body, inner.reuse(context).setIterValue(each, evaluator)),
        );
      },
      async: false,
    };
  };
}

function wrong(by: CelChecker | CelEvaluator, of: string, receiver: CelNode): Error {
  return by.createError('invalid_argument', `this is no ${of}`, receiver);
}

function sortedBy(list: readonly unknown[], keyOf: (value: unknown) => unknown): readonly unknown[] {
  const keys = orderedValues(list.map(keyOf));
  const keyed = keys.map((key, index) => ({ key, value: list[index] }));
  return keyed.toSorted((a, b) => compareValues(a.key, b.key)).map(({ value }) => value);
}

/** CEL's macros with one variable that the library lacks: of optionals, and of Kubernetes' lists (apiserver 1.36). */
export function registerBindingMacros(environment: Environment): void {
  const macro = (signature: string, binding: Binding): void => {
    environment.registerFunction(signature, bindingMacro(binding));
  };
  macro('list.sortBy(ast, ast): list', {
    of: 'list',
    result: (list, keyOf) => sortedBy(list as readonly unknown[], keyOf),
  });
  macro('optional.optMap(ast, ast): optional', {
    of: 'optional',
    result: (optional, valueOf) => mapped(optional as Optional, (value) => Optional.of(valueOf(value))),
  });
  macro('optional.optFlatMap(ast, ast): optional', {
    of: 'optional',
    result: (optional, valueOf) =>
      mapped(optional as Optional, (value) => {
        const made = valueOf(value);
        if (made instanceof Optional) return made;
        throw celFailure('optFlatMap makes an optional of a value');
      }),
  });
}

function mapped(optional: Optional, made: (value: unknown) => Optional): Optional {
  return optional.hasValue() ? made(optional.value()) : optional;
}
