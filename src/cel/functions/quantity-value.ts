import { compareQuantities, type Quantity } from '../../core/quantity.ts';

/** An amount within an expression. */
export class CelQuantity {
  readonly amount: Quantity;

  constructor(amount: Quantity) {
    this.amount = amount;
  }

  equals(other: unknown): boolean {
    return other instanceof CelQuantity && compareQuantities(this.amount, other.amount) === 0;
  }
}

/** A quantity as two numbers that sort as it does; undefined for anything else. */
export function quantityOf(value: unknown): Quantity | undefined {
  return value instanceof CelQuantity ? value.amount : undefined;
}
