const letter = /\p{L}/u;
const digit = /\p{Nd}/u;

/**
 * The order in which go-yaml v2 writes the keys of a map: rune by rune, where a letter comes after anything else and
 * digits compare as the decimal numbers that start there. Negative, zero or positive.
 */
export function compareYamlKeys(a: string, b: string): number {
  let at = 0;
  const shared = Math.min(a.length, b.length);
  while (at < shared && a.charCodeAt(at) === b.charCodeAt(at)) {
    at += 1;
  }
  if (at === shared) {
    return a.length - b.length;
  }
  // The difference may lie in the second half of a surrogate pair.
  const start = isLowSurrogate(a.charCodeAt(at)) && isLowSurrogate(b.charCodeAt(at)) ? at - 1 : at;
  const left = a.codePointAt(start) ?? 0;
  const right = b.codePointAt(start) ?? 0;
  const leftIsLetter = isLetter(left);
  if (leftIsLetter !== isLetter(right)) {
    return leftIsLetter ? 1 : -1;
  }
  return leftIsLetter ? left - right : compareNumbers(a, b, start) || left - right;
}

function compareNumbers(a: string, b: string, at: number): number {
  const lead = leadingDigit(a, b, at);
  const left = digitRun(a, at);
  const right = digitRun(b, at);
  const leftValue = runValue(lead, left);
  const rightValue = runValue(lead, right);
  if (leftValue !== rightValue) {
    return leftValue < rightValue ? -1 : 1;
  }
  return left.length - right.length;
}

/** Where a zero differs from the other side inside a number that has begun, both numbers count from one. */
function leadingDigit(a: string, b: string, at: number): bigint {
  if (a[at] !== '0' && b[at] !== '0') {
    return 0n;
  }
  const before = /\p{Nd}*$/u.exec(a.slice(0, at))?.[0] ?? '';
  return /[^0]/.test(before) ? 1n : 0n;
}

function digitRun(text: string, at: number): readonly number[] {
  const codes: number[] = [];
  for (const character of text.slice(at)) {
    if (!digit.test(character)) {
      break;
    }
    codes.push(character.codePointAt(0) ?? 0);
  }
  return codes;
}

/** Wraps at 64 bits, as the number does in Go. */
function runValue(lead: bigint, codes: readonly number[]): bigint {
  return codes.reduce((value, code) => BigInt.asIntN(64, value * 10n + BigInt(code - 0x30)), lead);
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function isLetter(code: number): boolean {
  if (code < 0x80) {
    return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
  }
  return letter.test(String.fromCodePoint(code));
}
