import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import type { NarrowColumn } from '../../output/narrow-table.ts';
import type { TableStyle } from '../../output/navi-table.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import type { Answering } from '../ask-contexts.ts';

/** A column of a table of navi's own. */
export interface ListingColumn<Row> extends NarrowColumn {
  /** What is printed; text from a cluster is made harmless afterwards. */
  readonly text: (row: Row, nowMs: number) => string;
  /** How it is coloured on a terminal. */
  readonly paint?: (row: Row, style: TableStyle, text: string, nowMs: number) => string;
}

/** A table about what is mirrored, of one cluster or several. Times are epoch milliseconds. */
export interface Listing<Row extends object> {
  /** Member of the JSON that has the rows. */
  readonly member: string;
  /** A row as the JSON has it, besides its context; absent where that is the row itself. */
  readonly json?: (row: Row, nowMs: number) => object;
  readonly columns: readonly ListingColumn<Row>[];
  /** What `-o name` prints of a row. */
  readonly name: (row: Row) => string;
  /** What is told where no mirror has a row. */
  readonly none: string;
  read(reader: MirrorReader, context: ContextSummary, nowMs: number): Answering<readonly Row[]>;
}
