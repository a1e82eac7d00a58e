/** Numbers of YAML 1.1 as go-yaml v2 reads them: Go's notations, with `_` anywhere between. */

const integerForm = /^([-+]?)(0[xX][\dA-Fa-f]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9]\d*)$/;
const signedLimit = 1n << 63n;

/** The integer that a plain scalar is; undefined beyond 64 bits, one of which is for the sign where there is any. */
export function yamlInteger(text: string): bigint | undefined {
  const [, sign = '', magnitude = ''] = integerForm.exec(text.replaceAll('_', '')) ?? [];
  if (magnitude === '') {
    return undefined;
  }
  const value = BigInt(/^0\d/.test(magnitude) ? `0o${magnitude.slice(1)}` : magnitude);
  if (sign === '-') {
    return value <= signedLimit ? -value : undefined;
  }
  return value < (sign === '' ? 2n * signedLimit : signedLimit) ? value : undefined;
}

const floatForm = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const dottedForm = /^\.\d+(?:_\d+)*(?:[eE][-+]?\d+(?:_\d+)*)?$/;

/** The double that a plain scalar is, integers included; undefined beyond its range and for infinities. */
export function yamlFloat(text: string): number | undefined {
  const digits = text.replaceAll('_', '');
  const isFloat = text.startsWith('.') ? dottedForm.test(text) : floatForm.test(digits);
  const value = isFloat ? Number(digits) : Infinity;
  return Number.isFinite(value) ? value : undefined;
}
