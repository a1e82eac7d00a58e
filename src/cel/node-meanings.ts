import { Optional, type Environment } from '@marcbachmann/cel-js';
import { becomeLike, giveMeaning, type CelChecker, type CelContext, type CelType } from './cel-internals.ts';
import type { CelNode } from './cel-library.ts';
import { childrenOf } from './expression-walk.ts';
import { celFailure } from './functions/cel-failure.ts';
import { celMap } from './functions/cel-map.ts';
import { calledName, isNamespaced } from './functions/define.ts';
import { membersOf } from './functions/values.ts';
import type { SourceForm } from './source-form.ts';

/** What the meaning of a parsed expression depends on. */
export interface Meaning {
  readonly form: SourceForm;
  readonly environment: Environment;
  /** Any call of a function. */
  readonly call: CelNode;
}

/**
 * Gives a parsed expression the meaning that CEL's specification and Kubernetes have for it where the library's is another
 * one, or where it has none: quoted fields, functions with a namespace, `has`, lists and maps. It is changed in place.
 */
export function giveMeanings(node: CelNode, meaning: Meaning): void {
  const { form, environment, call } = meaning;
  for (const child of childrenOf(node)) giveMeanings(child, meaning);
  if (node.op === '.' || node.op === '.?') {
    const field = form.quotedFields.get(node.pos);
    if (field !== undefined) (node.args as [CelNode, string])[1] = field;
  }
  if (node.op === 'rcall') {
    const [name, receiver, args] = node.args;
    if (receiver.op === 'id' && isNamespaced(environment, receiver.args, name)) {
      becomeLike(node, call, [`${receiver.args}.${name}`, args]);
    } else (node.args as [string, CelNode, CelNode[]])[0] = calledName(environment, name, 'method');
    return;
  }
  if (node.op === 'call') {
    const [name, [field]] = node.args;
    if (name === 'has' && field !== undefined && node.args[1].length === 1) giveMeaning(node, hasMeaning(field));
    else (node.args as [string, CelNode[]])[0] = calledName(environment, name, 'function');
  }
  const isOptional = ({ start }: CelNode): boolean => form.optionalEntries.has(start);
  if (node.op === 'map') giveMeaning(node, mapMeaning(node.args, isOptional));
  if (node.op === 'list' && (node.args.length === 0 || node.args.some(isOptional))) {
    giveMeaning(node, listMeaning(node.args, isOptional));
  }
}

/** `has(a.b)`: what is before the last field may be any expression; the library takes names alone. */
function hasMeaning(field: CelNode): Parameters<typeof giveMeaning>[1] {
  return {
    typeCheck(checker, _meaning, context): CelType {
      if (field.op !== '.') throw checker.createError('invalid_macro_argument', 'has() invalid argument', field);
      checker.check(field.args[0], context);
      return checker.getType('bool');
    },
    evaluate: (evaluator, _meaning, context) =>
      field.op === '.' && hasField(evaluator.run(field.args[0], context), field.args[1]),
  };
}

function hasField(value: unknown, name: string): boolean {
  if (value instanceof Optional) return value.hasValue() && hasField(value.value(), name);
  return membersOf(value)?.get(name) !== undefined;
}

type IsOptional = (node: CelNode) => boolean;

/** Maps as the specification has them: keys keep their types, and each is given once. */
function mapMeaning(
  entries: readonly (readonly [CelNode, CelNode])[],
  isOptional: IsOptional,
): Parameters<typeof giveMeaning>[1] {
  return {
    typeCheck(checker, _meaning, context): CelType {
      const keys = entries.map(([key]) => checker.check(key, context).name);
      const values = entries.map(([key, value]) => elementType(checker, value, isOptional(key), context));
      return checker.getType(`map<${commonType(keys)}, ${commonType(values)}>`);
    },
    evaluate: (evaluator, _meaning, context) =>
      celMap(
        entries.flatMap(([key, value]) => {
          const made = evaluator.run(value, context);
          const [member] = isOptional(key) ? optionalValues(made) : [made];
          return member === undefined ? [] : [[evaluator.run(key, context), member] as const];
        }),
      ),
  };
}

/** Lists with elements that may be left out, and the empty list, which the library gives a type that nothing fits. */
function listMeaning(elements: readonly CelNode[], isOptional: IsOptional): Parameters<typeof giveMeaning>[1] {
  return {
    typeCheck(checker, _meaning, context): CelType {
      const types = elements.map((element) => elementType(checker, element, isOptional(element), context));
      return checker.getType(`list<${commonType(types)}>`);
    },
    evaluate: (evaluator, _meaning, context) =>
      elements.flatMap((element) => {
        const value = evaluator.run(element, context);
        return isOptional(element) ? optionalValues(value) : [value];
      }),
  };
}

function elementType(checker: CelChecker, node: CelNode, isOptional: boolean, context: CelContext): string {
  const type = checker.check(node, context);
  if (!isOptional) return type.name;
  if (type.kind !== 'optional' && type.kind !== 'dyn') {
    throw checker.createError('optional_expected', 'what stands behind a ? is an optional', node);
  }
  return type.valueType?.name ?? 'dyn';
}

function commonType(names: readonly string[]): string {
  const [first = 'dyn'] = names;
  return names.every((name) => name === first) ? first : 'dyn';
}

function optionalValues(value: unknown): readonly unknown[] {
  if (!(value instanceof Optional)) throw celFailure('what stands behind a ? is an optional');
  return value.hasValue() ? [value.value()] : [];
}
