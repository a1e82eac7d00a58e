import { sinceText, type Cell } from '../core/cell.ts';
import { goNumber } from '../core/go-number.ts';

/**
 * The text of a cell in kubectl's table (kubectl 1.36): strings end at their first line break with `...`, null is
 * empty, an escape character shows as `^[`, so that nothing from a cluster steers the terminal. Ages count to `nowMs`.
 */
export function cellText(cell: Cell, nowMs: number): string {
  if (typeof cell === 'string') {
    return stringCellText(cell);
  }
  if (typeof cell === 'number') {
    return goNumber(cell);
  }
  if (typeof cell === 'boolean') {
    return String(cell);
  }
  return cell === null ? '' : stringCellText(sinceText(cell, nowMs));
}

const lineEnd = /[\n\r\f]/;
const escapeCharacter = '\u001b';

function stringCellText(text: string): string {
  const end = text.search(lineEnd);
  const line = end < 0 ? text : `${text.slice(0, end)}...`;
  return line.includes(escapeCharacter) ? line.replaceAll(escapeCharacter, '^[') : line;
}
