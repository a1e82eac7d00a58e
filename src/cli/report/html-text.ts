import { oneLine } from '../../core/terminal-text.ts';

/** HTML that is whole: what came from elsewhere is escaped in it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a template takes: text is escaped, HTML and lists of it are taken as they are. */
type HtmlValue = string | number | Html | readonly Html[];

/** HTML as it is written; values in it are harmless, in text and in quoted attributes alike. */
export function markup(texts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = texts[0] ?? '';
  for (const [index, value] of values.entries()) text += valueText(value) + (texts[index + 1] ?? '');
  return new Html(text);
}

function valueText(value: HtmlValue): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? escaped(value) : value.map(({ text }) => text).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text from elsewhere on one line, without what steers a terminal or turns its direction around. */
function escaped(text: string): string {
  return oneLine(text).replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
