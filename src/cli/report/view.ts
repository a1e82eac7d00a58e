/** How much something matters: colour is never the only sign of it. */
export type Tone = 'bad' | 'warn' | 'good';

/** What is in a cell. */
export interface Cell {
  readonly text: string;
  readonly tone?: Tone | undefined;
  /** Drawn as a bar: a part of a whole, 1 for all of it. */
  readonly share?: number | undefined;
}

/** A column; numbers stand at the right. */
export interface Column {
  readonly header: string;
  readonly isNumber?: boolean;
}

/** A line of text. */
export interface TextBlock {
  readonly kind: 'text';
  readonly text: string;
  readonly tone?: Tone | undefined;
}

/** Names with what they are now. */
export interface FactsBlock {
  readonly kind: 'facts';
  readonly facts: readonly (readonly [name: string, value: Cell])[];
}

/** A table; its first column names the row. */
export interface TableBlock {
  readonly kind: 'table';
  /** Empty for what the heading says already. */
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** Rows that are left out. */
  readonly moreCount: number;
}

/** Columns over time, of parts that lie on each other. */
export interface PlotBlock {
  readonly kind: 'plot';
  readonly title: string;
  /** What it shows, in a sentence, for those who do not see it. */
  readonly description: string;
  /** From the bottom up. */
  readonly series: readonly string[];
  /** Oldest first; `values` in the order of the series. */
  readonly columns: readonly { readonly label: string; readonly values: readonly number[] }[];
}

/** A part of a section. */
export type Block = TextBlock | FactsBlock | TableBlock | PlotBlock;

/** What is told under a heading. */
export interface ViewSection {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** What is told of a cluster. */
export interface ViewCluster {
  readonly title: string;
  readonly blocks: readonly Block[];
  readonly sections: readonly ViewSection[];
}

/** A report as people read it, in whichever format. Its texts hold what clusters tell, and are not harmless yet. */
export interface ReportView {
  readonly title: string;
  readonly blocks: readonly Block[];
  readonly clusters: readonly ViewCluster[];
}
