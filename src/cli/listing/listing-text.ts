import { shownContext } from '../../output/shown-context.ts';
import { oneLine, terminalJson } from '../../core/terminal-text.ts';
import { narrowTable } from '../../output/narrow-table.ts';
import { caution, type TableStyle } from '../../output/navi-table.ts';
import type { ContextAnswer } from '../ask-contexts.ts';
import type { Listing } from './listing.ts';

/** A row with where it comes from. */
export interface ListedRow<Row> {
  readonly context: string;
  readonly row: Row;
  /** People are told of the age of what it comes from. */
  readonly isStale: boolean;
}

/** The rows of all contexts, in the order of these. */
export function listedRows<Row>(answers: readonly ContextAnswer<readonly Row[]>[]): readonly ListedRow<Row>[] {
  return answers.flatMap(({ context, answer, isStale }) => answer.map((row) => ({ context, row, isStale })));
}

/** What a table needs besides its rows. */
export interface ListingTime {
  /** Rows say which context they are of. */
  readonly hasContexts: boolean;
  readonly nowMs: number;
}

/** The headers of the table. */
export function listingHeaders<Row extends object>({ columns }: Listing<Row>, hasContexts: boolean): readonly string[] {
  return [...(hasContexts ? ['CONTEXT'] : []), ...columns.map(({ header }) => header)];
}

/** The cells of a row, painted where there is a style. */
export function rowTexts<Row extends object>(
  { columns }: Listing<Row>,
  { context, row, isStale }: ListedRow<Row>,
  { hasContexts, nowMs }: ListingTime,
  style?: TableStyle,
): readonly string[] {
  const name = shownContext(oneLine(context), isStale);
  return [
    ...(hasContexts ? [isStale && style !== undefined ? caution(style.color)(name) : name] : []),
    ...columns.map(({ text, paint }) => {
      const plain = oneLine(text(row, nowMs));
      return paint === undefined || style === undefined ? plain : paint(row, style, plain, nowMs);
    }),
  ];
}

/** The table of rows. */
export function listingTable<Row extends object>(
  listing: Listing<Row>,
  listed: readonly ListedRow<Row>[],
  { table, ...time }: ListingTime & { readonly table: TableStyle },
): string {
  const rows = listed.map((row) => rowTexts(listing, row, time, table));
  const columns = [...(time.hasContexts ? [{ header: 'CONTEXT' }] : []), ...listing.columns];
  return narrowTable(columns, rows, table);
}

/** A row as `-o json` has it. */
export function rowJson<Row extends object>(
  { json }: Listing<Row>,
  { context, row }: ListedRow<Row>,
  nowMs: number,
): object {
  return { context, ...(json?.(row, nowMs) ?? row) };
}

/** The whole of `-o json`. */
export function listingJson<Row extends object>(
  listing: Listing<Row>,
  answers: readonly ContextAnswer<readonly Row[]>[],
  nowMs: number,
): string {
  const asJson = (row: Row): object => listing.json?.(row, nowMs) ?? row;
  return answersJson(
    listing.member,
    answers.map((each) => ({ ...each, answer: each.answer.map(asJson) })),
  );
}

/** How fresh each context's answer is, and under `member` the rows as they are, with their contexts. */
export function answersJson(member: string, answers: readonly ContextAnswer<readonly object[]>[]): string {
  const mirrors = answers.map(({ context, ageMs, isStale }) => ({ context, ageMs, isStale }));
  const rows = answers.flatMap(({ context, answer }) => answer.map((row) => ({ context, ...row })));
  return terminalJson(`${JSON.stringify({ mirrors, [member]: rows }, null, 2)}\n`);
}
