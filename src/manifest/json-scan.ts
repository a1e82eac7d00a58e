import { goQuote } from '../core/go-quote.ts';

/**
 * Where a JSON value of a stream ends, or how Go's `encoding/json` (Go 1.26) complains about it; of a broken number or
 * literal only that no value begins there, since kubectl then takes the text for YAML.
 */
export type JsonScan =
  | { readonly form: 'value'; readonly start: number; readonly end: number }
  /** Nothing but white space is left. */
  | { readonly form: 'end' }
  /** `at` is the index of the character that does not belong there; undefined where the text stops too early. */
  | { readonly form: 'error'; readonly message: string; readonly at: number | undefined };

/** Scans the value that begins at `from` or behind white space; `at`, `start` and `end` count UTF-16 units. */
export function scanJson(text: string, from: number): JsonScan {
  const start = after(space, text, from);
  if (start === text.length) return { form: 'end' };
  try {
    return { form: 'value', start, end: value(text, start) };
  } catch (error) {
    if (!(error instanceof JsonScanError)) throw error;
    return { form: 'error', message: error.message, at: error.at };
  }
}

class JsonScanError extends Error {
  readonly at: number | undefined;

  constructor(message: string, at: number | undefined) {
    super(message);
    this.at = at;
  }
}

function unexpected(text: string, at: number, context: string): JsonScanError {
  const code = text.codePointAt(at);
  if (code === undefined) return new JsonScanError('unexpected EOF', undefined);
  // Go looks at bytes and shows the first one of a longer character as if it were Latin-1.
  const byte = Buffer.from(String.fromCodePoint(code))[0] ?? 0;
  const shown = goQuote(String.fromCodePoint(byte)).slice(1, -1);
  const quoted = shown === '\\"' ? '"' : shown === "'" ? "\\'" : shown;
  return new JsonScanError(`invalid character '${quoted}' ${context}`, at);
}

const space = /[ \t\r\n]*/y;
const scalar = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const stringRun = /[ !#-[\]-\uffff]*/y;
const escape = /\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})/y;
const hexDigits = /[\dA-Fa-f]*/y;

/** The index behind what `pattern` takes at `at`, which is `at` itself where it takes nothing. */
function after(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
}

/** The index behind the value at `at`. */
function value(text: string, at: number): number {
  switch (text.charAt(at)) {
    case '{':
      return collection(text, at, '}');
    case '[':
      return collection(text, at, ']');
    case '"':
      return string(text, at);
    default: {
      const end = after(scalar, text, at);
      if (end === at) throw unexpected(text, at, 'looking for beginning of value');
      return end;
    }
  }
}

/** An object or an array. */
function collection(text: string, start: number, close: '}' | ']'): number {
  let at = after(space, text, start + 1);
  if (text[at] === close) return at + 1;
  for (;;) {
    at = after(space, text, close === '}' ? pair(text, at) : value(text, at));
    if (text[at] === close) return at + 1;
    if (text[at] !== ',') {
      throw unexpected(text, at, close === '}' ? 'after object key:value pair' : 'after array element');
    }
    at = after(space, text, at + 1);
  }
}

function pair(text: string, start: number): number {
  if (text[start] !== '"') throw unexpected(text, start, 'looking for beginning of object key string');
  const at = after(space, text, string(text, start));
  if (text[at] !== ':') throw unexpected(text, at, 'after object key');
  return value(text, after(space, text, at + 1));
}

function string(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    at = after(stringRun, text, at);
    if (text[at] === '"') return at + 1;
    if (text[at] !== '\\') throw unexpected(text, at, 'in string literal');
    const end = after(escape, text, at);
    if (end === at) throw badEscape(text, at + 1);
    at = end;
  }
}

function badEscape(text: string, at: number): JsonScanError {
  if (text[at] !== 'u') return unexpected(text, at, 'in string escape code');
  return unexpected(text, after(hexDigits, text, at + 1), String.raw`in \u hexadecimal character escape`);
}
