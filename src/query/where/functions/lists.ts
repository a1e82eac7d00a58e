import { isDeepStrictEqual } from 'node:util';
import type { Environment } from '@marcbachmann/cel-js';
import { Duration } from '@marcbachmann/cel-js/evaluator';
import { celFailure } from './cel-failure.ts';

type Ordered = string | number | bigint | boolean | Date;

const isOrdered = (value: unknown): boolean =>
  ['string', 'number', 'bigint', 'boolean'].includes(typeof value) ||
  value instanceof Date ||
  value instanceof Duration;

function isLess(a: Ordered, b: Ordered): boolean {
  // Text goes by code points, as in Go, and not by UTF-16 units.
  return typeof a === 'string' && typeof b === 'string' ? Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0 : a < b;
}

function extreme(list: readonly Ordered[], isBetter: (a: Ordered, b: Ordered) => boolean): Ordered {
  const [first] = list;
  if (!list.every(isOrdered)) throw celFailure('these values have no order');
  if (first === undefined) throw celFailure('an empty list has neither least nor greatest');
  return list.reduce((best, each) => (isBetter(each, best) ? each : best), first);
}

const isSame = (a: unknown, b: unknown): boolean =>
  isDeepStrictEqual(a, b) || (typeof a !== typeof b && isNumeric(a) && isNumeric(b) && Number(a) === Number(b));
const isNumeric = (value: unknown): boolean => typeof value === 'number' || typeof value === 'bigint';

const int64Max = 2n ** 63n - 1n;

function sum(list: readonly unknown[]): unknown {
  if (list.every((each) => typeof each === 'bigint')) {
    const total = list.reduce((all, each) => all + each, 0n);
    if (total > int64Max || total < -int64Max - 1n) throw celFailure('the sum is no integer of 64 bits');
    return total;
  }
  if (list.every(isNumeric)) return list.reduce<number>((all, each) => all + Number(each), 0);
  if (list.every((each) => each instanceof Duration)) {
    return list.reduce((all, each) => all.addDuration(each), new Duration(0n, 0));
  }
  throw celFailure('only numbers and durations have a sum');
}

/** Kubernetes' functions for lists (apiserver 1.36). */
export function registerListFunctions(environment: Environment): void {
  environment
    .registerFunction('list.isSorted(): bool', (list: readonly Ordered[]) =>
      list.every((each, index) => index === 0 || !isLess(each, list[index - 1] ?? each)),
    )
    .registerFunction('list.sum(): dyn', sum)
    .registerFunction('list.min(): dyn', (list: readonly Ordered[]) => extreme(list, isLess))
    .registerFunction('list.max(): dyn', (list: readonly Ordered[]) => extreme(list, (a, b) => isLess(b, a)))
    .registerFunction('list.indexOf(dyn): int', (list: readonly unknown[], wanted: unknown) =>
      BigInt(list.findIndex((each) => isSame(each, wanted))),
    )
    .registerFunction('list.lastIndexOf(dyn): int', (list: readonly unknown[], wanted: unknown) =>
      BigInt(list.findLastIndex((each) => isSame(each, wanted))),
    );
}
