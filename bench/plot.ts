/** One curve: values over counts of objects, in rising order. */
export interface Curve {
  readonly name: string;
  readonly points: readonly { readonly count: number; readonly value: number }[];
}

const width = 800;
const height = 360;
const left = 50;
const right = 330;
const top = 30;
const bottom = 40;

/** Colours that stay apart for the colour-blind, after Okabe and Ito. */
const colors = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Curves as an SVG image: counts on a logarithmic axis, values on a linear one from zero, with a line at the bar. */
export function plot(title: string, curves: readonly Curve[], bar: number): string {
  const counts = [...new Set(curves.flatMap(({ points }) => points.map(({ count }) => count)))].toSorted(
    (a, b) => a - b,
  );
  const most = Math.ceil(Math.max(bar, ...curves.flatMap(({ points }) => points.map(({ value }) => value))));
  const from = Math.log10(counts[0] ?? 1);
  const span = Math.max(1, Math.log10(counts.at(-1) ?? 1) - from);
  const x = (count: number): number => left + ((Math.log10(count) - from) / span) * (width - left - right);
  const y = (value: number): number => top + (1 - value / most) * (height - top - bottom);
  const text = (at: readonly [number, number], words: string, more = ''): string =>
    `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" ${more}>${escaped(words)}</text>`;
  const grid = Array.from({ length: most + 1 }, (_, value) => [
    `<line x1="${left}" x2="${width - right}" y1="${y(value)}" y2="${y(value)}" stroke="#ddd"/>`,
    text([left - 8, y(value) + 4], String(value), 'text-anchor="end"'),
  ]).flat();
  const ticks = counts.map((count) =>
    text([x(count), height - bottom + 18], count.toLocaleString('en'), 'text-anchor="middle"'),
  );
  const lines = curves.flatMap(({ name, points }, index) => {
    const color = colors[index % colors.length];
    const path = points.map(({ count, value }) => `${x(count).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
    const at = top + 12 + index * 20;
    return [
      `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"/>`,
      ...points.map(
        ({ count, value }) => `<circle cx="${x(count).toFixed(1)}" cy="${y(value).toFixed(1)}" r="3" fill="${color}"/>`,
      ),
      `<line x1="${width - right + 12}" x2="${width - right + 32}" y1="${at - 4}" y2="${at - 4}" stroke="${color}" stroke-width="2"/>`,
      text([width - right + 38, at], name),
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...grid,
    `<line x1="${left}" x2="${width - right}" y1="${y(bar)}" y2="${y(bar)}" stroke="#b00" stroke-dasharray="6 4"/>`,
    ...ticks,
    text([left - 8, 12], 'times', 'text-anchor="end"'),
    text([left + (width - left - right) / 2, height - 6], 'objects in the mirror', 'text-anchor="middle"'),
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}
