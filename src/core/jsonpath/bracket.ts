import { type ArrayIndex, addToIndex, parseArrayIndex } from './array-index.ts';
import { JsonPathSyntaxError, type TemplateScanner } from './scanner.ts';
import type { JsonPathNode, JsonPathSlice } from './template.ts';

/** Reads the text of an action (without braces) into its steps. */
export type ReadInner = (text: string) => readonly JsonPathNode[];

const slicePattern = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/;

/**
 * What follows a `[`: an index, a slice, `'key'`, or a union of these split at every comma. The first `]` ends it, even
 * inside quotes. A quoted key is read as `.key`, so an unprotected dot in it still splits.
 */
export function readBracket(scanner: TemplateScanner, readInner: ReadInner): readonly JsonPathNode[] {
  const text = scanner.takeUntil(']');
  if (text.includes('\n') || !scanner.takePrefix(']')) {
    throw new JsonPathSyntaxError('unterminated array');
  }
  const alternatives = text.split(',');
  if (alternatives.length > 1) {
    return [{ kind: 'union', alternatives: alternatives.map((one) => readInner(`[${trimSpaces(one)}]`)) }];
  }
  const key = /^'([^']*)'$/.exec(text)?.[1];
  return key === undefined ? [readSlice(text === '*' ? ':' : text)] : readInner(`.${key}`);
}

function readSlice(text: string): JsonPathSlice {
  const match = slicePattern.exec(text);
  if (match === null) {
    throw new JsonPathSyntaxError(`invalid array index ${text}`);
  }
  const [, first = '', second, third] = match;
  const start = first === '' ? undefined : readIndex(first);
  const end = second === undefined ? addToIndex(start ?? 0, 1) : readBound(second);
  const step = third === undefined ? undefined : readBound(third);
  return { kind: 'slice', start, end, endImplied: second === undefined, step };
}

function readBound(text: string): ArrayIndex | undefined {
  return text === ':' ? undefined : readIndex(text.slice(1));
}

function readIndex(text: string): ArrayIndex {
  const index = parseArrayIndex(text);
  if (index === undefined) {
    throw new JsonPathSyntaxError(`array index ${text} is not a number`);
  }
  return index;
}

function trimSpaces(text: string): string {
  return text.replace(/^ +/, '').replace(/ +$/, '');
}
