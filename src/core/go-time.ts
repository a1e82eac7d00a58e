import { goQuote } from './go-quote.ts';

/** An instant (epoch ms), or why a text is none. */
export type ReadInstant = { readonly ok: true; readonly atMs: number } | { readonly ok: false; readonly fault: string };

const layout = '2006-01-02T15:04:05Z07:00';

/** A part of the layout: what it is called there, what matches it, and how far its number goes. */
interface Part {
  readonly name: string;
  readonly pattern: RegExp;
  readonly range?: readonly [word: string, least: number, most: number] | undefined;
}

const literal = (name: string): Part => ({ name, pattern: new RegExp(`^${name}`) });

const parts: readonly Part[] = [
  { name: '2006', pattern: /^\d{4}/ },
  literal('-'),
  { name: '01', pattern: /^\d\d/, range: ['month', 1, 12] },
  literal('-'),
  { name: '02', pattern: /^\d\d/ },
  literal('T'),
  { name: '15', pattern: /^\d\d?/, range: ['hour', 0, 23] },
  literal(':'),
  { name: '04', pattern: /^\d\d/, range: ['minute', 0, 59] },
  literal(':'),
  { name: '05', pattern: /^\d\d/, range: ['second', 0, 59] },
];

/** A time of RFC 3339 as `time.Parse` of Go 1.26 reads it, in its words where it does not. */
export function readRfc3339(text: string): ReadInstant {
  const fault = (why: string): ReadInstant => ({ ok: false, fault: `parsing time ${goQuote(text)}${why}` });
  const mismatch = (rest: string, name: string): ReadInstant =>
    fault(` as ${goQuote(layout)}: cannot parse ${goQuote(rest)} as ${goQuote(name)}`);
  const numbers: number[] = [];
  let rest = text;
  for (const { name, pattern, range } of parts) {
    const [found] = pattern.exec(rest) ?? [];
    if (found === undefined) return mismatch(rest, name);
    const [word = '', least = 0, most = Infinity] = range ?? [];
    const number = Number(found);
    if (range !== undefined && (number < least || number > most)) return fault(`: ${word} out of range`);
    if (!Number.isNaN(number) && /\d/.test(found)) numbers.push(number);
    rest = rest.slice(found.length);
  }
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = numbers;
  const [fraction = ''] = /^[.,]\d+/.exec(rest) ?? [];
  const zone = rest.slice(fraction.length);
  const [matched, sign, zoneHours, zoneMinutes] = /^(?:Z|([+-])(\d\d):(\d\d))/.exec(zone) ?? [];
  if (matched === undefined) return mismatch(zone, 'Z07:00');
  if (Number(zoneHours ?? 0) > 24) return fault(': time zone offset hour out of range');
  if (Number(zoneMinutes ?? 0) > 60) return fault(': time zone offset minute out of range');
  const extra = zone.slice(matched.length);
  if (extra !== '') return fault(`: extra text: ${goQuote(extra)}`);
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  if (at.getUTCMonth() !== month - 1 || day === 0) return fault(': day out of range');
  at.setUTCHours(hour, minute, second, Math.floor(Number(`0${fraction.replace(',', '.')}`) * 1_000));
  const offsetMinutes = Number(zoneHours ?? 0) * 60 + Number(zoneMinutes ?? 0);
  return { ok: true, atMs: at.getTime() - (sign === '-' ? -1 : 1) * offsetMinutes * 60_000 };
}
