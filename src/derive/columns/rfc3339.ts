const zero = 48;
const minuteMs = 60_000;

/** The number in `length` digits from `start`, or NaN where one of them is not a digit. */
function digits(text: string, start: number, length: number): number {
  let value = 0;
  for (let index = start; index < start + length; index += 1) {
    const digit = text.charCodeAt(index) - zero;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Where the digits of a fraction end that starts at `start` with its separator; `start` itself without a fraction. */
function fractionEnd(text: string, start: number): number {
  const separator = text[start];
  if (separator !== '.' && separator !== ',') return start;
  let end = start + 1;
  while (!Number.isNaN(digits(text, end, 1))) end += 1;
  return end === start + 1 ? start : end;
}

/** Minutes east of UTC written from `start` to the end as `Z` or `+hh:mm`; NaN otherwise. */
function offsetMinutes(text: string, start: number): number {
  if (text.length === start + 1) return text[start] === 'Z' ? 0 : Number.NaN;
  const sign = text[start] === '+' ? 1 : text[start] === '-' ? -1 : Number.NaN;
  if (text.length !== start + 6 || text[start + 3] !== ':') return Number.NaN;
  const hours = digits(text, start + 1, 2);
  const minutes = digits(text, start + 4, 2);
  return hours <= 24 && minutes < 60 ? sign * (hours * 60 + minutes) : Number.NaN;
}

/** Milliseconds of the fraction between `start` and `end`; further digits are cut. */
function fractionMs(text: string, start: number, end: number): number {
  if (end === start) return 0;
  return Number(text.slice(start + 1, Math.min(end, start + 4)).padEnd(3, '0'));
}

function hasSeparators(text: string): boolean {
  return text[4] === '-' && text[7] === '-' && text[10] === 'T' && text[13] === ':' && text[16] === ':';
}

/** Days 1 to 31 beyond the month's end would roll over in `Date.UTC`. */
function isRealDay(utcMs: number, day: number): boolean {
  return new Date(utcMs).getUTCDate() === day;
}

/**
 * Epoch milliseconds of an RFC 3339 time with any number of fraction digits (metav1.Time and metav1.MicroTime both
 * write it); undefined for any other text, a day that no calendar has included.
 */
export function parseRfc3339(text: string): number | undefined {
  // Go takes an hour of one digit.
  if (text[12] === ':') return parseRfc3339(`${text.slice(0, 11)}0${text.slice(11)}`);
  if (text.length < 20 || !hasSeparators(text)) return undefined;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  const hours = digits(text, 11, 2);
  const minutes = digits(text, 14, 2);
  const seconds = digits(text, 17, 2);
  if (!(month >= 1 && month <= 12 && day >= 1 && hours < 24 && minutes < 60 && seconds < 60)) return undefined;
  const end = fractionEnd(text, 19);
  const offset = offsetMinutes(text, end);
  if (Number.isNaN(offset) || Number.isNaN(year)) return undefined;
  // Date.UTC would take the years 0 to 99 for 1900 to 1999.
  const utcMs = Date.UTC(year + 400, month - 1, day, hours, minutes, seconds) - 146_097 * 24 * 60 * minuteMs;
  if (!(day <= 28 || isRealDay(utcMs, day))) return undefined;
  return utcMs + fractionMs(text, 19, end) - offset * minuteMs;
}

/** Go's zero time, 0001-01-01T00:00:00Z, which the API means as "not set". */
export const zeroTimeMs = -62_135_596_800_000;
