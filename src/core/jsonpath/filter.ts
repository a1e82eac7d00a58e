import { int64Text } from '../go-number.ts';
import { goValueText } from '../go-value-text.ts';
import { type Json, type RawJson, isJsonObject } from '../json.ts';
import { compareUtf8 } from '../utf8-order.ts';
import type { PathStep } from './steps.ts';
import type { JsonPathFilter, JsonPathNode } from './template.ts';
import { noValue } from './unlike-json.ts';

/** Walks the steps of one side of a filter. */
export type WalkSide = (input: readonly Json[], nodes: readonly JsonPathNode[]) => PathStep;

/** The items of every array in `input` for which the filter holds; an item without the left value is passed over. */
export function filterValues(input: readonly Json[], filter: JsonPathFilter, walkSide: WalkSide): PathStep {
  const values: Json[] = [];
  for (const value of input) {
    if (!Array.isArray(value)) {
      return {
        values: input,
        message: `${value === noValue ? '<invalid reflect.Value>' : goValueText(value)} is not array or slice and cannot be filtered`,
      };
    }
    for (const item of value as readonly Json[]) {
      const verdict = judge(item, filter, walkSide);
      if (typeof verdict !== 'boolean') {
        return { values: verdict.keepsFound ? values : input, message: verdict.message };
      }
      if (verdict) {
        values.push(item);
      }
    }
  }
  return { values };
}

interface Fault {
  readonly message: string;
  /** True when the step's values are those found so far, false when they are its input. */
  readonly keepsFound: boolean;
}

function judge(item: Json, filter: JsonPathFilter, walkSide: WalkSide): boolean | Fault {
  const lefts = walkSide([item], filter.left);
  if (filter.operator === 'exists') {
    return lefts.values.length > 0;
  }
  const left = single(lefts);
  if (left === undefined || 'message' in left) {
    return left ?? false;
  }
  const right = single(walkSide([item], filter.right));
  if (right === undefined || 'message' in right) {
    return right ?? false;
  }
  return compare(left.value, filter.operator, right.value);
}

function single(side: PathStep): { readonly value: Json } | Fault | undefined {
  const [value, second] = side.values;
  const message = side.message ?? (second === undefined ? undefined : 'can only compare one element at a time');
  if (message !== undefined) {
    return { message, keepsFound: false };
  }
  return value === undefined ? undefined : { value };
}

function compare(left: Json, operator: string, right: Json): boolean | Fault {
  const test = operators.get(operator);
  if (test === undefined) {
    return { message: `unrecognized filter operator ${operator}`, keepsFound: true };
  }
  const kind = comparableKind(left);
  const otherKind = comparableKind(right);
  if (kind === undefined || otherKind === undefined) {
    return { message: 'invalid type for comparison', keepsFound: true };
  }
  if (kind !== otherKind) {
    return { message: 'incompatible types for comparison', keepsFound: true };
  }
  if (kind === 'boolean' && operator !== '==' && operator !== '!=') {
    return { message: 'invalid type for comparison', keepsFound: true };
  }
  return test(order(left, right));
}

const operators: ReadonlyMap<string, (order: number) => boolean> = new Map([
  ['==', (order) => order === 0],
  ['!=', (order) => order !== 0],
  ['<', (order) => order < 0],
  ['<=', (order) => order <= 0],
  ['>', (order) => order > 0],
  ['>=', (order) => order >= 0],
]);

function comparableKind(value: Json): 'boolean' | 'string' | 'integer' | 'float' | undefined {
  if (typeof value === 'boolean' || typeof value === 'string') {
    return typeof value === 'string' ? 'string' : 'boolean';
  }
  if (value === null || Array.isArray(value) || isJsonObject(value)) {
    return undefined;
  }
  return int64Text(value as number | RawJson) === undefined ? 'float' : 'integer';
}

function order(left: Json, right: Json): number {
  if (typeof left === 'string' && typeof right === 'string') {
    return compareUtf8(left, right);
  }
  const a = comparableNumber(left);
  const b = comparableNumber(right);
  return a < b ? -1 : a > b ? 1 : 0;
}

function comparableNumber(value: Json): number | bigint {
  if (typeof value === 'boolean') {
    return Number(value);
  }
  const number = value as number | RawJson;
  if (typeof number === 'number') {
    return number;
  }
  const integer = int64Text(number);
  return integer === undefined ? Number(number.rawJSON) : BigInt(integer);
}
