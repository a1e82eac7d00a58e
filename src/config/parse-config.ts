import { alertSettingsOf, defaultAlerts } from './alert-settings.ts';
import {
  defaultHistory,
  defaultUsageIntervalMs,
  type Config,
  type ContextSettings,
  type HistorySettings,
} from './config.ts';
import { readToml, tableOf, WrongValue, type Path, type Table } from './toml-document.ts';

/** Longest file that is read (characters): a configuration for people is a page. */
const maxLength = 256 * 1024;

/** A namespace: RFC 1123 label (kube-apiserver 1.36). */
const namespacePattern = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** A type as `plural.group`. */
const typePattern = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/**
 * The configuration that a TOML text holds. Strict: what navi does not know is an error.
 * @throws NAVI_CONFIG_BROKEN that names file, line and key
 */
export function parseConfig(text: string, file: string): Config {
  const hints = ['README.md of navi names the keys', 'point NAVI_CONFIG to another file'];
  const toml = { text, file, noun: 'configuration', maxLength, hints };
  return readToml(toml, (document) => ({ file, ...configOf(document) }));
}

function configOf(document: Table): Omit<Config, 'file'> {
  let metricsPort: number | undefined;
  let auditIntervalMs: number | undefined;
  let history = defaultHistory;
  let usageIntervalMs = defaultUsageIntervalMs;
  let alerts = defaultAlerts;
  const contexts = new Map<string, Partial<ContextSettings>>();
  for (const [key, value] of Object.entries(document)) {
    if (key === 'metrics_port') metricsPort = portOf(value);
    else if (key === 'audit_interval_minutes') auditIntervalMs = minutesOf(value, [key]) * 60_000;
    else if (key === 'retention') history = retentionOf(tableOf(value, [key]));
    else if (key === 'metrics') usageIntervalMs = usageIntervalOf(tableOf(value, [key]));
    else if (key === 'alerts') alerts = alertSettingsOf(tableOf(value, [key]));
    else if (key === 'contexts') {
      for (const [name, settings] of Object.entries(tableOf(value, [key])))
        contexts.set(name, contextOf(settings, [key, name]));
    } else
      throw unknown([key], ['metrics_port', 'audit_interval_minutes', 'retention', 'metrics', 'alerts', 'contexts']);
  }
  return { metricsPort, auditIntervalMs, history, usageIntervalMs, alerts, contexts };
}

function contextOf(value: unknown, path: Path): Partial<ContextSettings> {
  let settings: Partial<ContextSettings> = {};
  for (const [key, given] of Object.entries(tableOf(value, path))) {
    const at = [...path, key];
    if (key === 'namespaces') settings = { ...settings, namespaces: namespacesOf(given, at) };
    else if (key === 'erase_when_denied') {
      settings = { ...settings, eraseWhenDenied: textsOf(given, { path: at, pattern: typePattern, each: 'a type' }) };
    } else if (key === 'certificates') settings = { ...settings, certificates: switchOf(given, at) };
    else throw unknown(at, ['namespaces', 'erase_when_denied', 'certificates']);
  }
  return settings;
}

function retentionOf(table: Table): HistorySettings {
  let settings = defaultHistory;
  for (const [key, value] of Object.entries(table)) {
    const path = ['retention', key];
    if (key === 'history_days') settings = { ...settings, ageMs: countOf(value, path, daysMax) * 86_400_000 };
    else if (key === 'history_mebibytes')
      settings = { ...settings, bytes: countOf(value, path, mebibytesMax) * 1024 ** 2 };
    else throw unknown(path, ['history_days', 'history_mebibytes']);
  }
  return settings;
}

/** More often than every five seconds nothing new is measured; less often than every hour it tells nothing. */
const leastSeconds = 5;
const mostSeconds = 3_600;

function usageIntervalOf(table: Table): number {
  let intervalMs = defaultUsageIntervalMs;
  for (const [key, value] of Object.entries(table)) {
    const path = ['metrics', key];
    if (key !== 'interval_seconds') throw unknown(path, ['interval_seconds']);
    const isWhole = typeof value === 'number' && Number.isInteger(value);
    if (!isWhole || (value !== 0 && (value < leastSeconds || value > mostSeconds)))
      throw new WrongValue(path, `must be a whole number from ${leastSeconds} to ${mostSeconds}, or 0 for never`);
    intervalMs = value * 1_000;
  }
  return intervalMs;
}

/** Ten years, and a TiB: more is a slip. */
const daysMax = 3_650;
const mebibytesMax = 1024 ** 2;

function countOf(value: unknown, path: Path, most: number): number {
  const isCount = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most;
  if (!isCount) throw new WrongValue(path, `must be a whole number from 1 to ${most}`);
  return value;
}

function unknown(path: Path, known: readonly string[]): WrongValue {
  const where = path.length === 1 ? 'here' : path[0] === 'contexts' ? 'of a context' : 'of it';
  const what = known.length === 1 ? 'the key' : 'the keys';
  return new WrongValue(
    path,
    `is no key that navi knows; ${what} ${where} ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}`,
  );
}

function portOf(value: unknown): number | undefined {
  const isPort = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535;
  if (!isPort) throw new WrongValue(['metrics_port'], 'must be a port number up to 65535; 0 is none');
  return value === 0 ? undefined : value;
}

function switchOf(value: unknown, path: Path): boolean {
  if (typeof value !== 'boolean') throw new WrongValue(path, 'must be true or false');
  return value;
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
