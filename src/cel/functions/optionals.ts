import { Optional, type Environment } from '@marcbachmann/cel-js';
import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator';
import { celFailure } from './cel-failure.ts';
import { namespacedFunction, replaceFunction } from './define.ts';
import { isEqual, membersOf } from './values.ts';

/** What a type has where nothing was set: null, false, 0, and what is empty. */
function isZero(value: unknown): boolean {
  if (value === null || value === false || value === '' || value === 0 || value === 0n) return true;
  if (value instanceof UnsignedInt) return value.value === 0n;
  if (value instanceof Duration) return value.seconds === 0n && value.nanos === 0;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length === 0;
  return membersOf(value)?.size === 0;
}

/** The values of the optionals that have one. */
function unwrap(list: readonly unknown[]): readonly unknown[] {
  return list.flatMap((each) => {
    if (!(each instanceof Optional)) throw celFailure('the list has a value that is no optional');
    return each.hasValue() ? [each.value()] : [];
  });
}

/** CEL's functions for optionals, as far as the library lacks them. */
export function registerOptionalFunctions(environment: Environment): void {
  // The library's own gives a type that later nothing fits.
  replaceFunction(environment, 'OptionalNamespace.none(): optional', () => Optional.none());
  environment
    .registerFunction('OptionalNamespace.ofNonZeroValue(dyn): optional', (_namespace: unknown, value: unknown) =>
      isZero(value) ? Optional.none() : Optional.of(value),
    )
    .registerOperator('optional<dyn> == optional<dyn>', isEqual)
    .registerFunction('list.unwrapOpt(): list', unwrap);
  namespacedFunction(environment, 'optional.unwrap(list): list', unwrap);
}
