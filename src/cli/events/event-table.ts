import { humanDuration } from '../../core/human-duration.ts';
import { oneLine } from '../../core/terminal-text.ts';
import type { TableStyle } from '../../output/navi-table.ts';
import { TableLayout } from '../../output/table-layout.ts';
import type { EventGroup } from '../../query/events/group-events.ts';

/** Which columns a table of events has besides those of kubectl, and how it looks. */
export interface EventTableOptions {
  readonly hasContexts: boolean;
  readonly hasNamespaces: boolean;
  readonly hasHeaders: boolean;
  readonly style: TableStyle;
}

/** A row of the table. */
export interface EventRow extends Omit<EventGroup, 'names'> {
  /** As it is printed. */
  readonly context: string;
}

/**
 * The table of `kubectl events` (kubectl 1.36), block by block, not cut to a terminal: columns are as wide as the widest
 * cell so far. On a terminal events that the server no longer has are dimmed.
 */
export class EventTable {
  readonly #options: EventTableOptions;
  readonly #widths: number[] = [];
  #hasBegun = false;

  constructor(options: EventTableOptions) {
    this.#options = options;
  }

  /** The lines of some rows, many to a text; the header before the first row of all. */
  *lines(rows: readonly EventRow[], nowMs: number): Iterable<string> {
    if (rows.length === 0) return;
    const { hasHeaders, style } = this.#options;
    const layout = new TableLayout(this.#widths);
    const withHeader = hasHeaders && !this.#hasBegun;
    this.#hasBegun = true;
    if (withHeader) layout.addRow(this.#withPlace(['CONTEXT', 'NAMESPACE'], headers));
    for (const row of rows) layout.addRow(this.#withPlace([row.context, row.namespace], eventCells(row, nowMs)));
    if (style.color.level === 0) {
      yield* layout.chunks();
      return;
    }
    let at = withHeader ? -1 : 0;
    for (const chunk of layout.chunks()) {
      const lines = chunk.split('\n').slice(0, -1);
      yield lines.map((line) => `${rows[at++]?.isExpired === false ? line : style.color.dim(line)}\n`).join('');
    }
  }

  #withPlace([context, namespace]: readonly [string, string], cells: readonly string[]): readonly string[] {
    const { hasContexts, hasNamespaces } = this.#options;
    return [...(hasContexts ? [oneLine(context)] : []), ...(hasNamespaces ? [oneLine(namespace)] : []), ...cells];
  }
}

const headers = ['LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'];

function eventCells(row: EventRow, nowMs: number): readonly string[] {
  const { type, reason, message, object } = row;
  return [lastSeen(row, nowMs), ...[type, reason, `${object.kind}/${object.name}`, message].map(oneLine)];
}

function lastSeen({ count, firstAtMs, lastAtMs }: EventRow, nowMs: number): string {
  const since = (atMs: number | null): string => (atMs === null ? '<unknown>' : humanDuration(nowMs - atMs));
  return count > 1 ? `${since(lastAtMs)} (x${count} over ${since(firstAtMs)})` : since(lastAtMs);
}
