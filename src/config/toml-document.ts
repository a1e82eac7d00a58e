import { parse, TomlError } from 'smol-toml';
import { NaviError } from '../errors/navi-error.ts';

/** Longer texts have no line for a wrong key: finding it takes a parse per line. */
const maxSearchedLines = 2_000;

/** Keys from the top of the file down to a value. */
export type Path = readonly string[];

/** A table of TOML. */
export type Table = Readonly<Record<string, unknown>>;

/** A value that is not what its key wants; `wanted` reads on from the key. */
export class WrongValue extends Error {
  readonly path: Path;
  readonly hints: readonly string[];

  constructor(path: Path, wanted: string, hints: readonly string[] = []) {
    super(wanted);
    this.path = path;
    this.hints = hints;
  }
}

/** A TOML text, and how its errors speak of it. */
export interface TomlText {
  readonly text: string;
  readonly file: string;
  /** What the file is, before its name. */
  readonly noun: string;
  /** Longest text that is read (characters). */
  readonly maxLength: number;
  /** What to do about a file that is wrong. */
  readonly hints: readonly string[];
}

/**
 * What `read` makes of the document.
 * @param read throws WrongValue for what it does not want
 * @throws NAVI_CONFIG_BROKEN that names file, line and key
 */
export function readToml<T>(toml: TomlText, read: (document: Table) => T): T {
  const { text, maxLength } = toml;
  if (text.length > maxLength) throw broken(toml, undefined, `is longer than ${maxLength / 1024} KiB`);
  try {
    return read(parse(text));
  } catch (error) {
    if (error instanceof WrongValue) {
      const hints = error.hints.length === 0 ? toml.hints : error.hints;
      throw broken({ ...toml, hints }, placeOf(text, error.path), `${keyText(error.path)} ${error.message}`);
    }
    if (error instanceof TomlError) throw broken(toml, { line: error.line, column: error.column }, syntaxText(error));
    throw error;
  }
}

/** Both from 1. */
interface Place {
  readonly line: number;
  readonly column: number;
}

function broken({ file, noun, hints }: TomlText, at: Place | undefined, what: string): NaviError {
  const place = at === undefined ? file : `${file}:${at.line}:${at.column}`;
  return new NaviError('NAVI_CONFIG_BROKEN', `${noun} ${place}: ${what}`, { hints });
}

/** The parser's message without the excerpt of the file that it adds. */
function syntaxText(error: TomlError): string {
  const [first = ''] = error.message.split('\n');
  return first.replace(/^Invalid TOML document: /, '');
}

/** A path as TOML writes it: `filters."a b".arguments`. */
export function keyText(path: Path): string {
  return path.map((key) => (/^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key))).join('.');
}

/** The value as a table. @throws WrongValue */
export function tableOf(value: unknown, path: Path): Table {
  if (!isTable(value)) throw new WrongValue(path, 'must be a table');
  return value;
}

/** Whether a value of a document is a table. */
export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Where a key is set: where its own word stands on that line, else where the line begins. */
function placeOf(text: string, path: Path): Place | undefined {
  const line = lineOf(text, path);
  if (line === undefined) return undefined;
  const found = text.split('\n')[line - 1]?.indexOf(path.at(-1) ?? '') ?? -1;
  return { line, column: Math.max(found, 0) + 1 };
}

/**
 * The line (from 1) on which a key is set: the one after the longest beginning of the text that parses and does not have
 * it yet.
 */
function lineOf(text: string, path: Path): number | undefined {
  const lines = text.split('\n');
  if (lines.length > maxSearchedLines) return undefined;
  let before = 0;
  for (let count = 1; count <= lines.length; count += 1) {
    const has = hasPath(lines.slice(0, count).join('\n'), path);
    if (has === true) return before + 1;
    if (has === false) before = count;
  }
  return undefined;
}

/** Whether the text sets the key; undefined for a text that does not parse. */
function hasPath(text: string, path: Path): boolean | undefined {
  try {
    let value: unknown = parse(text);
    for (const key of path) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false;
      value = (value as Table)[key];
    }
    return true;
  } catch {
    return undefined;
  }
}

/** The document of a text that has been read without an error before. */
export function tomlOf(text: string): Table {
  return parse(text);
}
