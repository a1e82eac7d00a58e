/** A 64-bit integer as an array index: a bigint only where a double would not hold it. */
export type ArrayIndex = number | bigint;

/** The index that a text of digits stands for; undefined beyond 64 bits. */
export function parseArrayIndex(text: string): ArrayIndex | undefined {
  if (!/^-?\d+$/.test(text) || BigInt.asIntN(64, BigInt(text)) !== BigInt(text)) {
    return undefined;
  }
  return narrow(BigInt(text));
}

/** The sum, which wraps round at 64 bits. */
export function addToIndex(index: ArrayIndex, summand: number): ArrayIndex {
  const sum = typeof index === 'number' ? index + summand : Number.NaN;
  return Number.isSafeInteger(sum) ? sum : narrow(BigInt.asIntN(64, BigInt(index) + BigInt(summand)));
}

function narrow(value: bigint): ArrayIndex {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
