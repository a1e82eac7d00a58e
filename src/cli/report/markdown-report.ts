import { oneLine } from '../../core/terminal-text.ts';
import { moreText } from './state-sections.ts';
import type { Block, Cell, PlotBlock, ReportView, TableBlock } from './view.ts';

/** Text that Markdown shows as it is, on one line. */
function plain(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]|#~!]/g, String.raw`\$&`);
}

/** A report as Markdown with tables (GitHub's). */
export function markdownReport({ title, blocks, clusters }: ReportView): string {
  const parts = [
    `# ${plain(title)}`,
    ...blocks.map(blockText),
    ...clusters.flatMap((cluster) => [
      `## ${plain(cluster.title)}`,
      ...cluster.blocks.map(blockText),
      ...cluster.sections.flatMap((section) => [`### ${plain(section.title)}`, ...section.blocks.map(blockText)]),
    ]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'text':
      return block.tone === undefined ? plain(block.text) : `**${plain(block.text)}**`;
    case 'facts':
      return block.facts.map(([name, value]) => `- ${plain(name)}: ${cellText(value)}`).join('\n');
    case 'table':
      return tableText(block);
    case 'plot':
      return plotText(block);
  }
}

function cellText({ text, tone }: Cell): string {
  return tone === 'bad' ? `**${plain(text)}**` : plain(text);
}

function tableText({ caption, columns, rows, moreCount }: TableBlock): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const table = [
    line(columns.map(({ header }) => plain(header))),
    line(columns.map(({ isNumber }) => (isNumber === true ? '---:' : '---'))),
    ...rows.map((row) => line(row.map(cellText))),
  ].join('\n');
  const more = moreCount > 0 ? `\n\n${moreText(moreCount)}` : '';
  return `${caption === '' ? '' : `**${plain(caption)}**\n\n`}${table}${more}`;
}

/** Heights of a column of text. */
const heights = '▁▂▃▄▅▆▇█';

/** The sums of the columns as one line of text. */
function plotText({ title, description, columns }: PlotBlock): string {
  const sums = columns.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const most = Math.max(1, ...sums);
  const line = sums
    .map((sum) => (sum === 0 ? ' ' : (heights[Math.ceil((sum / most) * heights.length) - 1] ?? '')))
    .join('');
  const [first, last] = [columns[0]?.label ?? '', columns.at(-1)?.label ?? ''];
  return `**${plain(title)}**: ${plain(description)}\n\n    ${line}\n    ${first} to ${last}, at most ${most}`;
}
