import { createHash } from 'node:crypto';
import { htmlBar, htmlPlot } from './html-plot.ts';
import { Html, markup } from './html-text.ts';
import { reportStyle } from './report-style.ts';
import { moreText } from './state-sections.ts';
import type { Block, Cell, Column, FactsBlock, ReportView, TableBlock, ViewCluster, ViewSection } from './view.ts';

/** A page that asks for nothing and runs nothing: its one style is named by its hash. */
function securityPolicy(): string {
  const hash = createHash('sha256').update(reportStyle).digest('base64');
  return `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
}

/** A report as one page of HTML that needs nothing else. */
export function htmlReport({ title, blocks, clusters }: ReportView): string {
  const toc =
    clusters.length < 2
      ? markup``
      : markup`<nav aria-label="Clusters"><ul>${clusters.map((cluster, index) => markup`<li><a href="#c${index}">${cluster.title}</a></li>`)}</ul></nav>
`;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${securityPolicy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Html(reportStyle)}</style>
</head>
<body>
<header>
<h1 id="title">${title}</h1>
${blocks.map((block, index) => htmlBlock(block, `t${index}`, 'title'))}${toc}</header>
<main>
${clusters.map((cluster, index) => htmlCluster(cluster, `c${index}`))}</main>
</body>
</html>
`;
  return page.text;
}

function htmlCluster({ title, blocks, sections }: ViewCluster, id: string): Html {
  return markup`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${blocks.map((block, index) => htmlBlock(block, `${id}-${index}`, id))}${sections.map((section, index) => htmlSection(section, `${id}-s${index}`))}</section>
`;
}

function htmlSection({ title, blocks }: ViewSection, id: string): Html {
  return markup`<section aria-labelledby="${id}">
<h3 id="${id}">${title}</h3>
${blocks.map((block, index) => htmlBlock(block, `${id}-${index}`, id))}</section>
`;
}

function htmlBlock(block: Block, id: string, labelId: string): Html {
  switch (block.kind) {
    case 'text':
      return markup`<p${classed(block.tone)}>${block.text}</p>
`;
    case 'facts':
      return htmlFacts(block);
    case 'table':
      return htmlTable(block, labelId);
    case 'plot':
      return htmlPlot(block, id);
  }
}

function htmlFacts({ facts }: FactsBlock): Html {
  const items = facts.map(
    ([name, value]) => markup`<div><dt>${name}</dt><dd${classed(value.tone)}>${cellContent(value)}</dd></div>`,
  );
  return markup`<dl>${items}</dl>
`;
}

/**
 * Roles are written down, since a phone shows rows as blocks, which would take them away.
 * @param labelId of the heading that names a table without a caption
 */
function htmlTable({ caption, columns, rows, moreCount }: TableBlock, labelId: string): Html {
  const classes = columns.map((column, index) =>
    columnClass(
      column,
      rows.map((row) => row[index]?.text ?? ''),
    ),
  );
  const heads = columns.map(
    ({ header }, index) => markup`<th role="columnheader" scope="col"${classed(classes[index])}>${header}</th>`,
  );
  const lines = rows.map((row) => {
    const cells = row.map((value, index) => {
      const shown = classed(classes[index], value.tone);
      if (index === 0) return markup`<th role="rowheader" scope="row"${shown}>${cellContent(value)}</th>`;
      return markup`<td role="cell" data-name="${columns[index]?.header ?? ''}"${shown}>${cellContent(value)}</td>`;
    });
    return markup`<tr role="row">${cells}</tr>
`;
  });
  const more = moreCount > 0 ? markup`<p class="more">${moreText(moreCount)}</p>` : markup``;
  const named = caption === '' ? markup` aria-labelledby="${labelId}">` : markup`><caption>${caption}</caption>`;
  return markup`<div class="scroll"><table role="table"${named}
<thead role="rowgroup"><tr role="row">${heads}</tr></thead>
<tbody role="rowgroup">
${lines}</tbody></table></div>${more}
`;
}

/** The attribute of classes; nothing where there are none. */
function classed(...names: readonly (string | undefined)[]): Html {
  const all = names.filter((name) => name !== undefined && name !== '').join(' ');
  return all === '' ? markup`` : markup` class="${all}"`;
}

/** Characters from which on a text needs room. */
const longText = 60;

function columnClass({ isNumber }: Column, texts: readonly string[]): string {
  if (isNumber === true) return 'number';
  if (texts.some((text) => /^(?:before )?\d{4}-\d\d-\d\d /.test(text))) return 'time';
  return texts.some((text) => text.length > longText) ? 'long' : '';
}

function cellContent({ text, share }: Cell): Html {
  return share === undefined ? markup`${text}` : markup`${text}${htmlBar(share)}`;
}
