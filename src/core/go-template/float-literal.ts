const decimal = /^([+-]?)(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const hexadecimal = /^([+-]?)0[xX]([\da-fA-F]*)\.?([\da-fA-F]*)[pP]([+-]?\d+)$/;
const misplacedUnderscore = /(?:^|[^\da-fA-FxXbBoO])_|_(?:[^\da-fA-F]|$)/;
const decimalMisplacedUnderscore = /(?:^|\D)_|_(?:\D|$)/;

/** Exponents beyond this are as good as infinite, and keep the powers of two small. */
const largestHexExponent = 10_000;

/**
 * The float64 of a Go literal without `i`: decimal, or hexadecimal with a binary exponent. Undefined when it is none or
 * too large.
 */
export function parseGoFloat(text: string): number | undefined {
  const isHexadecimal = /^[+-]?0[xX]/.test(text);
  if ((isHexadecimal ? misplacedUnderscore : decimalMisplacedUnderscore).test(text)) {
    return undefined;
  }
  const plain = text.replaceAll('_', '');
  const value = isHexadecimal ? hexadecimalValue(plain) : decimal.test(plain) ? Number(plain) : undefined;
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

function hexadecimalValue(text: string): number | undefined {
  const match = hexadecimal.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, sign = '', whole = '', fraction = '', exponent = ''] = match;
  if (whole + fraction === '') {
    return undefined;
  }
  const mantissa = BigInt(`0x${whole}${fraction}`);
  const power = Number(exponent) - 4 * fraction.length;
  const magnitude = mantissa === 0n ? 0 : scaled(mantissa, Math.max(-largestHexExponent, power));
  return sign === '-' ? -magnitude : magnitude;
}

function scaled(mantissa: bigint, power: number): number {
  if (power >= 0) {
    return power > largestHexExponent ? Infinity : Number(mantissa << BigInt(power));
  }
  // Two steps: 2 ** -1074 is the least power that a double holds.
  const half = Math.trunc(power / 2);
  return Number(mantissa) * 2 ** half * 2 ** (power - half);
}
