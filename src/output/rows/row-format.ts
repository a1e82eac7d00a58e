/** A value of a row: integers as bigint, other numbers as number, a blob as its bytes. */
export type RowValue = string | bigint | number | Buffer | null;

/** A context that answered, and how fresh its rows are. */
export interface RowSource {
  readonly context: string;
  /** Age of the oldest data in its rows (ms); null where there is none. */
  readonly ageMs: number | null;
  readonly isStale: boolean;
}

/** How rows become text, piece by piece: what is returned is to be written next. */
export interface RowFormat {
  /** Before the first row. */
  begin(columns: readonly string[]): string;
  row(source: RowSource, values: readonly RowValue[]): string;
  /** After the last one. @param isCut there were more rows than were asked for */
  end(sources: readonly RowSource[], isCut: boolean): string;
}

/**
 * The text of a value as SQLite has it: a number that is none of its integers keeps a point or is `Inf`, a blob is its
 * hexadecimal digits.
 */
export function valueText(value: RowValue): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  if (typeof value === 'number') return realText(value);
  return typeof value === 'bigint' ? String(value) : value.toString('hex').toUpperCase();
}

function realText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'Inf' : '-Inf';
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
