const light = `--paper: #fff; --ink: #1a1f24; --soft: #57606a; --line: #d0d7de; --panel: #f6f8fa;
--bad: #b3261e; --warn: #855000; --good: #1a6b3c; --s0: #0072b2; --s1: #009e73; --s2: #d55e00; --whole: #dde2e7;`;

const dark = `--paper: #0f1419; --ink: #e6e9ec; --soft: #a3adb8; --line: #333d47; --panel: #182028;
--bad: #ff8f85; --warn: #f2b45c; --good: #6fd3a0; --s0: #56b4e9; --s1: #2fc79a; --s2: #ff8c42; --whole: #2f3943;`;

/**
 * The style of the HTML report: light and dark, phone and paper. The colours of plots are those of Okabe and Ito, which people
 * who do not see all colours can tell apart.
 */
export const reportStyle = `
:root { color-scheme: light dark; ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 1.5rem; max-width: 82rem; background: var(--paper); color: var(--ink);
  font: 0.95rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 0.5rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 0.75rem; padding-top: 1rem; border-top: 2px solid var(--ink); }
h3 { font-size: 1.05rem; margin: 2rem 0 0.5rem; }
p { margin: 0.4rem 0; max-width: 75ch; }
a { color: inherit; }
.soft, figcaption, .ticks, .most, .legend, .more { color: var(--soft); font-size: 0.85rem; }
.bad { color: var(--bad); font-weight: 600; }
.warn { color: var(--warn); }
p.bad, p.warn { border-left: 4px solid currentColor; padding-left: 0.6rem; }
nav ul, ul.legend { list-style: none; margin: 0.25rem 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: 0.6rem; margin: 0.75rem 0; }
dl > div { border: 1px solid var(--line); background: var(--panel); border-radius: 6px; padding: 0.5rem 0.7rem; }
dt { color: var(--soft); font-size: 0.8rem; }
dd { margin: 0; font-size: 1.1rem; font-weight: 600; font-variant-numeric: tabular-nums; }
dd.good { color: var(--good); }
dd.bad::before { content: "\\2715\\00a0"; }
dd.warn::before { content: "!\\00a0"; }
table { border-collapse: collapse; width: 100%; margin: 0.5rem 0 0; font-size: 0.88rem; }
caption { text-align: left; color: var(--soft); font-size: 0.85rem; padding: 0.25rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.35rem 1rem 0.35rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 600; border-bottom: 2px solid var(--line); overflow-wrap: normal; }
tbody th { font-weight: 600; min-width: 13rem; }
tbody td { overflow-wrap: break-word; }
.scroll { overflow-x: auto; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.long { min-width: 15rem; overflow-wrap: anywhere; }
td.time { min-width: 10.5rem; }
.bar { display: block; width: 100%; min-width: 6rem; height: 6px; margin-top: 0.2rem; }
.whole { fill: var(--whole); }
.part { fill: var(--s0); }
.bad .part { fill: var(--bad); }
.warn .part { fill: var(--warn); }
figure { margin: 0.75rem 0 1.25rem; }
.plot { position: relative; padding-top: 1.1rem; }
.plot svg { display: block; width: 100%; height: 9rem; border-bottom: 1px solid var(--ink); }
.most { position: absolute; top: 0; left: 0; line-height: 1; }
.ticks { display: flex; justify-content: space-between; gap: 0.5rem; }
.ticks span { overflow-wrap: normal; }
.ticks span:nth-child(2) { text-align: center; }
.ticks span:last-child { text-align: right; }
.grid { stroke: var(--line); stroke-width: 1; vector-effect: non-scaling-stroke; }
.s0 { fill: var(--s0); } .s1 { fill: var(--s1); } .s2 { fill: var(--s2); }
.swatch { width: 0.8em; height: 0.8em; margin-right: 0.35em; }
@media screen and (max-width: 56rem) {
  body { padding: 1rem; }
  table, tbody, tr, th, td, caption { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody tr { border: 1px solid var(--line); background: var(--panel); border-radius: 6px; padding: 0.5rem 0.7rem; margin: 0.5rem 0; }
  tbody th, tbody td, td.long, td.time { border: 0; padding: 0.1rem 0; min-width: 0; overflow-wrap: anywhere; }
  tbody td::before { content: attr(data-name) ": "; color: var(--soft); font-weight: 400; }
  .number { text-align: left; }
  td.number { display: inline-block; margin-right: 1.25rem; }
}
@media print {
  :root { ${light} color-scheme: light; }
  @page { margin: 14mm; }
  body { padding: 0; max-width: none; font-size: 9.5pt; }
  nav { display: none; }
  h2 { break-before: page; border-top: 0; padding-top: 0; }
  main > section:first-of-type > h2 { break-before: auto; }
  h2, h3, caption { break-after: avoid; }
  figure, tr, dl > div { break-inside: avoid; }
  table { font-size: 8.5pt; }
  dl { grid-template-columns: repeat(4, 1fr); }
  tbody th { min-width: 9rem; }
  td.long { min-width: 9rem; }
  td.time { min-width: 5.5rem; }
  .scroll { overflow: visible; }
  .plot svg { height: 3.5cm; }
}
`;
