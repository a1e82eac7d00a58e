import { markup, type Html } from './html-text.ts';
import type { PlotBlock } from './view.ts';
import { numberText } from '../../core/counted.ts';

/** Units of the drawing in a column, and in its height: it is stretched to the width of the page. */
const columnWidth = 10;
const height = 100;

/**
 * A plot as inline SVG. Its words are HTML around it: within, they would shrink with the page.
 * @param id a name that nothing else in the page has
 */
export function htmlPlot({ title, description, series, columns }: PlotBlock, id: string): Html {
  const most = Math.max(1, ...columns.map(({ values }) => values.reduce((sum, value) => sum + value, 0)));
  const width = columns.length * columnWidth;
  const ticks = [columns[0], columns[Math.floor(columns.length / 2)], columns.at(-1)];
  const lines = [0, 0.5].map((share) => {
    const y = share * height;
    return markup`<line class="grid" x1="0" y1="${y}" x2="${width}" y2="${y}" />`;
  });
  return markup`<figure>
<figcaption>${title}</figcaption>
${series.length > 1 ? legend(series) : []}
<div class="plot"><span class="most">${numberText(most)}</span>
<svg role="img" aria-labelledby="${id}-title ${id}-text" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none">
<title id="${id}-title">${title}</title><desc id="${id}-text">${description}</desc>
${lines}${columns.map((column, index) => htmlColumn(column, { x: index * columnWidth, most, series }))}
</svg></div>
<div class="ticks">${ticks.map((tick) => markup`<span>${tick?.label ?? ''}</span>`)}</div>
<p class="soft">${description}</p>
</figure>
`;
}

function legend(series: readonly string[]): Html {
  const items = series.map(
    (name, index) =>
      markup`<li><svg class="swatch" viewBox="0 0 1 1" aria-hidden="true"><rect class="s${index}" width="1" height="1" /></svg>${name}</li>`,
  );
  return markup`<ul class="legend">${items}</ul>`;
}

function htmlColumn(
  { label, values }: PlotBlock['columns'][number],
  { x, most, series }: { readonly x: number; readonly most: number; readonly series: readonly string[] },
): Html {
  let top = height;
  const parts = values.flatMap((value, index) => {
    if (value === 0) return [];
    const own = (value / most) * height;
    top -= own;
    return [
      markup`<rect class="s${index}" x="${x + 1}" y="${tidy(top)}" width="${columnWidth - 2}" height="${tidy(own)}" />`,
    ];
  });
  if (parts.length === 0) return markup``;
  const told = values.map((value, index) => `${numberText(value)} ${series[index] ?? ''}`).join(', ');
  return markup`<g><title>${label}: ${told}</title>${parts}</g>`;
}

/** A bar of a part of a whole; what goes beyond the whole is told by its text. */
export function htmlBar(share: number): Html {
  const width = tidy(Math.min(1, Math.max(0, share)) * 100);
  return markup`<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="whole" width="100" height="6"/><rect class="part" width="${width}" height="6"/></svg>`;
}

function tidy(value: number): number {
  return Math.round(value * 100) / 100;
}
