import type { Environment } from '@marcbachmann/cel-js';
import { compareQuantities, parseQuantity, type Quantity } from '../../core/quantity.ts';
import { celFailure } from './cel-failure.ts';
import { CelQuantity } from './quantity-value.ts';

/** Powers of ten between two quantities from on which their sum would have more digits than anybody needs. */
const exponentSpanMax = 100;

const int64Max = 2n ** 63n - 1n;

function quantity(text: string): CelQuantity {
  const amount = parseQuantity(text);
  if (amount === undefined) throw celFailure(`${JSON.stringify(text)} is no quantity`);
  return new CelQuantity(amount);
}

function sum(first: Quantity, second: Quantity, sign: 1n | -1n): CelQuantity {
  const exponent = Math.min(first.exponent, second.exponent);
  if (Math.max(first.exponent, second.exponent) - exponent > exponentSpanMax) {
    throw celFailure('the quantities are too far apart to be added');
  }
  const at = ({ unscaled, exponent: from }: Quantity): bigint => unscaled * 10n ** BigInt(from - exponent);
  return new CelQuantity({ unscaled: at(first) + sign * at(second), exponent });
}

const whole = (value: bigint): Quantity => ({ unscaled: value, exponent: 0 });

/** The amount as an int; undefined where it is none. */
function asInteger({ unscaled, exponent }: Quantity): bigint | undefined {
  const divisor = 10n ** BigInt(Math.max(0, -exponent));
  if (unscaled % divisor !== 0n) return undefined;
  const value = exponent < 0 ? unscaled / divisor : unscaled * 10n ** BigInt(Math.min(exponent, 40));
  return value > int64Max || value < -int64Max - 1n ? undefined : value;
}

const compare = (a: CelQuantity, b: CelQuantity): number => Math.sign(compareQuantities(a.amount, b.amount));

/** Kubernetes' functions for amounts such as `500m` and `1Gi` (apiserver 1.36). */
export function registerQuantityFunctions(environment: Environment): void {
  environment
    .registerType('kubernetes.Quantity', { ctor: CelQuantity, fields: {} })
    .registerFunction('isQuantity(string): bool', (text: string) => parseQuantity(text) !== undefined)
    .registerFunction('quantity(string): kubernetes.Quantity', quantity)
    .registerOperator('kubernetes.Quantity == kubernetes.Quantity', (a: CelQuantity, b: CelQuantity) => a.equals(b))
    .registerFunction('kubernetes.Quantity.sign(): int', ({ amount }: CelQuantity) =>
      BigInt(Math.sign(compareQuantities(amount, whole(0n)))),
    )
    .registerFunction(
      'kubernetes.Quantity.isGreaterThan(kubernetes.Quantity): bool',
      (a: CelQuantity, b: CelQuantity) => compare(a, b) > 0,
    )
    .registerFunction(
      'kubernetes.Quantity.isLessThan(kubernetes.Quantity): bool',
      (a: CelQuantity, b: CelQuantity) => compare(a, b) < 0,
    )
    .registerFunction('kubernetes.Quantity.compareTo(kubernetes.Quantity): int', (a: CelQuantity, b: CelQuantity) =>
      BigInt(compare(a, b)),
    )
    .registerFunction(
      'kubernetes.Quantity.add(kubernetes.Quantity): kubernetes.Quantity',
      (a: CelQuantity, b: CelQuantity) => sum(a.amount, b.amount, 1n),
    )
    .registerFunction('kubernetes.Quantity.add(int): kubernetes.Quantity', (a: CelQuantity, b: bigint) =>
      sum(a.amount, whole(b), 1n),
    )
    .registerFunction(
      'kubernetes.Quantity.sub(kubernetes.Quantity): kubernetes.Quantity',
      (a: CelQuantity, b: CelQuantity) => sum(a.amount, b.amount, -1n),
    )
    .registerFunction('kubernetes.Quantity.sub(int): kubernetes.Quantity', (a: CelQuantity, b: bigint) =>
      sum(a.amount, whole(b), -1n),
    )
    .registerFunction(
      'kubernetes.Quantity.isInteger(): bool',
      ({ amount }: CelQuantity) => asInteger(amount) !== undefined,
    )
    .registerFunction('kubernetes.Quantity.asInteger(): int', ({ amount }: CelQuantity) => {
      const value = asInteger(amount);
      if (value === undefined) throw celFailure('the quantity is no integer of 64 bits');
      return value;
    })
    .registerFunction('kubernetes.Quantity.asApproximateFloat(): double', ({ amount }: CelQuantity) =>
      Number(`${amount.unscaled}e${amount.exponent}`),
    );
}
