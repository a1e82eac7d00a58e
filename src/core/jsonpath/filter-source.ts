import type { ReadInner } from './bracket.ts';
import { JsonPathSyntaxError, type TemplateScanner } from './scanner.ts';
import type { JsonPathFilter } from './template.ts';

const comparison = /^([^!<>=]+)([!<>=]+)([^\n]+?)$/;

/**
 * What follows a `[?(`: `left operator right`, or one path that only has to exist. The operator is any run of
 * `! < > =`; whether there is such an operator shows only when it is evaluated.
 */
export function readFilter(scanner: TemplateScanner, readInner: ReadInner): JsonPathFilter {
  const text = takeFilterText(scanner);
  if (!scanner.takePrefix(']')) {
    throw new JsonPathSyntaxError('unclosed array expect ]');
  }
  const match = comparison.exec(text);
  if (match === null) {
    return { kind: 'filter', left: readInner(text), operator: 'exists', right: [] };
  }
  const [, left = '', operator = '', right = ''] = match;
  return { kind: 'filter', left: readInner(left), operator, right: readInner(right) };
}

/** The text up to the `)` that no open quote covers; only the first kind of quote met counts. */
function takeFilterText(scanner: TemplateScanner): string {
  let text = '';
  let quote = '';
  let closed = true;
  for (;;) {
    const character = scanner.next();
    if (character === '' || character === '\n') {
      throw new JsonPathSyntaxError('unterminated filter');
    }
    if (character === ')' && closed) {
      return text;
    }
    if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
      closed = false;
    } else if (character === quote && !text.endsWith('\\')) {
      closed = true;
    }
    text += character;
  }
}
