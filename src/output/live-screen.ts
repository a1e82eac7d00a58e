import { cutLine, displayWidth } from './line-width.ts';

/** Size of a terminal in characters. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** What a stream says of its terminal; `columns` and `rows` are 0 where a terminal does not tell them. */
interface Terminal {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** True for a terminal that can be drawn on. */
export function isScreen({ isTTY }: Terminal, env: NodeJS.ProcessEnv): boolean {
  return isTTY === true && env['TERM'] !== 'dumb';
}

/** The size of a terminal, that of the oldest ones where it does not tell. */
export function screenSize({ columns = 0, rows = 0 }: Terminal): ScreenSize {
  return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
}

/** Alternate screen, which leaves what was there before as it was; cursor hidden. */
const begin = '\u001B[?1049h\u001B[?25l';
const leave = '\u001B[?25h\u001B[?1049l';

/** Terminals that know it show a frame only when it is whole. */
const frameBegin = '\u001B[?2026h';
const frameEnd = '\u001B[?2026l';

/**
 * A text on a terminal that is drawn anew in place: each line is written over the one before, so that nothing flickers.
 */
export class LiveScreen {
  readonly #write: (text: string) => void;
  #last = '';
  #isOpen = false;

  /** @param write to the terminal, as it is */
  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Shows whole lines, cut to the screen; what does not fit below is told by its last line. */
  draw(text: string, { columns, rows }: ScreenSize): void {
    const lines = text.trimEnd().split('\n');
    const hiddenCount = lines.length - (rows - 1);
    const shown = lines.length <= rows ? lines : [...lines.slice(0, rows - 1), `… ${hiddenCount} more lines`];
    const body = shown.map((line) => wholeLine(cutLine(line, columns), columns)).join('\r\n');
    const below = shown.length < rows ? '\r\n\u001B[J' : '';
    // After a change of size terminals keep parts of the old frame in places of their own.
    const frame = `${columns}x${rows}${body}`;
    if (frame === this.#last) return;
    this.#last = frame;
    this.#write(`${this.#isOpen ? '' : begin}${frameBegin}\u001B[H${body}${below}${frameEnd}`);
    this.#isOpen = true;
  }

  /** Gives the terminal back as it was. */
  end(): void {
    if (this.#isOpen) this.#write(leave);
    this.#isOpen = false;
  }
}

/** Erases what the frame before left on a line; after a full line that would take its last character. */
function wholeLine(line: string, columns: number): string {
  return displayWidth(line) < columns ? `${line}\u001B[K` : line;
}
