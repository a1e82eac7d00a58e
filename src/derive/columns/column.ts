import type { PrinterColumn } from '../../core/printer-column.ts';

/** Printer columns as the tables of built-in types declare them. */
function column(name: string, type: string): PrinterColumn {
  return { name, type, format: '', priority: 0 };
}

/** Text, or anything the server declares as text, such as most ages. */
export function text(name: string): PrinterColumn {
  return column(name, 'string');
}

/** A whole number. */
export function integer(name: string): PrinterColumn {
  return column(name, 'integer');
}

/** Prints `true` or `false`. */
export function boolean(name: string): PrinterColumn {
  return column(name, 'boolean');
}

/** A time; built-in types print it as RFC 3339, never as an age. */
export function date(name: string): PrinterColumn {
  return column(name, 'date');
}

/** The same column with Format `name`: its cell takes the `kind/` prefix. */
export function naming(given: PrinterColumn): PrinterColumn {
  return { ...given, format: 'name' };
}

/** The same columns, printed only with `-o wide`. */
export function wide(...given: readonly PrinterColumn[]): readonly PrinterColumn[] {
  return given.map((one) => ({ ...one, priority: 1 }));
}

/** The first column of nearly every type. */
export const nameColumn = naming(text('Name'));

/** The age since creation; a string to the server. */
export const ageColumn = text('Age');
