/**
 * The values that `--sort-by` compares, as kubectl 1.36 holds them: what a field, an index or a filter gave is one kind
 * whatever it is, while what a template made itself, or a descent passed, has the kind of its Go type. The kinds have
 * rules of their own, and most pairs of them end kubectl.
 */
import { int64Text } from '../core/go-number.ts';
import { goTypeName } from '../core/go-value-text.ts';
import { type Json, type RawJson, isJsonObject } from '../core/json.ts';
import type { JsonPathResult } from '../core/jsonpath/evaluate.ts';
import type { JsonPathNode } from '../core/jsonpath/template.ts';
import { noValue, templateType } from '../core/jsonpath/unlike-json.ts';
import { type Quantity, compareQuantities, parseQuantity } from '../core/quantity.ts';
import { compareUtf8 } from '../core/utf8-order.ts';

/** A value to sort by; the quantity is that of a string from an object which reads as one. */
export interface SortValue {
  readonly kind: SortKind;
  readonly value: Json;
  readonly quantity?: Quantity | undefined;
}

/** Go's name for a kind of value; `zero` is no value at all. */
export type SortKind =
  | 'interface'
  | 'string'
  | 'map'
  | 'slice'
  | 'int'
  | 'int64'
  | 'uint8'
  | 'float64'
  | 'bool'
  | 'zero';

/** Why a comparison ends kubectl: values without an order, or ones that make it crash. Never leaves the sort. */
export class IncomparableError extends Error {
  readonly crash: boolean;

  constructor(message: string, crash: boolean) {
    super(message);
    this.crash = crash;
  }
}

/** The first value of a template's first result, which alone counts; undefined when there is none. */
export function sortValueOf(result: JsonPathResult | undefined): SortValue | undefined {
  if (result?.kind === 'text') {
    return { kind: 'string', value: result.text };
  }
  const value = result?.values[0];
  if (result === undefined || value === undefined) {
    return undefined;
  }
  const kind = kindOf(value, result.steps);
  const quantity = kind === 'interface' && typeof value === 'string' ? parseQuantity(value) : undefined;
  return { kind, value, quantity };
}

/**
 * True when `first` comes before `second`: numbers by value, strings as quantities where both are, else by their
 * bytes, null before all else.
 * @throws IncomparableError
 */
export function isLess(first: SortValue, second: SortValue): boolean {
  switch (first.kind) {
    case 'interface':
      return lessInterface(first, second);
    case 'string':
      return compareUtf8(goString(first), goString(second)) < 0;
    case 'slice':
      return lessSlice(first, second);
    case 'int':
    case 'int64':
      return numberOf(first.value) < numberOf(demand(second, 'Int', ['int', 'int64']).value);
    case 'uint8':
      return numberOf(first.value) < numberOf(demand(second, 'Uint', ['uint8']).value);
    case 'float64':
      return numberOf(first.value) < numberOf(demand(second, 'Float', ['float64']).value);
    case 'map':
    case 'bool':
    case 'zero':
      throw new IncomparableError(`unsortable type: ${kindName(first)}`, false);
  }
}

/** The kind's name in kubectl's message about a value that cannot be sorted. */
export function kindName({ kind }: SortValue): string {
  return kind === 'zero' ? 'invalid' : kind;
}

function kindOf(value: Json, steps: readonly JsonPathNode[]): SortKind {
  const last = steps.at(-1);
  switch (last?.kind) {
    case 'field':
    case 'slice':
    case 'filter':
      return 'interface';
    case 'wildcard':
      return templateType(value) ?? 'interface';
    case 'action':
    case 'identifier':
    case 'literal':
    case 'recursive':
    case 'text':
    case 'union':
    case undefined:
      return concreteKind(value);
  }
}

function concreteKind(value: Json): SortKind {
  if (value === noValue) {
    return 'zero';
  }
  if (typeof value === 'string' || typeof value === 'boolean') {
    return typeof value === 'string' ? 'string' : 'bool';
  }
  if (Array.isArray(value) || isJsonObject(value)) {
    return Array.isArray(value) ? 'slice' : 'map';
  }
  return templateType(value) ?? (isInteger(value) ? 'int64' : 'float64');
}

function lessInterface(first: SortValue, second: SortValue): boolean {
  demand(second, 'IsNil', ['interface', 'map', 'slice']);
  if (first.value === null || second.value === null) {
    return first.value === null && second.value !== null;
  }
  const type = goTypeName(first.value);
  if (type !== 'string' && type !== 'int64' && type !== 'float64') {
    throw new IncomparableError(`unsortable type: ${type}`, false);
  }
  if (type !== goTypeName(second.value)) {
    throw new IncomparableError('unsortable interface: interface', false);
  }
  if (typeof first.value !== 'string' || typeof second.value !== 'string') {
    return numberOf(first.value) < numberOf(second.value);
  }
  return first.quantity === undefined || second.quantity === undefined
    ? compareUtf8(first.value, second.value) < 0
    : compareQuantities(first.quantity, second.quantity) < 0;
}

/** True when every item is less than its counterpart, as long as both have one. */
function lessSlice(first: SortValue, second: SortValue): boolean {
  const items = first.value as readonly Json[];
  demand(second, 'Len', ['slice', 'map', 'string']);
  demand(second, 'Index', ['slice', 'string']);
  if (second.kind === 'string') {
    throw crash('IsNil', 'uint8');
  }
  const others = second.value as readonly Json[];
  return items.slice(0, others.length).every((item, index) => isLess(fieldValue(item), fieldValue(others[index])));
}

function fieldValue(value: Json | undefined): SortValue {
  const steps: readonly JsonPathNode[] = [{ kind: 'wildcard' }];
  return sortValueOf({ kind: 'values', values: [value ?? null], steps }) ?? { kind: 'interface', value: null };
}

function demand(value: SortValue, method: string, kinds: readonly SortKind[]): SortValue {
  if (!kinds.includes(value.kind)) {
    throw crash(method, value.kind);
  }
  return value;
}

function crash(method: string, kind: SortKind): IncomparableError {
  return new IncomparableError(`reflect: call of reflect.Value.${method} on ${kind} Value`, true);
}

/** A string, or what Go makes of another kind where it wants one. */
function goString({ kind, value }: SortValue): string {
  if (kind === 'string') {
    return typeof value === 'string' ? value : '';
  }
  const names: Partial<Record<SortKind, string>> = {
    interface: 'interface {}',
    map: 'map[string]interface {}',
    slice: '[]interface {}',
    zero: 'invalid',
  };
  return `<${names[kind] ?? kind} Value>`;
}

function isInteger(value: Json): boolean {
  return int64Text(value as number | RawJson) !== undefined;
}

function numberOf(value: Json): number | bigint {
  if (typeof value === 'number') {
    return value;
  }
  const digits = int64Text(value as RawJson);
  return digits === undefined ? Number((value as RawJson).rawJSON) : BigInt(digits);
}
