import type { Environment } from '@marcbachmann/cel-js';
import type { CelChecker, CelContext, CelEvaluator, CelType } from '../cel-internals.ts';
import type { CelNode } from '../cel-library.ts';
import { celFailure } from './cel-failure.ts';
import { celMap } from './cel-map.ts';
import { checkBool, isTrue, variableName, type Macro, type MacroCall } from './macro-parts.ts';
import { membersOf } from './values.ts';

/** An index and its value, or a key and its value. The context has both as variables; it is to be used at once. */
interface Entry {
  readonly key: unknown;
  readonly context: CelContext;
}

/** A list or map that a macro goes through, and the two variables that it binds for each entry. */
class Loop {
  readonly #range: CelNode;
  readonly #names: readonly [string, string];
  /** Known with the types: with the first variable, and with both. */
  #contexts: readonly [CelContext, CelContext] | undefined;

  constructor({ receiver, args: [first, second] }: MacroCall) {
    this.#range = receiver;
    this.#names = [variableName(first), variableName(second)];
  }

  check(checker: CelChecker, context: CelContext): CelContext {
    const dyn = checker.getType('dyn');
    const { kind, keyType = dyn, valueType = dyn } = checker.check(this.#range, context);
    if (kind !== 'list' && kind !== 'map' && kind !== 'dyn') throw this.#wrongRange(checker);
    const outer = context.forkWithVariable(this.#names[0], kind === 'list' ? checker.getType('int') : keyType);
    const inner = outer.forkWithVariable(this.#names[1], valueType);
    this.#contexts = [outer, inner];
    return inner;
  }

  *entries(evaluator: CelEvaluator, context: CelContext): Generator<Entry> {
    const range = evaluator.run(this.#range, context);
    const members = Array.isArray(range) ? range.map((each, at) => [BigInt(at), each] as const) : membersOf(range);
    if (members === undefined) throw this.#wrongRange(evaluator);
    const [outer, inner] = this.#contexts ?? [];
    if (outer === undefined || inner === undefined) return;
    for (const [key, value] of members) {
      const before = outer.reuse(context).setIterValue(key, evaluator);
      yield { key, context: inner.reuse(before).setIterValue(value, evaluator) };
    }
  }

  #wrongRange(by: CelChecker | CelEvaluator): Error {
    return by.createError('invalid_comprehension_range', 'this is neither a list nor a map', this.#range);
  }
}

/** What a macro makes of its entries. */
type Outcome = (entries: Iterable<Entry>, evaluator: CelEvaluator, body: CelNode) => unknown;

/** `range.all(i, v, condition)` and its like. */
function quantifier(outcome: Outcome) {
  return (call: MacroCall): Macro => {
    const loop = new Loop(call);
    const body = call.args[2] ?? call.receiver;
    return {
      typeCheck: (checker, _macro, context) => {
        checkBool(checker, body, loop.check(checker, context));
        return checker.getType('bool');
      },
      evaluate: (evaluator, _macro, context) => outcome(loop.entries(evaluator, context), evaluator, body),
      async: false,
    };
  };
}

/** `range.transformList(i, v, value)` and its like, also with a condition before the value. */
function transform(type: 'list' | 'map', outcome: Outcome) {
  return (call: MacroCall): Macro => {
    const loop = new Loop(call);
    const [condition, body] = call.args.length === 4 ? call.args.slice(2) : [undefined, call.args[2]];
    if (body === undefined) throw new Error('a macro without a value');
    return {
      typeCheck: (checker: CelChecker, _macro: unknown, context: CelContext): CelType => {
        const inner = loop.check(checker, context);
        if (condition !== undefined) checkBool(checker, condition, inner);
        checker.check(body, inner);
        return checker.getType(type);
      },
      evaluate: (evaluator, _macro, context) => {
        const wanted = function* (): Generator<Entry> {
          for (const entry of loop.entries(evaluator, context)) {
            if (condition === undefined || isTrue(evaluator, condition, entry.context)) yield entry;
          }
        };
        return outcome(wanted(), evaluator, body);
      },
      async: false,
    };
  };
}

/** True where an entry has the wanted value. What fails counts only where none has. */
function isAny(wanted: boolean): Outcome {
  return (entries, evaluator, body) => {
    let failure: unknown;
    for (const { context } of entries) {
      try {
        if (isTrue(evaluator, body, context) === wanted) return wanted;
      } catch (error) {
        failure ??= error;
      }
    }
    if (failure !== undefined) throw failure as Error;
    return !wanted;
  };
}

const isOne: Outcome = (entries, evaluator, body) =>
  Array.from(entries, ({ context }) => isTrue(evaluator, body, context)).filter(Boolean).length === 1;

const toList: Outcome = (entries, evaluator, body) =>
  Array.from(entries, ({ context }) => evaluator.run(body, context));

const toMap: Outcome = (entries, evaluator, body) =>
  celMap(Array.from(entries, ({ key, context }) => [key, evaluator.run(body, context)]));

const toMapOfEntries: Outcome = (entries, evaluator, body) =>
  celMap(
    Array.from(entries, ({ context }) => {
      const members = membersOf(evaluator.run(body, context));
      if (members === undefined) throw celFailure('an entry of a map is a map');
      return Array.from(members);
    }).flat(),
  );

/** CEL's macros with two variables (Kubernetes 1.36 has them): index and value of lists, key and value of maps. */
export function registerLoopMacros(environment: Environment): void {
  const macro = (signature: string, expand: (call: MacroCall) => Macro): void => {
    environment.registerFunction(signature, expand);
  };
  macro('list.all(ast, ast, ast): bool', quantifier(isAny(false)));
  macro('list.exists(ast, ast, ast): bool', quantifier(isAny(true)));
  macro('list.exists_one(ast, ast, ast): bool', quantifier(isOne));
  macro('list.existsOne(ast, ast, ast): bool', quantifier(isOne));
  for (const parameters of ['ast, ast, ast', 'ast, ast, ast, ast']) {
    macro(`list.transformList(${parameters}): list`, transform('list', toList));
    macro(`list.transformMap(${parameters}): map`, transform('map', toMap));
    macro(`list.transformMapEntry(${parameters}): map`, transform('map', toMapOfEntries));
  }
}
