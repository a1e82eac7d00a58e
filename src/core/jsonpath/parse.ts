import { fromBytes, toBytes } from '../byte-text.ts';
import { fitsInt64 } from '../go-number.ts';
import { unicodeName } from '../go-quote.ts';
import { unquoteString } from '../go-unquote.ts';
import type { RawJson } from '../json.ts';
import { readBracket } from './bracket.ts';
import { readFilter } from './filter-source.ts';
import { JsonPathSyntaxError, TemplateScanner, isEndOfLine, isTerminator } from './scanner.ts';
import type { JsonPathNode, JsonPathTemplate } from './template.ts';
import { literalInteger, literalWholeFloat } from './unlike-json.ts';

/**
 * Reads a JSONPath template as `kubectl get -o jsonpath` does (kubectl 1.36): text outside braces is literal, every
 * `{…}` is a chain of steps.
 *
 * The message of a failure is the reason alone, such as `unclosed action`.
 */
export function parseJsonPath(
  template: string,
): { readonly ok: true; readonly template: JsonPathTemplate } | { readonly ok: false; readonly message: string } {
  try {
    return { ok: true, template: { source: template, nodes: readTemplate(template) } };
  } catch (error) {
    if (error instanceof JsonPathSyntaxError) {
      return { ok: false, message: error.message };
    }
    throw error;
  }
}

function readTemplate(template: string): JsonPathNode[] {
  const nodes: JsonPathNode[] = [];
  const scanner = new TemplateScanner(template);
  while (!scanner.atEnd()) {
    const text = scanner.takeUntil('{');
    if (text !== '') {
      nodes.push({ kind: 'text', text });
    }
    if (scanner.takePrefix('{')) {
      nodes.push({ kind: 'action', nodes: readAction(scanner) });
    }
  }
  return nodes;
}

/** The steps of a text that stands for the inside of one action. A brace in it ends them, but the rest is read too. */
function readInner(text: string): readonly JsonPathNode[] {
  const [first] = readTemplate(`{${text}}`);
  return first?.kind === 'action' ? first.nodes : [];
}

function readAction(scanner: TemplateScanner): JsonPathNode[] {
  const nodes: JsonPathNode[] = [];
  while (!scanner.takePrefix('}')) {
    readStep(scanner, nodes);
  }
  return nodes;
}

function readStep(scanner: TemplateScanner, nodes: JsonPathNode[]): void {
  if (scanner.takePrefix('[?(')) {
    nodes.push(readFilter(scanner, readInner));
  } else if (scanner.takePrefix('..')) {
    readRecursive(scanner, nodes);
  } else if (scanner.takePrefix('[')) {
    nodes.push(...readBracket(scanner, readInner));
  } else if (scanner.takePrefix('.')) {
    nodes.push(readField(scanner));
  } else if (!/[ @$]/.test(scanner.peek())) {
    nodes.push(readWord(scanner));
  } else {
    scanner.next();
  }
}

function readRecursive(scanner: TemplateScanner, nodes: JsonPathNode[]): void {
  if (nodes.at(-1)?.kind === 'recursive') {
    throw new JsonPathSyntaxError('invalid multiple recursive descent');
  }
  nodes.push({ kind: 'recursive' });
  if (isWordCharacter(scanner.peek())) {
    nodes.push(readField(scanner));
  }
}

function readField(scanner: TemplateScanner): JsonPathNode {
  let name = '';
  for (;;) {
    const character = scanner.peek();
    if (isTerminator(character)) {
      break;
    }
    name += scanner.next();
    if (character === '\\') {
      name += scanner.next();
    }
  }
  return name === '*' ? { kind: 'wildcard' } : { kind: 'field', name: name.replaceAll('\\', '') };
}

function readWord(scanner: TemplateScanner): JsonPathNode {
  const character = scanner.peek();
  if (character === '' || isEndOfLine(character)) {
    throw new JsonPathSyntaxError('unclosed action');
  }
  if (character === '"' || character === "'") {
    return { kind: 'text', text: readQuoted(scanner) };
  }
  if (/[+\-\p{Nd}]/u.test(character)) {
    return { kind: 'literal', value: readNumber(scanner) };
  }
  if (isWordCharacter(character)) {
    return readIdentifier(scanner);
  }
  throw new JsonPathSyntaxError(`unrecognized character in action: ${unicodeName(character)}`);
}

function readIdentifier(scanner: TemplateScanner): JsonPathNode {
  let name = '';
  while (!isTerminator(scanner.peek())) {
    name += scanner.next();
  }
  return name === 'true' || name === 'false'
    ? { kind: 'literal', value: name === 'true' }
    : { kind: 'identifier', name };
}

function readQuoted(scanner: TemplateScanner): string {
  const quote = scanner.next();
  let text = quote;
  for (;;) {
    const character = scanner.next();
    if (character === '' || character === '\n') {
      throw new JsonPathSyntaxError('unterminated quoted string');
    }
    const escaped = text.endsWith('\\');
    text += character;
    if (character === quote && !escaped) {
      break;
    }
  }
  const value = unquoteString(toBytes(text));
  if (value === undefined) {
    throw new JsonPathSyntaxError(`unquote string ${text} error invalid syntax`);
  }
  return fromBytes(value);
}

/** An integer that fits 64 bits, or a number that stays a float although its value may be whole. */
function readNumber(scanner: TemplateScanner): number | RawJson {
  let text = /[+-]/.test(scanner.peek()) ? scanner.next() : '';
  while (/[.\p{Nd}]/u.test(scanner.peek())) {
    text += scanner.next();
  }
  const digits = text.replace('+', '');
  if (fitsInt64(digits)) {
    return literalInteger(String(BigInt(digits)));
  }
  const value = Number(text);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) || !Number.isFinite(value)) {
    throw new JsonPathSyntaxError(`cannot parse number ${text}`);
  }
  return Number.isSafeInteger(value) ? literalWholeFloat(value) : value;
}

function isWordCharacter(character: string): boolean {
  return /[_\p{L}\p{Nd}]/u.test(character);
}
