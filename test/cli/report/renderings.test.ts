import { describe, expect, test } from 'vitest';
import { htmlReport } from '../../../src/cli/report/html-report.ts';
import { markdownReport } from '../../../src/cli/report/markdown-report.ts';
import type { Block, ReportView } from '../../../src/cli/report/view.ts';

const view = (...blocks: readonly Block[]): ReportView => ({
  title: 'A *report*',
  blocks: [],
  clusters: [
    { title: 'one', blocks: [], sections: [{ title: 'Things', blocks }] },
    { title: 'two', blocks, sections: [] },
  ],
});

const table: Block = {
  kind: 'table',
  caption: '',
  columns: [{ header: 'Name' }, { header: 'Count', isNumber: true }, { header: 'Share' }],
  rows: [
    [{ text: 'a|b' }, { text: '1,000' }, { text: '150%', tone: 'bad', share: 1.5 }],
    [{ text: 'c' }, { text: '-' }, { text: '0%', share: 0 }],
  ],
  moreCount: 1_200,
};

const plot: Block = {
  kind: 'plot',
  title: 'Things per hour',
  description: '3 things.',
  series: ['old', 'new'],
  columns: [
    { label: 'first', values: [1, 1] },
    { label: 'second', values: [0, 0] },
    { label: 'third', values: [0, 1] },
  ],
};

describe('htmlReport', () => {
  test('names its tables by their headings, and its rows by their first cells', () => {
    const page = htmlReport(view(table));
    expect(page).toContain(
      '<h3 id="c0-s0">Things</h3>\n<div class="scroll"><table role="table" aria-labelledby="c0-s0">',
    );
    expect(page).toContain('<th role="rowheader" scope="row">a|b</th>');
    expect(page).toContain('<td role="cell" data-name="Count" class="number">1,000</td>');
    expect(page).toContain('<p class="more">and 1,200 more</p>');
  });

  test('draws no bar beyond the whole', () => {
    const widths = [...htmlReport(view(table)).matchAll(/class="part" width="([^"]*)"/g)].map(([, width]) => width);
    expect(widths).toEqual(['100', '0', '100', '0']);
  });

  test('draws the parts of a column on each other, and nothing for an empty one', () => {
    const page = htmlReport(view(plot));
    const [, first] = /<g><title>first: 1 old, 1 new<\/title>(.*?)<\/g>/.exec(page) ?? [];
    expect(first?.replaceAll(/ ?\/>/g, '/>')).toBe(
      '<rect class="s0" x="1" y="50" width="8" height="50"/><rect class="s1" x="1" y="0" width="8" height="50"/>',
    );
    expect(page).not.toContain('<title>second');
    expect(page).toMatch(/<desc id="[^"]+">3 things\.<\/desc>/);
  });

  test('has each id once, and each reference leads to one', () => {
    const page = htmlReport(view(table, plot, plot));
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id ?? '');
    expect(new Set(ids).size).toBe(ids.length);
    const named = [...page.matchAll(/\s(?:aria-labelledby|href)="(?!data:)#?([^"]+)"/g)].flatMap(
      ([, names]) => names?.split(' ') ?? [],
    );
    expect(named.filter((name) => !ids.includes(name))).toEqual([]);
  });
});

describe('markdownReport', () => {
  test('escapes what Markdown would take for its own', () => {
    const text = markdownReport(view(table));
    expect(text.split('\n')[0]).toBe(String.raw`# A \*report\*`);
    expect(text).toContain(String.raw`| Name | Count | Share |
| --- | ---: | --- |
| a\|b | 1,000 | **150%** |
| c | - | 0% |

and 1,200 more`);
  });

  test('draws a plot as a line of text', () => {
    expect(markdownReport(view(plot))).toContain(
      '**Things per hour**: 3 things.\n\n    █ ▄\n    first to third, at most 2',
    );
  });
});
