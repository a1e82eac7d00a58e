import { displayWidth } from './line-width.ts';
import { naviTable, type TableStyle } from './navi-table.ts';

/** Details that stand below their rows are set in by so much. */
const indent = '    ';

/**
 * A table whose last column is of any length: where the terminal is too narrow for it, each detail stands in lines of its
 * own below its row, broken between words. Otherwise, and in a pipe, it is as `naviTable`.
 */
export function detailTable(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  style: TableStyle,
): string {
  const whole = naviTable(headers, rows, { ...style, width: undefined });
  const { width } = style;
  if (width === undefined || whole.split('\n').every((line) => displayWidth(line) <= width)) return whole;
  const short = naviTable(
    headers.slice(0, -1),
    rows.map((row) => row.slice(0, -1)),
    style,
  );
  const [head = '', ...lines] = short.trimEnd().split('\n');
  const withDetails = lines.flatMap((line, index) => [line, ...brokenLines(rows[index]?.at(-1) ?? '', width)]);
  return `${[head, ...withDetails].join('\n')}\n`;
}

/** The words of a text in lines that fit, set in; a word that is too long for a line is cut into pieces. */
function brokenLines(text: string, width: number): readonly string[] {
  const room = Math.max(1, width - indent.length);
  const lines: string[] = [];
  let line = '';
  const words = text.split(' ').flatMap((word) => pieces(word, room));
  for (const word of words) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (displayWidth(longer) <= room) {
      line = longer;
      continue;
    }
    lines.push(line);
    line = word;
  }
  return [...lines, line].filter((each) => each !== '').map((each) => `${indent}${each}`);
}

function pieces(word: string, room: number): readonly string[] {
  if (displayWidth(word) <= room) return [word];
  const parts: string[] = [];
  let part = '';
  for (const { segment } of new Intl.Segmenter().segment(word)) {
    if (displayWidth(part + segment) > room && part !== '') {
      parts.push(part);
      part = '';
    }
    part += segment;
  }
  return [...parts, part];
}
