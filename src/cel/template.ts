import { celFault, optionalValue } from './cel-library.ts';
import { durationText } from './functions/duration-text.ts';
import { parseExpression, type Expression } from './parse-expression.ts';
import { whereFault } from './where-fault.ts';

/** A text with expressions in braces: `{status.phase}`. Two braces stand for one. */
export interface Template {
  readonly pieces: readonly (string | Expression)[];
}

/** Longest text of one expression (characters). */
const valueLength = 300;

/**
 * Reads a template.
 * @param flag where it was given, for errors
 * @throws NAVI_USAGE that points at the character
 */
export function parseTemplate(flag: string, text: string): Template {
  const pieces: (string | Expression)[] = [];
  let plain = '';
  for (let at = 0; at < text.length;) {
    const two = text.slice(at, at + 2);
    if (two === '{{' || two === '}}') {
      plain += two[0];
      at += 2;
    } else if (text[at] === '{') {
      const end = endOf(text, at);
      if (end === -1) throw whereFault({ flag, text, start: at }, 'the brace is not closed', '{{ stands for a brace');
      pieces.push(plain, pieceOf(flag, text, { start: at + 1, end }));
      plain = '';
      at = end + 1;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  return { pieces: [...pieces, plain].filter((piece) => piece !== '') };
}

/** The text, each expression by what `valueOf` says; what has no value is `?`. */
export function templateText({ pieces }: Template, valueOf: (expression: Expression) => unknown): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : textOf(valueOf(piece)))).join('');
}

/** The value of an expression for these variables; undefined where it has none, or fails. */
export function valueOrNone({ program }: Expression, variables: Readonly<Record<string, unknown>>): unknown {
  try {
    return optionalValue(program(variables));
  } catch (error) {
    if (celFault(error) === undefined && !(error instanceof RangeError || error instanceof TypeError)) throw error;
    return undefined;
  }
}

/** Where the brace that opens at `start` is closed; strings and braces within it belong to the expression. */
function endOf(text: string, start: number): number {
  let depth = 0;
  for (const match of text.slice(start).matchAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[{}]/g)) {
    if (match[0] === '{') depth += 1;
    if (match[0] === '}') depth -= 1;
    if (depth === 0) return start + match.index;
  }
  return -1;
}

function pieceOf(
  flag: string,
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
): Expression {
  const piece = text.slice(start, end);
  if (piece.trim() === '') throw whereFault({ flag, text, start }, 'the braces are empty', 'as in {status.phase}');
  return parseExpression(`${flag}, in {${piece}}`, piece, 'any');
}

function textOf(value: unknown): string {
  const text = plainText(value);
  return text.length <= valueLength ? text : `${text.slice(0, valueLength - 1)}…`;
}

function plainText(value: unknown): string {
  if (value === undefined || value === null) return '?';
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z');
  if (Array.isArray(value)) return value.map(plainText).join(', ');
  if (Object.prototype.toString.call(value) === '[object google.protobuf.Duration]')
    return durationText(value as Parameters<typeof durationText>[0]);
  const members = value instanceof Map ? Object.fromEntries(value) : value;
  return JSON.stringify(members, (_key, member: unknown) => (typeof member === 'bigint' ? String(member) : member));
}
