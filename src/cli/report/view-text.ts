import { numberText } from '../../core/counted.ts';
import { humanDuration } from '../../core/human-duration.ts';
import type { Cell, Tone } from './view.ts';

/** An instant of a report to the minute, in UTC; `-` where there is none. */
export function minuteText(time: string | null): string {
  return time === null ? '-' : time.slice(0, 16).replace('T', ' ');
}

/** An instant with how long before another one it was; a negative while lies ahead of it. */
export function agoText(time: string | null, now: string): string {
  if (time === null) return '-';
  const ms = Date.parse(now) - Date.parse(time);
  return `${minuteText(time)} (${ms >= 0 ? `${humanDuration(ms)} ago` : `in ${humanDuration(-ms)}`})`;
}

/** A cell of text, or of a number. */
export function cell(value: string | number | null, tone?: Tone): Cell {
  const text = typeof value === 'number' ? numberText(value) : (value ?? '-');
  return { text: text === '' ? '-' : text, tone };
}

/** A number of things that there should be none of. */
export function alarm(count: number | null, tone: Tone = 'bad'): Cell {
  return count === null ? cell('not known') : cell(count, count > 0 ? tone : 'good');
}

/** `namespace/name`, or the name of what is in none. */
export function placed(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

const gibibyte = 2 ** 30;

/** An amount of memory, `1.5 GiB`; below one GiB in MiB. */
export function sizeText(bytes: number): string {
  if (bytes >= gibibyte) return `${Math.round((bytes / gibibyte) * 10) / 10} GiB`;
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
