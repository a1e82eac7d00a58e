/** The digits of a number and where its point is: 0.d1d2d3… times ten to the power `point`. No zeros at the end. */
export interface DecimalDigits {
  /** Empty for zero. */
  readonly digits: string;
  readonly point: number;
}

const noDigits: DecimalDigits = { digits: '', point: 0 };

/** How many digits to keep: `significant` of them, or those up to so many places behind the point. */
export type DecimalLimit = { readonly significant: number } | { readonly places: number };

/** The shortest digits that read back as the same number; the sign is left out. */
export function shortestDigits(value: number): DecimalDigits {
  if (value === 0) {
    return noDigits;
  }
  const [mantissa = '', exponent = ''] = Math.abs(value).toExponential().split('e');
  return trimmed(mantissa.replace('.', ''), Number(exponent) + 1);
}

/** The exact value of a double, rounded half to even at a digit; the sign is left out. */
export function roundedDigits(value: number, limit: DecimalLimit): DecimalDigits {
  const { digits, point } = exactDigits(value);
  const keep = 'significant' in limit ? limit.significant : point + limit.places;
  if (keep >= digits.length || digits === '') {
    return { digits, point };
  }
  if (keep < 0) {
    return noDigits;
  }
  const kept = digits.slice(0, keep);
  if (!roundsUp(digits, keep)) {
    return trimmed(kept, point);
  }
  const up = (BigInt(`0${kept}`) + 1n).toString().padStart(keep, '0');
  return trimmed(up, point + up.length - keep);
}

function roundsUp(digits: string, keep: number): boolean {
  const next = digits[keep] ?? '0';
  if (next === '5' && keep === digits.length - 1) {
    return keep > 0 && Number(digits[keep - 1]) % 2 === 1;
  }
  return next >= '5';
}

function exactDigits(value: number): DecimalDigits {
  const { mantissa, exponent } = binaryParts(value);
  if (mantissa === 0n) {
    return noDigits;
  }
  if (exponent >= 0) {
    const whole = (mantissa << BigInt(exponent)).toString();
    return trimmed(whole, whole.length);
  }
  // m / 2^n = m * 5^n / 10^n
  const scaled = (mantissa * 5n ** BigInt(-exponent)).toString();
  return trimmed(scaled, scaled.length + exponent);
}

function trimmed(digits: string, point: number): DecimalDigits {
  const kept = digits.replace(/0+$/, '');
  return kept === '' ? noDigits : { digits: kept, point };
}

/** A double as mantissa times two to the power `exponent`, the mantissa of 53 bits unless the number is subnormal. */
export function binaryParts(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const fraction = bits & 0xfffffffffffffn;
  const biased = Number((bits >> 52n) & 0x7ffn);
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | 0x10000000000000n, exponent: biased - 1075 };
}
