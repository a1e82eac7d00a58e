/**
 * Aligns rows of cells as kubectl's table printer does (kubectl 1.36): every cell but the last of its row is padded to
 * its column, three spaces wider than the widest cell and at least six, counted in code points.
 *
 * Rows are kept as one text each until they are read: a hundred thousand of them must fit into a few MB. A tab or
 * vertical tab inside a cell separates cells like any other, a newline ends the row, a form feed also the columns;
 * rows of unequal cell counts align only with their neighbours.
 */
export class TableLayout {
  readonly #rows: string[] = [];
  #cellCount = -1;
  #regular = true;
  /** Of every column but the last, while all rows have the same number of cells. */
  readonly #widths: number[];
  /** What `irregularLines` goes on from, and where the widths are kept for the next block. */
  readonly #remembered: number[];

  /** @param remembered widths of the columns of the blocks before, widened by this one; columns are never narrower. */
  constructor(remembered: number[] = []) {
    this.#remembered = remembered;
    this.#widths = [...remembered];
  }

  /** Adds one row; the array is not kept. */
  addRow(cells: readonly string[]): void {
    if (this.#cellCount < 0) {
      this.#cellCount = cells.length;
    }
    if (this.#regular) {
      this.#regular = cells.length === this.#cellCount && this.#measure(cells);
    }
    this.#rows.push(cells.join('\t'));
  }

  /** The finished lines in order, many to a text of about 64 KiB, each line with its newline. */
  *chunks(): Iterable<string> {
    let chunk = '';
    const lines = this.#regular ? this.#regularLines() : irregularLines(splitLines(this.#rows), this.#remembered);
    for (const line of lines) {
      chunk += line;
      if (chunk.length >= chunkLength) {
        yield chunk;
        chunk = '';
      }
    }
    if (chunk !== '') {
      yield chunk;
    }
  }

  /** Widens the columns for a row; false if a cell of it breaks the columns. */
  #measure(cells: readonly string[]): boolean {
    for (let column = 0; column < cells.length; column += 1) {
      const width = cellWidth(cells[column] ?? '');
      if (width < 0) {
        return false;
      }
      if (column < cells.length - 1) {
        this.#widths[column] = Math.max(this.#widths[column] ?? minimumWidth, width + padding);
      }
    }
    return true;
  }

  *#regularLines(): Iterable<string> {
    const widths = this.#widths.slice(0, Math.max(0, this.#cellCount - 1));
    for (const [column, width] of widths.entries()) {
      this.#remembered[column] = width;
    }
    for (const row of this.#rows) {
      yield `${paddedRow(row, widths)}\n`;
    }
  }
}

const minimumWidth = 6;
const padding = 3;
const chunkLength = 64 * 1024;

/** A row's cells, each but the last padded to its column. */
function paddedRow(row: string, widths: readonly number[]): string {
  let line = '';
  let from = 0;
  for (const width of widths) {
    const to = row.indexOf('\t', from);
    if (to < 0) {
      break;
    }
    const cell = row.slice(from, to);
    line += cell.padEnd(width + cell.length - codePointCount(cell));
    from = to + 1;
  }
  return line + row.slice(from);
}

/** Code points of a cell; -1 if it has a character that separates cells or rows. */
function cellWidth(cell: string): number {
  let width = cell.length;
  for (let index = 0; index < cell.length; index += 1) {
    const unit = cell.charCodeAt(index);
    if (unit >= 0x09 && unit <= 0x0c) {
      return -1;
    }
    width -= unit >= 0xdc00 && unit <= 0xdfff ? 1 : 0;
  }
  return width;
}

function codePointCount(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    count -= unit >= 0xdc00 && unit <= 0xdfff ? 1 : 0;
  }
  return count;
}

/** One line of the general case: its cells are tab-separated, and columns may end with it. */
interface Line {
  readonly cells: string;
  readonly cellCount: number;
  /** True if nothing after this line aligns with it. */
  readonly endsColumns: boolean;
}

function splitLines(rows: readonly string[]): Line[] {
  const lines: Line[] = [];
  for (const row of rows) {
    const parts = row.replaceAll('\v', '\t').split(/([\n\f])/);
    for (let index = 0; index < parts.length; index += 2) {
      const cells = parts[index] ?? '';
      const cellCount = cells.split('\t').length;
      lines.push({ cells, cellCount, endsColumns: cellCount === 1 || parts[index + 1] === '\f' });
    }
  }
  return lines;
}

/**
 * Elastic tab stops: a column is a run of consecutive lines that have a padded cell in it, within one run of the
 * column before. A column is never narrower than the same column was in an earlier run.
 */
function* irregularLines(lines: readonly Line[], remembered: number[]): Iterable<string> {
  let from = 0;
  for (let to = 1; to <= lines.length; to += 1) {
    if (lines[to - 1]?.endsColumns === true || to === lines.length) {
      yield* alignColumn(lines.slice(from, to), [], remembered);
      from = to;
    }
  }
}

function* alignColumn(lines: readonly Line[], widths: readonly number[], remembered: number[]): Iterable<string> {
  const column = widths.length;
  let from = 0;
  while (from < lines.length) {
    const inColumn = hasColumn(lines[from], column);
    let to = from + 1;
    while (to < lines.length && hasColumn(lines[to], column) === inColumn) {
      to += 1;
    }
    const run = lines.slice(from, to);
    if (inColumn) {
      const width = Math.max(remembered[column] ?? minimumWidth, columnWidth(run, column));
      remembered[column] = width;
      yield* alignColumn(run, [...widths, width], remembered);
    } else {
      for (const line of run) {
        yield `${paddedRow(line.cells, widths)}\n`;
      }
    }
    from = to;
  }
}

function hasColumn(line: Line | undefined, column: number): boolean {
  return line !== undefined && column < line.cellCount - 1;
}

function columnWidth(lines: readonly Line[], column: number): number {
  let width = 0;
  for (const line of lines) {
    width = Math.max(width, codePointCount(line.cells.split('\t')[column] ?? '') + padding);
  }
  return width;
}
