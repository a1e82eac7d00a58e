import { isDeepStrictEqual } from 'node:util';
import { patch } from '@decimalturn/toml-patch';
import { parse, stringify } from 'smol-toml';
import { isTable, keyText, type Path, type Table } from './toml-document.ts';

/**
 * A TOML text with one key set, or taken away where `value` is undefined. Comments and layout of all else stay.
 * @throws Error where that would not say what it should, so that nothing wrong is ever written
 */
export function withSetting(text: string, path: Path, value: unknown): string {
  const wanted = edited(parse(text), path, value);
  const made = withNewTable({ text, path, value }, wanted) ?? ended(patch(text, wanted));
  // Order says nothing in TOML.
  if (!isDeepStrictEqual(plain(parse(made)), plain(wanted)))
    throw new Error(`the file cannot be edited at ${path.join('.')}`);
  return made;
}

/**
 * The same where the key is the first of its table: the table is a block of its own at the end, as people write it. Undefined where it
 * is there already, or cannot stand there.
 */
function withNewTable(
  { text, path, value }: { readonly text: string; readonly path: Path; readonly value: unknown },
  wanted: Table,
): string | undefined {
  const [table, body] = isTable(value) ? [path, value] : [path.slice(0, -1), { [path.at(-1) ?? '']: value }];
  if (value === undefined || table.length === 0) return undefined;
  const before = ended(text);
  const made = ended(`${before}${before === '' ? '' : '\n'}[${keyText(table)}]\n${stringify(body)}`);
  try {
    return isDeepStrictEqual(plain(parse(made)), plain(wanted)) ? made : undefined;
  } catch {
    return undefined;
  }
}

/** What is appended to the file later begins a line of its own. */
const ended = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

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
