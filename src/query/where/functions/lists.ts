import type { Environment } from '@marcbachmann/cel-js';
import { celFailure } from './cel-failure.ts';

type Ordered = string | number | bigint | boolean | Date;

function isLess(a: Ordered, b: Ordered): boolean {
  // Text goes by code points, as in Go, and not by UTF-16 units.
  return typeof a === 'string' && typeof b === 'string' ? Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0 : a < b;
}

function extreme(list: readonly Ordered[], isBetter: (a: Ordered, b: Ordered) => boolean): Ordered {
  const [first] = list;
  if (first === undefined) throw celFailure('an empty list has neither least nor greatest');
  return list.reduce((best, each) => (isBetter(each, best) ? each : best), first);
}

const isSame = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a !== typeof b && isNumeric(a) && isNumeric(b) && Number(a) === Number(b));
const isNumeric = (value: unknown): boolean => typeof value === 'number' || typeof value === 'bigint';

function sum(list: readonly (number | bigint)[]): number | bigint {
  if (list.every((each) => typeof each === 'bigint')) return list.reduce((total, each) => total + each, 0n);
  return list.reduce<number>((total, each) => total + Number(each), 0);
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
