import type { Environment } from '@marcbachmann/cel-js';
import type { Duration } from '@marcbachmann/cel-js/evaluator';
import { celFailure } from './cel-failure.ts';
import { replaceFunction } from './define.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** The instant whose parts in UTC are those of this one in a zone: a name of the IANA database, or `+05:30`. */
function local(instant: Date, zone: string): Date {
  if (zone === '' || zone === 'UTC') return instant;
  const [, sign = '', hours = '', minutes = ''] = /^([+-]?)(\d\d):(\d\d)$/.exec(zone) ?? [];
  if (hours !== '') {
    const offset = Number(hours) * 60 + Number(minutes);
    return new Date(instant.getTime() + (sign === '-' ? -offset : offset) * minuteMs);
  }
  const part = Object.fromEntries(
    formatOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>;
  const made = new Date(0);
  made.setUTCFullYear(part.year, part.month - 1, part.day);
  made.setUTCHours(part.hour, part.minute, part.second, instant.getUTCMilliseconds());
  return made;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const parts = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
  try {
    const made = new Intl.DateTimeFormat('en-US', { ...parts, timeZone, second: 'numeric', hourCycle: 'h23' });
    formats.set(timeZone, made);
    return made;
  } catch {
    throw celFailure(`there is no time zone ${JSON.stringify(timeZone)}`);
  }
}

/** Days since the first of January. */
function dayOfYear(at: Date): number {
  const first = new Date(at);
  first.setUTCMonth(0, 1);
  return Math.round((at.getTime() - first.getTime()) / dayMs);
}

const parts: Readonly<Record<string, (at: Date) => number>> = {
  getDate: (at) => at.getUTCDate(),
  getDayOfMonth: (at) => at.getUTCDate() - 1,
  getDayOfWeek: (at) => at.getUTCDay(),
  getDayOfYear: dayOfYear,
  getFullYear: (at) => at.getUTCFullYear(),
  getHours: (at) => at.getUTCHours(),
  getMilliseconds: (at) => at.getUTCMilliseconds(),
  getMinutes: (at) => at.getUTCMinutes(),
  getMonth: (at) => at.getUTCMonth(),
  getSeconds: (at) => at.getUTCSeconds(),
};

const durationParts: Readonly<Record<string, (duration: Duration) => bigint>> = {
  getHours: (duration) => duration.getHours(),
  getMilliseconds: ({ seconds, nanos }) => seconds * 1_000n + BigInt(Math.trunc(nanos / 1_000_000)),
  getMinutes: (duration) => duration.getMinutes(),
  getSeconds: (duration) => duration.getSeconds(),
};

/** The parts of a time and of a duration: the library's depend on the time zone of the machine. */
export function registerTimeFunctions(environment: Environment): void {
  for (const [name, part] of Object.entries(parts)) {
    const time = `google.protobuf.Timestamp.${name}`;
    replaceFunction(environment, `${time}(): int`, (at: Date) => BigInt(part(at)));
    replaceFunction(environment, `${time}(string): int`, (at: Date, zone: string) => BigInt(part(local(at, zone))));
  }
  for (const [name, part] of Object.entries(durationParts)) {
    replaceFunction(environment, `google.protobuf.Duration.${name}(): int`, part);
  }
}
