import Table from 'cli-table3';
import { columnGap } from './column-widths.ts';

const noFrame = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: columnGap,
};

/** Rows that are cut in one go: what cli-table3 needs for a table grows with the square of its rows. */
const blockRowCount = 50;

/** Rows with their cells cut to these widths (characters), as lines without trailing spaces. */
export function cutLines(lines: readonly (readonly string[])[], widths: readonly number[]): readonly string[] {
  const cut: string[] = [];
  for (let from = 0; from < lines.length; from += blockRowCount) {
    const table = new Table({
      chars: noFrame,
      style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
      colWidths: [...widths],
    });
    for (const cells of lines.slice(from, from + blockRowCount)) table.push([...cells]);
    cut.push(...table.toString().split('\n'));
  }
  return cut.map((line) => line.trimEnd());
}
