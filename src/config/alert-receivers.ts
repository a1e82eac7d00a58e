import { severities, type Severity } from '../core/alert-rule.ts';
import { durationOf, textOf, textsOf, unknownKey } from './toml-values.ts';
import { WrongValue, type Path, type Table } from './toml-document.ts';

/** How a receiver is told. */
export type ReceiverChannel =
  /** A program and its arguments; the incident is JSON on its standard input. */
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  | { readonly kind: 'webhook'; readonly url: string; readonly secret: SecretSource | undefined }
  | { readonly kind: 'desktop' };

/** Where the secret that signs lies: it is read each time that it is needed. */
export type SecretSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'environment'; readonly name: string };

/** Somebody who is told of incidents. */
export interface Receiver {
  readonly name: string;
  readonly channel: ReceiverChannel;
  /** Only incidents of these; undefined: of all. */
  readonly severities: readonly Severity[] | undefined;
  readonly rules: readonly string[] | undefined;
  /** So long one delivery may take (ms). */
  readonly timeoutMs: number;
}

const defaultTimeoutMs = 10_000;
const longestTimeoutMs = 5 * 60_000;

const common = ['severities', 'rules', 'timeout'];
const channels = ['command', 'webhook', 'desktop'] as const;
const keysOf: Readonly<Record<(typeof channels)[number], readonly string[]>> = {
  command: ['command', ...common],
  webhook: ['webhook', 'secret_file', 'secret_env', ...common],
  desktop: ['desktop', ...common],
};

/** A receiver from its table. @throws WrongValue */
export function receiverOf(table: Table, { path, name }: { readonly path: Path; readonly name: string }): Receiver {
  const all = [...new Set(Object.values(keysOf).flat())];
  for (const key of Object.keys(table)) if (!all.includes(key)) throw unknownKey([...path, key], all);
  const [kind, ...others] = channels.filter((channel) => table[channel] !== undefined);
  if (kind === undefined || others.length > 0) throw new WrongValue(path, `must have one of ${channels.join(', ')}`);
  for (const key of Object.keys(table))
    if (!keysOf[kind].includes(key)) throw new WrongValue([...path, key], `is not for a ${kind}`);
  return {
    name,
    channel: channelOf(kind, table, path),
    severities:
      table['severities'] === undefined ? undefined : severitiesOf(table['severities'], [...path, 'severities']),
    rules: table['rules'] === undefined ? undefined : textsOf(table['rules'], [...path, 'rules']),
    timeoutMs: table['timeout'] === undefined ? defaultTimeoutMs : timeoutOf(table['timeout'], [...path, 'timeout']),
  };
}

function channelOf(kind: (typeof channels)[number], table: Table, path: Path): ReceiverChannel {
  const at = [...path, kind];
  if (kind === 'command') {
    const argv = Array.isArray(table[kind]) ? table[kind].map((word: unknown) => textOf(word, at)) : [];
    if (argv.length === 0 || argv[0] === '')
      throw new WrongValue(at, 'must be a list: the program and its arguments', [
        'command = ["/usr/local/bin/page", "--team", "shop"]',
      ]);
    return { kind, argv };
  }
  if (kind === 'desktop') {
    if (table[kind] !== true) throw new WrongValue(at, 'must be true');
    return { kind };
  }
  return { kind, url: urlOf(table[kind], at), secret: secretOf(table, path) };
}

function urlOf(value: unknown, path: Path): string {
  const url = URL.parse(textOf(value, path));
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw new WrongValue(path, 'must be a URL with http or https');
  if (url.username !== '' || url.password !== '')
    throw new WrongValue(path, 'must have no user and password: use secret_file or secret_env to prove who sends');
  return url.href;
}

function secretOf(table: Table, path: Path): SecretSource | undefined {
  const { secret_file: file, secret_env: variable } = table;
  if (file !== undefined && variable !== undefined)
    throw new WrongValue([...path, 'secret_env'], 'excludes secret_file: one of them is enough');
  if (file !== undefined) return { kind: 'file', path: textOf(file, [...path, 'secret_file']) };
  return variable === undefined ? undefined : { kind: 'environment', name: textOf(variable, [...path, 'secret_env']) };
}

function severitiesOf(value: unknown, path: Path): readonly Severity[] {
  return textsOf(value, path).map((text) => {
    const found = severities.find((severity) => severity === text);
    if (found === undefined) throw new WrongValue(path, `must be a list of some of ${severities.join(', ')}`);
    return found;
  });
}

function timeoutOf(value: unknown, path: Path): number {
  const ms = durationOf(value, path);
  if (ms < 100 || ms > longestTimeoutMs) throw new WrongValue(path, 'must be a duration from "100ms" to "5m"');
  return ms;
}
