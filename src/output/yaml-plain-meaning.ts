import { yamlFloat, yamlInteger } from '../core/yaml-number.ts';

/** Words that YAML 1.1 reads as booleans, null, infinities or not-a-number (go-yaml v2). */
const words = new Set(
  (
    'y Y yes Yes YES true True TRUE on On ON n N no No NO false False FALSE off Off OFF ~ null Null NULL ' +
    '.nan .NaN .NAN .inf .Inf .INF +.inf +.Inf +.INF -.inf -.Inf -.INF'
  ).split(' '),
).add('');

const base60 = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/;
const date = /^(\d{4})-(\d{1,2})-(\d{1,2})/;
const timeOfDay = /^(?:([Tt])| +)(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:(Z)|[-+](\d\d):(\d\d))?$/;

/**
 * True when a YAML 1.1 reader would take the unquoted text for something else than a string: a word such as `yes`, a
 * number, a timestamp, a base-60 number. go-yaml v2 double-quotes such strings.
 */
export function readsAsOther(text: string): boolean {
  if (words.has(text)) {
    return true;
  }
  const first = text.charCodeAt(0);
  const numeric = (first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d;
  if (!numeric && first !== 0x2e) {
    return false;
  }
  const isOther = yamlFloat(text) !== undefined || yamlInteger(text) !== undefined;
  return isOther || (numeric && (isTimestamp(text) || base60.test(text)));
}

/** A date, alone or with a time: with `T` and a zone, or with spaces and no zone. */
function isTimestamp(text: string): boolean {
  const length = dateLength(text);
  return length > 0 && (length === text.length || isTimeOfDay(text.slice(length)));
}

/** How much of a text is the date that it begins with; 0 where there is none. */
export function dateLength(text: string): number {
  const [whole = '', year, month, day] = date.exec(text) ?? [];
  return Number(day) >= 1 && Number(day) <= daysIn(Number(year), Number(month)) ? whole.length : 0;
}

function isTimeOfDay(text: string): boolean {
  const match = timeOfDay.exec(text);
  if (match === null) {
    return false;
  }
  const [, letter, hour, minute, second, zulu, zoneHours, zoneMinutes] = match;
  const hasZone = zulu !== undefined || zoneHours !== undefined;
  const zoneExists = Number(zoneHours ?? 0) <= 24 && Number(zoneMinutes ?? 0) <= 60;
  const timeExists = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
  return hasZone === (letter !== undefined) && timeExists && zoneExists;
}

/** 0 for a month that does not exist. */
function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2) {
    return leap ? 29 : 28;
  }
  return month < 1 || month > 12 ? 0 : [4, 6, 9, 11].includes(month) ? 30 : 31;
}
