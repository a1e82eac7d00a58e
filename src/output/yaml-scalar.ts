import { scalarStyle } from './yaml-scalar-style.ts';
import type { YamlWriter } from './yaml-writer.ts';

/** Where a string stands. */
export interface ScalarPlace {
  /** Column of continuation lines. */
  readonly indent: number;
  /** A key on one line with its value: never folded. */
  readonly isSimpleKey: boolean;
}

/** Past this column, counted in code points, the next single space becomes a line break. */
const bestWidth = 80;

/** Writes a string in the style and with the line breaks of go-yaml v2. */
export function writeScalar(writer: YamlWriter, text: string, place: ScalarPlace): void {
  switch (scalarStyle(text, place.isSimpleKey)) {
    case 'plain':
      writer.beginScalar();
      writePlain(writer, text, place);
      break;
    case 'single':
      writer.word("'");
      writeSingleQuoted(writer, text, place);
      writer.suffix("'");
      break;
    case 'double':
      writer.word('"');
      writeDoubleQuoted(writer, text, place);
      writer.suffix('"');
      break;
    case 'literal':
      writeLiteral(writer, text, place.indent);
      return;
  }
  writer.endScalar();
}

function foldsNever(writer: YamlWriter, text: string, place: ScalarPlace): boolean {
  return place.isSimpleKey || writer.column + text.length <= bestWidth;
}

function writePlain(writer: YamlWriter, text: string, place: ScalarPlace): void {
  if (foldsNever(writer, text, place)) {
    writer.append(text, place.isSimpleKey ? codePoints(text) : text.length);
    return;
  }
  writeFolded(writer, text, (at) => (isLoneSpace(text, at) ? place.indent : undefined));
}

function writeSingleQuoted(writer: YamlWriter, text: string, place: ScalarPlace): void {
  const doubled = text.replaceAll("'", "''");
  if (/[\u2028\u2029]/.test(text)) {
    writeBrokenSingle(writer, doubled, place.indent);
  } else if (foldsNever(writer, doubled, place)) {
    writer.append(doubled, codePoints(doubled));
  } else {
    const last = doubled.length - 1;
    writeFolded(writer, doubled, (at) => (at > 0 && at < last && isLoneSpace(doubled, at) ? place.indent : undefined));
  }
}

/** Copies `text`, replacing a space by a new line where `breakIndent` names one and the line is long enough. */
function writeFolded(writer: YamlWriter, text: string, breakIndent: (at: number) => number | undefined): void {
  let from = 0;
  for (let at = text.indexOf(' '); at >= 0; at = text.indexOf(' ', at + 1)) {
    writeRun(writer, text.slice(from, at));
    from = at + 1;
    const indent = writer.column > bestWidth ? breakIndent(at) : undefined;
    if (indent === undefined) {
      writer.append(' ', 1);
    } else {
      writer.startLine(indent);
    }
  }
  writeRun(writer, text.slice(from));
}

function writeRun(writer: YamlWriter, text: string): void {
  if (text !== '') {
    writer.content(text, codePoints(text));
  }
}

/** U+2028 and U+2029 count as line breaks: the text goes on at the indent behind them. */
function writeBrokenSingle(writer: YamlWriter, text: string, indent: number): void {
  let broken = false;
  let afterSpaces = false;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charAt(at);
    if (unit === '\u2028' || unit === '\u2029') {
      writer.breakInside(unit);
      broken = true;
    } else if (unit === ' ') {
      const folds = !afterSpaces && writer.column > bestWidth && at > 0 && at < text.length - 1;
      if (folds && text[at + 1] !== ' ') {
        writer.startLine(indent);
      } else {
        writer.append(' ', 1);
      }
      afterSpaces = true;
    } else {
      if (broken) {
        writer.startLine(indent);
      }
      writer.content(unit, isLowSurrogate(text.charCodeAt(at)) ? 0 : 1);
      broken = false;
      afterSpaces = false;
    }
  }
}

const doubleQuotedEscape = /["\\\u2028\u2029\ufeff]|[^ -~\u00a0-\ufffd]|[\ud800-\udbff][\udc00-\udfff]/;
const shortEscapes: ReadonlyMap<number, string> = new Map([
  [0x00, '\\0'],
  [0x07, '\\a'],
  [0x08, '\\b'],
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0b, '\\v'],
  [0x0c, '\\f'],
  [0x0d, '\\r'],
  [0x1b, '\\e'],
  [0x22, '\\"'],
  [0x5c, '\\\\'],
  [0xa0, '\\_'],
  [0x2028, '\\L'],
  [0x2029, '\\P'],
]);

function writeDoubleQuoted(writer: YamlWriter, text: string, place: ScalarPlace): void {
  // go-yaml takes a byte order mark at the start for one everywhere, and escapes every character.
  if (text.startsWith('\ufeff')) {
    const escaped = Array.from(text, (character) => escapeText(character.codePointAt(0) ?? 0)).join('');
    writer.append(escaped, escaped.length);
    return;
  }
  let afterSpaces = false;
  let at = 0;
  for (const character of text) {
    const next = at + character.length;
    const folds = character === ' ' && !place.isSimpleKey && !afterSpaces && writer.column > bestWidth;
    if (folds && at > 0 && next < text.length) {
      writer.startLine(place.indent);
      if (text[next] === ' ') {
        writer.append('\\', 1);
      }
    } else {
      writeEscaped(writer, character);
    }
    afterSpaces = character === ' ';
    at = next;
  }
}

function writeEscaped(writer: YamlWriter, character: string): void {
  const text = doubleQuotedEscape.test(character) ? escapeText(character.codePointAt(0) ?? 0) : character;
  writer.append(text, text.length);
}

function escapeText(code: number): string {
  const hex = code.toString(16).toUpperCase();
  const numeric =
    code <= 0xff
      ? `\\x${hex.padStart(2, '0')}`
      : code <= 0xffff
        ? `\\u${hex.padStart(4, '0')}`
        : `\\U${hex.padStart(8, '0')}`;
  return shortEscapes.get(code) ?? numeric;
}

function writeLiteral(writer: YamlWriter, text: string, indent: number): void {
  writer.word(`|${/^[ \n\u2028\u2029]/.test(text) ? '2' : ''}${chomping(text)}`);
  writer.endHeader();
  // U+2028 and U+2029 end a line too, but stay what they are.
  for (const [, line = '', end = ''] of text.matchAll(/([^\n\u2028\u2029]*)(\n|\u2028|\u2029|$)/g)) {
    if (line !== '') {
      writer.startLine(indent);
      writer.content(line, codePoints(line));
    }
    if (end !== '') {
      writer.breakInside(end);
    }
  }
}

function chomping(text: string): string {
  const ending = /[\n\u2028\u2029]*$/.exec(text)?.[0] ?? '';
  if (ending === '') {
    return '-';
  }
  return ending.length > 1 || ending.length === text.length ? '+' : '';
}

function isLoneSpace(text: string, at: number): boolean {
  return text[at + 1] !== ' ' && text[at - 1] !== ' ';
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function codePoints(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length; at += 1) {
    count -= isLowSurrogate(text.charCodeAt(at)) ? 1 : 0;
  }
  return count;
}
