/** Most rows that a section of a report has: what is on paper is to be read. */
export const rowMax = 50;

/** Rows of a report with how many there are in all. */
export interface Section<Row> {
  readonly totalCount: number;
  /** The first `rowMax` at most. */
  readonly rows: readonly Row[];
}

/** The first rows of a section. */
export function firstRows<Row>(all: readonly Row[], max = rowMax): Section<Row> {
  return { totalCount: all.length, rows: all.slice(0, max) };
}

/** Most characters of a text that a cluster tells: some messages are whole logs. */
const textMax = 400;

/** A text as reports have it. */
export function briefText(text: string): string {
  // A character is two units at most.
  const characters = Array.from(text.slice(0, 2 * (textMax + 1)));
  if (characters.length <= textMax) return text;
  return `${characters.slice(0, textMax - 1).join('')}…`;
}
