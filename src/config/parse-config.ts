import { parse, TomlError, type TomlTable } from 'smol-toml';
import { NaviError } from '../errors/navi-error.ts';
import type { Config, ContextSettings } from './config.ts';

/** Longest file that is read (characters): a configuration for people is a page. */
const maxLength = 256 * 1024;

/** Longer texts have no line for a wrong key: finding it takes a parse per line. */
const maxSearchedLines = 2_000;

/** A namespace: RFC 1123 label (kube-apiserver 1.36). */
const namespacePattern = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** A type as `plural.group`. */
const typePattern = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** Keys from the top of the file down to a value. */
type Path = readonly string[];

/** A value that is not what its key wants; `wanted` reads on from "must be". */
class WrongValue extends Error {
  readonly path: Path;

  constructor(path: Path, wanted: string) {
    super(wanted);
    this.path = path;
  }
}

/**
 * The configuration that a TOML text holds. Strict: what navi does not know is an error.
 * @throws NAVI_CONFIG_BROKEN that names file, line and key
 */
export function parseConfig(text: string, file: string): Config {
  if (text.length > maxLength) throw broken(file, undefined, `is longer than ${maxLength / 1024} KiB`);
  try {
    return { file, ...configOf(parse(text)) };
  } catch (error) {
    if (error instanceof WrongValue) {
      throw broken(file, lineOf(text, error.path), `${keyText(error.path)} ${error.message}`);
    }
    if (error instanceof TomlError) throw broken(file, error.line, syntaxText(error));
    throw error;
  }
}

function broken(file: string, line: number | undefined, what: string): NaviError {
  const place = line === undefined ? file : `${file}:${line}`;
  return new NaviError('NAVI_CONFIG_BROKEN', `configuration ${place}: ${what}`, {
    hints: ['README.md of navi names the keys', 'point NAVI_CONFIG to another file'],
  });
}

/** The parser's message without the excerpt of the file that it adds. */
function syntaxText(error: TomlError): string {
  const [first = ''] = error.message.split('\n');
  return first.replace(/^Invalid TOML document: /, '');
}

function keyText(path: Path): string {
  return path.map((key) => (/^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key))).join('.');
}

function configOf(document: TomlTable): Omit<Config, 'file'> {
  let metricsPort: number | undefined;
  let auditIntervalMs: number | undefined;
  const contexts = new Map<string, Partial<ContextSettings>>();
  for (const [key, value] of Object.entries(document)) {
    if (key === 'metrics_port') metricsPort = portOf(value);
    else if (key === 'audit_interval_minutes') auditIntervalMs = minutesOf(value, [key]) * 60_000;
    else if (key === 'contexts') {
      for (const [name, settings] of Object.entries(tableOf(value, [key])))
        contexts.set(name, contextOf(settings, [key, name]));
    } else throw unknown([key], ['metrics_port', 'audit_interval_minutes', 'contexts']);
  }
  return { metricsPort, auditIntervalMs, contexts };
}

function contextOf(value: unknown, path: Path): Partial<ContextSettings> {
  let settings: Partial<ContextSettings> = {};
  for (const [key, given] of Object.entries(tableOf(value, path))) {
    const at = [...path, key];
    if (key === 'namespaces') settings = { ...settings, namespaces: namespacesOf(given, at) };
    else if (key === 'erase_when_denied') {
      settings = { ...settings, eraseWhenDenied: textsOf(given, { path: at, pattern: typePattern, each: 'a type' }) };
    } else throw unknown(at, ['namespaces', 'erase_when_denied']);
  }
  return settings;
}

function unknown(path: Path, known: readonly string[]): WrongValue {
  const where = path.length === 1 ? 'here' : 'of a context';
  return new WrongValue(path, `is no key that navi knows; the keys ${where} are ${known.join(', ')}`);
}

function tableOf(value: unknown, path: Path): Readonly<Record<string, unknown>> {
  const isTable = typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
  if (!isTable) throw new WrongValue(path, 'must be a table');
  return value as Readonly<Record<string, unknown>>;
}

function portOf(value: unknown): number | undefined {
  const isPort = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535;
  if (!isPort) throw new WrongValue(['metrics_port'], 'must be a port number up to 65535; 0 is none');
  return value === 0 ? undefined : value;
}

/** Up to a month; less often it would hardly be one. */
function minutesOf(value: unknown, path: Path): number {
  const isMinutes = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 43_200;
  if (!isMinutes) throw new WrongValue(path, 'must be a number of minutes from 1 to 43200');
  return value;
}

function namespacesOf(value: unknown, path: Path): readonly string[] {
  const names = textsOf(value, { path, pattern: namespacePattern, each: 'a namespace' });
  if (names.length === 0) throw new WrongValue(path, 'must name a namespace; without the key all are mirrored');
  return names;
}

/** A list of texts, each once. */
function textsOf(
  value: unknown,
  { path, pattern, each }: { readonly path: Path; readonly pattern: RegExp; readonly each: string },
): readonly string[] {
  if (!Array.isArray(value)) throw new WrongValue(path, 'must be a list of texts');
  const texts = value.map((item: unknown) => {
    if (typeof item !== 'string') throw new WrongValue(path, 'must be a list of texts');
    if (!pattern.test(item)) throw new WrongValue(path, `holds ${JSON.stringify(item)}, which cannot be ${each}`);
    return item;
  });
  return [...new Set(texts)];
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
      value = (value as Readonly<Record<string, unknown>>)[key];
    }
    return true;
  } catch {
    return undefined;
  }
}
