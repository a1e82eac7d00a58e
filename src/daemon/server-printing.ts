import type { MirroredType } from '../core/mirrored-type.ts';
import type { PrinterColumn } from '../core/printer-column.ts';
import { plainTable } from '../derive/server-table.ts';
import type { TypeRecipe } from './object-source.ts';

/** How the API server behind a type printed its objects when they were last listed. */
export interface ServerPrinting {
  /** `table`: each row brought its cells; `plain`: it sends no Tables, and cells are made as kubectl makes them. */
  readonly form: 'table' | 'plain';
  readonly columns: readonly PrinterColumn[];
}

/** Of a server that sends no Tables, or that was not asked yet. */
export const plainPrinting: ServerPrinting = { form: 'plain', columns: plainTable.columns };

/** The recipe of a type that its server prints. */
export function printedRecipe(type: MirroredType, printing: ServerPrinting): TypeRecipe {
  const { columns } = printing;
  return { type: { ...type, columns }, table: { columns, cells: plainTable.cells }, printing };
}

/** True where both print the same columns the same way. */
export function isSamePrinting(one: ServerPrinting, other: ServerPrinting): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

const separator = ' printed ';

/**
 * The representation of rows that were printed so. It says the columns themselves: they are known from no other place
 * than a list, so a restart reads them here, and other columns are another representation.
 * @param representation with or without another printing.
 */
export function withPrinting(representation: string, printing: ServerPrinting): string {
  return withoutPrinting(representation) + separator + JSON.stringify(printing);
}

/** What of a representation is known before a list. */
export function withoutPrinting(representation: string): string {
  const end = representation.indexOf(separator);
  return end === -1 ? representation : representation.slice(0, end);
}

/** The printing that a representation says; undefined for rows whose cells navi computed, or that were never listed. */
export function printingOf(representation: string): ServerPrinting | undefined {
  const end = representation.indexOf(separator);
  if (end === -1) return undefined;
  return JSON.parse(representation.slice(end + separator.length)) as ServerPrinting;
}
