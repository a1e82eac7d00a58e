/**
 * Text for man(1): the macros of man(7), with every character that roff would take for itself made harmless. Hyphens are
 * ASCII ones, so that what is copied from a page can be typed.
 */
export function roffText(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('‘', '\\(oq')
    .replaceAll('’', '\\(cq')
    .replaceAll('“', '\\(lq')
    .replaceAll('”', '\\(rq')
    .replaceAll('…', '...')
    .replaceAll('→', '->');
  return escaped.replaceAll(/^(?=[.'])/gm, '\\&');
}

/** Markdown's `code`, **strong** and links in a line of text. */
export function roffInline(text: string): string {
  return text
    .split(/(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([^)]+\))/)
    .map((part) => {
      if (part.startsWith('`')) return bold(part.slice(1, -1));
      if (part.startsWith('**')) return bold(part.slice(2, -2));
      return roffText(part.replace(/^\[([^\]]+)\]\(.*/, '$1'));
    })
    .join('');
}

const bold = (text: string): string => `\\fB${roffText(text)}\\fR`;

/** The line that begins a page. @param section of the manual */
export function title(name: string, section: number, version: string): string {
  return `.TH ${name.toUpperCase().replaceAll('-', '\\-')} ${section} "" "navi ${version}" "navi"\n`;
}

/** A heading. */
export const heading = (text: string): string => `.SH ${roffText(text.toUpperCase())}\n`;

/** A heading below it. */
export const subheading = (text: string): string => `.SS ${roffInline(text)}\n`;

/** A paragraph. */
export const paragraph = (text: string): string => `.PP\n${roffInline(text)}\n`;

/** A term and what it means, indented. */
export const item = (term: string, text: string): string =>
  `.TP\n${term.startsWith('\\fB') ? term : bold(term)}\n${roffInline(text)}\n`;

/** Lines as they are. */
export const verbatim = (lines: readonly string[]): string =>
  `.PP\n.RS 4\n.nf\n${lines.map(roffText).join('\n')}\n.fi\n.RE\n`;

/** A whole page: a paragraph right below a heading begins by itself. */
export const page = (text: string): string => text.replaceAll(/^(\.S[HS] .*\n)\.PP\n/gm, '$1');
