import { sinceText, type Cell, type SinceCell } from '../core/cell.ts';
import type { PrinterColumn } from '../core/printer-column.ts';

/** How a cell is asked for: as the text that is printed, or as what it says. */
interface CellUse {
  readonly isText: boolean;
  readonly nowMs: number;
  /** Makes a time span of whole milliseconds. */
  readonly span: (ms: number) => unknown;
}

/** The name of a column as it is printed, and as expressions know it. */
export function columnName({ name }: PrinterColumn): string {
  return name.toUpperCase();
}

/** A time span as cells have it, where no expression reads it: in form and order as the durations of expressions. */
export class CellSpan {
  readonly seconds: bigint;
  readonly nanos: number;
  readonly #ms: number;

  /** @param ms whole milliseconds */
  constructor(ms: number) {
    const seconds = Math.floor(ms / 1_000);
    this.seconds = BigInt(seconds);
    this.nanos = Math.round((ms - seconds * 1_000) * 1_000_000);
    this.#ms = ms;
  }

  valueOf(): number {
    return this.#ms;
  }

  get [Symbol.toStringTag](): string {
    return 'google.protobuf.Duration';
  }
}

/**
 * What a printed cell says: whole numbers are ints though they are printed as text (`RESTARTS` as `5 (3m ago)`), an age is a
 * time span. Undefined where nothing is printed.
 */
export function cellValue(cell: Cell, column: PrinterColumn, how: CellUse): unknown {
  if (cell === null) return undefined;
  if (typeof cell === 'object') return sinceValue(cell, how);
  if (how.isText) return String(cell);
  if (typeof cell === 'number') return Number.isSafeInteger(cell) ? BigInt(cell) : cell;
  if (typeof cell === 'string' && column.format !== 'name' && /^-?\d{1,15}$/.test(cell)) return BigInt(cell);
  return cell;
}

function sinceValue(cell: SinceCell, how: CellUse): unknown {
  const { sinceMs, before = '', after = '' } = cell;
  if (!how.isText) {
    const [, count] = /^(\d{1,15}) \($/.exec(before) ?? [];
    if (count !== undefined) return BigInt(count);
    if (before === '' && after === '') return sinceMs === null ? undefined : how.span(how.nowMs - sinceMs);
  }
  return sinceText(cell, how.nowMs);
}

const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** A duration as CEL writes it (`1h30m`), in ms; undefined for one with finer units, and for anything else. */
export function celDurationMs(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/gy)];
  if (text === '' || parts.map(([part]) => part).join('') !== text) return undefined;
  return parts.reduce((ms, [, count, unit = '']) => ms + Number(count) * (unitMs[unit] ?? 0), 0);
}
