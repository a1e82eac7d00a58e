import { filterName, filterNameFault, type SavedFilter } from '../core/saved-filter.ts';
import { shellWord } from '../core/shell-word.ts';
import { splitShellWords } from '../core/shell-words.ts';
import { terminalJson } from '../core/terminal-text.ts';
import { NaviError } from '../errors/navi-error.ts';
import { keyText, readToml, tableOf, WrongValue, type Path, type Table } from './toml-document.ts';

/** Longest file that is read (characters). */
const maxLength = 1024 ** 2;

/** Refuses arguments that `navi get` would not take. @throws NaviError, which the error about the file then tells */
export type CheckArguments = (words: readonly string[]) => void;

/**
 * The filters of a TOML text, each name once. Strict: what navi does not know is an error. `arguments` is one line as a shell
 * takes it, such as people copy from one and paste into one.
 * @throws NAVI_CONFIG_BROKEN that names file, line and key
 */
export function parseFilters(text: string, file: string, check: CheckArguments): readonly SavedFilter[] {
  const hints = [`[filters.NAME] has arguments = "pods -A" and, if you like, description = "…"`];
  return readToml({ text, file, noun: 'filter file', maxLength, hints }, (document) => filtersOf(document, check));
}

/** The filters as a TOML text; it has no character that steers a terminal. */
export function filtersText(filters: readonly SavedFilter[]): string {
  return filters.map(filterText).join('\n');
}

function filterText({ name, arguments: words, description }: SavedFilter): string {
  return [
    `[${keyText(['filters', name])}]\n`,
    `arguments = ${tomlString(words.map(shellWord).join(' '))}\n`,
    ...(description === '' ? [] : [`description = ${tomlString(description)}\n`]),
  ].join('');
}

/** JSON's strings are TOML's basic strings, but for DEL, which is written by its number with all that steers a terminal. */
function tomlString(text: string): string {
  return terminalJson(JSON.stringify(text.toWellFormed()));
}

function filtersOf(document: Table, check: CheckArguments): readonly SavedFilter[] {
  const filters: SavedFilter[] = [];
  for (const [key, value] of Object.entries(document)) {
    if (key !== 'filters') throw unknown([key], 'here is filters');
    for (const [name, filter] of Object.entries(tableOf(value, [key])))
      filters.push(filterOf(filter, { name, path: [key, name], check }));
  }
  return filters;
}

function filterOf(
  value: unknown,
  { name, path, check }: { readonly name: string; readonly path: Path; readonly check: CheckArguments },
): SavedFilter {
  const fault = filterNameFault(filterName(name));
  if (fault !== undefined) throw new WrongValue(path, `cannot be the name of a filter: it ${fault}`);
  let words: readonly string[] | undefined;
  let description = '';
  for (const [key, given] of Object.entries(tableOf(value, path))) {
    const at = [...path, key];
    if (key === 'arguments') words = wordsOf(given, at, check);
    else if (key === 'description') description = textOf(given, at);
    else throw unknown(at, 'of a filter are arguments, description');
  }
  if (words === undefined) throw new WrongValue(path, 'has no arguments');
  return { name: filterName(name), arguments: words, description };
}

function wordsOf(value: unknown, path: Path, check: CheckArguments): readonly string[] {
  const split = splitShellWords(textOf(value, path));
  if (!split.ok) throw new WrongValue(path, split.fault);
  try {
    check(split.words);
  } catch (error) {
    if (error instanceof NaviError) throw new WrongValue(path, `cannot be used: ${error.message}`, error.hints);
    throw error;
  }
  return split.words;
}

function textOf(value: unknown, path: Path): string {
  if (typeof value !== 'string') throw new WrongValue(path, 'must be a text');
  return value;
}

function unknown(path: Path, known: string): WrongValue {
  return new WrongValue(path, `is no key that navi knows; ${known.includes(',') ? 'the keys' : 'the key'} ${known}`);
}
