import { Optional, type Environment } from '@marcbachmann/cel-js';
import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator';
import { celFailure } from './cel-failure.ts';
import { namespacedFunction, replaceFunction } from './define.ts';
import { compareValues, isEqual, orderedValues, type Ordered } from './values.ts';

type List = readonly unknown[];

/** The longest list that a function makes of nothing. */
const rangeMax = 100_000n;

function extreme(list: List, isBetter: (order: number) => boolean): Ordered {
  const [first, ...others] = orderedValues(list);
  if (first === undefined) throw celFailure('an empty list has neither least nor greatest');
  return others.reduce((best, each) => (isBetter(compareValues(each, best)) ? each : best), first);
}

const int64Max = 2n ** 63n - 1n;

function sum(list: List): unknown {
  if (list.every((each) => typeof each === 'bigint')) {
    const total = list.reduce((all, each) => all + each, 0n);
    if (total > int64Max || total < -int64Max - 1n) throw celFailure('the sum is no integer of 64 bits');
    return total;
  }
  if (list.every((each) => each instanceof UnsignedInt)) {
    return new UnsignedInt(list.reduce((all, each) => all + each.value, 0n));
  }
  if (list.every((each) => typeof each === 'number' || typeof each === 'bigint')) {
    return list.reduce<number>((all, each) => all + Number(each), 0);
  }
  if (list.every((each) => each instanceof Duration)) {
    return list.reduce((all, each) => all.addDuration(each), new Duration(0n, 0));
  }
  throw celFailure('only numbers and durations have a sum');
}

function slice(list: List, start: bigint, end: bigint): List {
  if (start < 0n || end < start || end > BigInt(list.length)) {
    throw celFailure(`a list of ${list.length} has no part from ${start} to ${end}`);
  }
  return list.slice(Number(start), Number(end));
}

function flatten(list: List, depth: bigint): List {
  if (depth < 0n) throw celFailure('a list is flattened by 0 levels or more');
  return list.flat(Number(depth));
}

function range(count: bigint): readonly bigint[] {
  if (count > rangeMax) throw celFailure(`a range has at most ${rangeMax} numbers`);
  return Array.from({ length: Math.max(0, Number(count)) }, (_, index) => BigInt(index));
}

const distinct = (list: List): List =>
  list.filter((each, index) => list.findIndex((other) => isEqual(other, each)) === index);

const isWithin = (list: List, wanted: List): boolean => wanted.every((each) => has(list, each));
const has = (list: List, wanted: unknown): boolean => list.some((each) => isEqual(each, wanted));

/** Kubernetes' functions for lists and sets (apiserver 1.36, with cel-go's lists of version 3). */
export function registerListFunctions(environment: Environment): void {
  environment
    .registerFunction('list.isSorted(): bool', (list: List) =>
      orderedValues(list).every((each, index, all) => index === 0 || compareValues(all[index - 1] ?? each, each) <= 0),
    )
    .registerFunction('list.sum(): dyn', sum)
    .registerFunction('list.min(): dyn', (list: List) => extreme(list, (order) => order < 0))
    .registerFunction('list.max(): dyn', (list: List) => extreme(list, (order) => order > 0))
    .registerFunction('list.slice(int, int): list', slice)
    .registerFunction('list.flatten(): list', (list: List) => flatten(list, 1n))
    .registerFunction('list.flatten(int): list', flatten)
    .registerFunction('list.sort(): list', (list: List) => orderedValues(list).toSorted(compareValues))
    .registerFunction('list.reverse(): list', (list: List) => list.toReversed())
    .registerFunction('list.distinct(): list', distinct)
    .registerFunction('list.first(): optional', (list: List) => Optional.of(list[0]))
    .registerFunction('list.last(): optional', (list: List) => Optional.of(list.at(-1)));
  replaceFunction(environment, 'list.indexOf(dyn): int', (list: List, wanted: unknown) =>
    BigInt(list.findIndex((each) => isEqual(each, wanted))),
  );
  replaceFunction(environment, 'list.lastIndexOf(dyn): int', (list: List, wanted: unknown) =>
    BigInt(list.findLastIndex((each) => isEqual(each, wanted))),
  );
  namespacedFunction(environment, 'lists.range(int): list<int>', range);
  namespacedFunction(environment, 'sets.contains(list, list): bool', isWithin);
  namespacedFunction(environment, 'sets.intersects(list, list): bool', (a: List, b: List) =>
    a.some((each) => has(b, each)),
  );
  namespacedFunction(
    environment,
    'sets.equivalent(list, list): bool',
    (a: List, b: List) => isWithin(a, b) && isWithin(b, a),
  );
}
