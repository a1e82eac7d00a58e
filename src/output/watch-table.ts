import { decorate, headers, rowTexts, type TableGroup, type TableOptions, type TableRow } from './object-table.ts';
import { TableLayout } from './table-layout.ts';

/** What a watch table shows besides the options of every table. */
export interface WatchTableOptions extends TableOptions {
  /** A first column with what happened to each object. */
  readonly showEvents: boolean;
}

/** What happened to an object, as a watch calls it. */
export type WatchEventName = 'ADDED' | 'MODIFIED' | 'DELETED';

/**
 * The table of `kubectl get -w` (kubectl 1.36): a first block of rows, then a row per event. Columns are as wide as
 * the widest cell so far, so that a longer one shifts its own line and those after it.
 */
export class WatchTable {
  readonly #options: WatchTableOptions;
  readonly #widths: number[] = [];
  #headerOf = '';

  constructor(options: WatchTableOptions) {
    this.#options = options;
  }

  /** The lines of rows of one type; a header before them where the columns are not those of the last header. */
  *lines(
    group: Omit<TableGroup, 'rows'>,
    rows: Iterable<TableRow>,
    event: WatchEventName,
    nowMs = this.#options.nowMs,
  ): Iterable<string> {
    const options = { ...this.#options, nowMs };
    const decoration = decorate(group, options, options.allNamespaces);
    const layout = new TableLayout(this.#widths);
    const first = (text: string): readonly string[] => (options.showEvents ? [text] : []);
    const columns = JSON.stringify(group.columns);
    for (const row of rows) {
      if (columns !== this.#headerOf && !options.noHeaders) {
        layout.addRow([...first('EVENT'), ...headers(decoration, options)]);
      }
      this.#headerOf = columns;
      layout.addRow([...first(event.padEnd(8)), ...rowTexts(decoration, row, options)]);
    }
    yield* layout.chunks();
  }
}
