import { didYouMean, nearestWord } from '../core/nearest-word.ts';
import { NaviError } from '../errors/navi-error.ts';
import { variableOf, type Named, type Section, type Setting, type Shape, type Values } from './setting.ts';
import { tableOf, WrongValue, type Path, type Table } from './toml-document.ts';

/** Where the values of settings come from. */
export interface SettingSources {
  readonly document: Table;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * What file and environment settle, with defaults for the rest. Strict: a key that the schema lacks is an error, so that
 * a slip does not go unseen for months.
 * @throws WrongValue for the file, NAVI_USAGE for the environment
 */
export function readSettings<S extends Shape>(keys: S, { document, env }: SettingSources): Values<S> {
  return sectionValues({ node: 'section', keys, says: '' }, document, { path: [], env }) as Values<S>;
}

/** The values of a table whose every key is left out. */
export function defaultsOf<S extends Shape>(keys: S): Values<S> {
  return readSettings(keys, { document: {}, env: {} });
}

interface Place {
  readonly path: Path;
  readonly env: NodeJS.ProcessEnv;
}

function sectionValues(
  { keys }: Section<Shape>,
  table: Table,
  { path, env }: Place,
): Readonly<Record<string, unknown>> {
  refuseUnknown(keys, table, { path, where: path.length === 0 ? 'here' : 'of it' });
  const values = Object.entries(keys).map(([key, node]): [string, unknown] => {
    const at = [...path, key];
    const given = Object.hasOwn(table, key) ? table[key] : undefined;
    if (node.node === 'setting') return [key, settingValue(node, given, { path: at, env })];
    const inner = given === undefined ? {} : tableOf(given, at);
    if (node.node === 'section') return [key, sectionValues(node, inner, { path: at, env })];
    return [key, namedValues(node, inner, at)];
  });
  return Object.fromEntries(values);
}

function settingValue(node: Setting<unknown>, given: unknown, { path, env }: Place): unknown {
  const variable = variableOf(node, path);
  const text = variable === undefined ? undefined : env[variable];
  if (variable !== undefined && text !== undefined && text !== '') return variableValue(node, variable, text);
  return given === undefined ? node.value : node.kind.read(given, path);
}

function variableValue({ kind }: Setting<unknown>, variable: string, text: string): unknown {
  try {
    return kind.read(kind.fromText(text), [variable]);
  } catch (error) {
    if (!(error instanceof WrongValue)) throw error;
    throw new NaviError('NAVI_USAGE', `${variable} ${error.message}`, { hints: [`unset ${variable}`] });
  }
}

function namedValues({ one, pattern, keys }: Named<Shape>, table: Table, path: Path): ReadonlyMap<string, unknown> {
  const values = Object.entries(table).map(([name, value]): [string, unknown] => {
    const at = [...path, name];
    if (pattern?.test(name) === false) throw new WrongValue(at, `cannot be ${one}`);
    const inner = tableOf(value, at);
    refuseUnknown(keys, inner, { path: at, where: `of ${one}` });
    const set = Object.entries(inner).map(([key, given]): [string, unknown] => {
      const node = keys[key];
      return [key, node?.node === 'setting' ? node.kind.read(given, [...at, key]) : undefined];
    });
    return [name, Object.fromEntries(set)];
  });
  return new Map(values);
}

function refuseUnknown(
  keys: Shape,
  table: Table,
  { path, where }: { readonly path: Path; readonly where: string },
): void {
  const known = Object.keys(keys);
  const odd = Object.keys(table).find((key) => !known.includes(key));
  if (odd === undefined) return;
  const list =
    known.length === 1 ? `the key ${where} is ${known[0] ?? ''}` : `the keys ${where} are ${known.join(', ')}`;
  throw new WrongValue([...path, odd], `is no key that navi knows; ${list}`, didYouMean(nearestWord(odd, known)));
}
