import { heading, item, paragraph, roffInline, subheading, verbatim } from './roff.ts';

/** The Markdown of the project's own texts as a page: headings, paragraphs, lists, code, and tables as lists of terms. */
export function markdownRoff(markdown: string): string {
  const blocks = markdown
    .trim()
    .split(/\n(?=#)|\n\n+/)
    .flatMap(wholeBlocks());
  return blocks.map(blockRoff).join('');
}

/** Joins a fenced block again that has empty lines in it. */
function wholeBlocks(): (block: string) => readonly string[] {
  let open: string | undefined;
  return (block) => {
    const fenceCount = block.split('\n').filter((line) => line.startsWith('```')).length;
    if (open !== undefined) {
      open = `${open}\n\n${block}`;
      if (fenceCount % 2 === 0) return [];
      const whole = open;
      open = undefined;
      return [whole];
    }
    if (fenceCount % 2 === 0) return block.trim() === '' ? [] : [block];
    open = block;
    return [];
  };
}

function blockRoff(block: string): string {
  const lines = block.split('\n');
  const [first = ''] = lines;
  if (first.startsWith('## ')) return heading(first.slice(3)) + restRoff(lines);
  if (/^###+ /.test(first)) return subheading(first.replace(/^#+ /, '')) + restRoff(lines);
  if (first.startsWith('# ')) return restRoff(lines);
  if (first.startsWith('```')) return verbatim(lines.slice(1, -1));
  if (first.startsWith('|')) return tableRoff(lines);
  if (first.startsWith('- ')) return listRoff(lines);
  return paragraph(lines.join('\n'));
}

const restRoff = (lines: readonly string[]): string =>
  lines.length === 1 ? '' : blockRoff(lines.slice(1).join('\n').trim());

/** The first column is the term; the others follow it, with their headers where there are several. */
function tableRoff(lines: readonly string[]): string {
  const cells = (line: string): readonly string[] =>
    line
      .replace(/^\||\|$/g, '')
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll('\\|', '|'));
  const [head = '', _rule, ...rows] = lines;
  const headers = cells(head).slice(1);
  return rows
    .map((row) => {
      const [term = '', ...values] = cells(row);
      const told = values.flatMap((value, index) =>
        value === '' ? [] : [index > 0 ? `${headers[index] ?? ''} ${value}` : value],
      );
      return item(`\\fB${roffInline(term).replaceAll(/\\f[BR]/g, '')}\\fR`, told.join('; '));
    })
    .join('');
}

function listRoff(lines: readonly string[]): string {
  const items = lines.join('\n').split(/\n(?=- )/);
  return items.map((each) => `.IP \\(bu 2\n${roffInline(each.slice(2).replaceAll(/\n\s+/g, '\n'))}\n`).join('');
}
