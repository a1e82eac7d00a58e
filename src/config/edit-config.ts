import { isDeepStrictEqual } from 'node:util';
import { patch } from '@decimalturn/toml-patch';
import { parse } from 'smol-toml';
import { isTable, type Path, type Table } from './toml-document.ts';

/**
 * A TOML text with one key set, or taken away where `value` is undefined. Comments and layout of all else stay.
 * @throws Error where that would not say what it should, so that nothing wrong is ever written
 */
export function withSetting(text: string, path: Path, value: unknown): string {
  const wanted = edited(parse(text), path, value);
  const patched = patch(text, wanted);
  // What is appended to the file later begins a line of its own.
  const made = patched === '' || patched.endsWith('\n') ? patched : `${patched}\n`;
  // Order says nothing in TOML.
  if (!isDeepStrictEqual(plain(parse(made)), plain(wanted)))
    throw new Error(`the file cannot be edited at ${path.join('.')}`);
  return made;
}

/** Tables that are empty after it go too. */
function edited(document: Table, [key = '', ...rest]: Path, value: unknown): Table {
  const { [key]: before, ...others } = document;
  if (rest.length === 0) return value === undefined ? others : { ...document, [key]: value };
  const inner = edited(isTable(before) ? before : {}, rest, value);
  if (value === undefined && Object.keys(inner).length === 0) return others;
  return { ...document, [key]: inner };
}

/** Without the classes of the parser. */
const plain = (document: unknown): unknown => JSON.parse(JSON.stringify(document));
