import type { Json } from '../core/json.ts';
import type { JsonDifference } from '../core/json-difference.ts';

/** Characters of a value that are shown. */
const valueLengthMax = 80;

/** What differs, on one line; times that went on with something else, which nobody wants to read first, come last. */
export function differenceTexts(differences: readonly JsonDifference[]): readonly string[] {
  return [...differences]
    .sort((one, other) => Number(isTime(one.after)) - Number(isTime(other.after)))
    .map(differenceText);
}

function isTime(value: Json | undefined): boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);
}

function differenceText({ path, before, after }: JsonDifference): string {
  if (before === undefined) return `${path} + ${valueText(after ?? null)}`;
  return after === undefined ? `${path} - ${valueText(before)}` : `${path}: ${valueText(before)} → ${valueText(after)}`;
}

function valueText(value: Json): string {
  const text = typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
  return text.length <= valueLengthMax ? text : `${text.slice(0, valueLengthMax - 1)}…`;
}

/** The first of them, and how many more there are, on one line. */
export function briefDifferences(differences: readonly JsonDifference[], most: number): string {
  const shown = differenceTexts(differences).slice(0, most);
  const more = differences.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}
