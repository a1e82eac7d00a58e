import type { KeptLogSettings } from '../core/kept-log.ts';
import { defaultsOf, readSettings } from './read-settings.ts';
import { retrievalSettings, type RetrievalSettings } from './retrieval-settings.ts';
import { contextKeys, schema } from './schema.ts';
import type { Values } from './setting.ts';
import { WrongValue, type Table } from './toml-document.ts';

/** What config.toml settles. `readConfig` says where it lies. */
export interface Config {
  /** A question that finds no daemon starts one. */
  readonly isAutoStarted: boolean;
  /** From this age of the data on an answer says how old it is (ms). */
  readonly noticeAfterMs: number;
  /** TCP port on loopback for Prometheus; undefined: none. */
  readonly metricsPort: number | undefined;
  /** Each type is compared with the server this often. */
  readonly auditIntervalMs: number;
  readonly history: HistorySettings;
  /** Nothing in any cluster is ever changed: commands that would, and the daemon, refuse. */
  readonly isReadOnly: boolean;
  /** Folders of oclif plugins, absolute, each once. */
  readonly plugins: readonly string[];
  readonly keptLogs: KeptLogSettings;
  /** Use of nodes and pods is asked for this often; 0: never. */
  readonly usageIntervalMs: number;
  readonly retrieval: RetrievalSettings;
  /** By the name of the context. */
  readonly sources: ReadonlyMap<string, SourceSettings>;
  /** By context name; `*` stands for every context. */
  readonly contexts: ReadonlyMap<string, Partial<ContextSettings>>;
}

/** A program whose rows are mirrored. */
export interface SourceSettings {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly intervalMs: number;
}

/** What is kept of the past of each mirror. */
export interface HistorySettings {
  /** Longest age of a change (ms). */
  readonly ageMs: number;
  /** Size of the database of one mirror's past; the oldest go first. */
  readonly bytes: number;
}

/** How one context is mirrored. */
export interface ContextSettings {
  /** Only these namespaces are mirrored, each as scopes of its own; undefined: all that may be read. Never empty. */
  readonly namespaces: readonly string[] | undefined;
  /** Types (`plural.group`) whose rows leave the store when the permission to read them is lost. */
  readonly eraseWhenDenied: readonly string[];
  /** The public certificates of TLS Secrets are read, in memory, and kept; nothing else of a Secret's values ever is. */
  readonly certificates: boolean;
}

/** What a document settles, under what variables of the environment say instead. @throws as `readSettings` does */
export function configOf(document: Table, env: NodeJS.ProcessEnv): Config {
  const values = readSettings(schema, { document, env });
  const { read_only: isReadOnly, plugins, daemon, retention, prefetch, metrics, output, sources, contexts } = values;
  return {
    isAutoStarted: daemon.auto_start,
    noticeAfterMs: output.notice_after,
    metricsPort: daemon.metrics_port === 0 ? undefined : daemon.metrics_port,
    isReadOnly,
    plugins,
    auditIntervalMs: daemon.audit_interval,
    history: { ageMs: retention.history_age, bytes: retention.history_size },
    keptLogs: {
      namespaces: prefetch.logs.namespaces,
      when: prefetch.logs.when,
      lineCount: prefetch.logs.lines,
      logBytes: prefetch.logs.size,
      ageMs: retention.logs_age,
      bytes: retention.logs_size,
    },
    usageIntervalMs: metrics.interval,
    retrieval: retrievalSettings(values),
    sources: new Map([...sources].map(([name, keys]) => [name, sourceSettings(name, keys)])),
    contexts: new Map([...contexts].map(([name, values]) => [name, contextSettings(values)])),
  };
}

/** What holds where nobody settles anything. */
export const defaultConfig: Config = configOf({}, {});

/** The settings of a context, key by key: its own, else those of `*`, else the defaults. */
export function settingsOf(config: Config, context: string): ContextSettings {
  return { ...contextDefaults, ...config.contexts.get('*'), ...config.contexts.get(context) };
}

/** @throws WrongValue for one without a program */
function sourceSettings(
  name: string,
  { command, interval }: { readonly command?: readonly string[] | undefined; readonly interval?: number | undefined },
): SourceSettings {
  if (command === undefined) throw new WrongValue(['sources', name], 'needs a command');
  return { command, intervalMs: interval ?? schema.sources.keys.interval.value };
}

type ContextValues = Values<typeof contextKeys>;

/** Only the keys that are set. */
function contextSettings(values: Partial<ContextValues>): Partial<ContextSettings> {
  const { namespaces, erase_when_denied: eraseWhenDenied, certificates } = values;
  return {
    ...('namespaces' in values ? { namespaces } : {}),
    ...(eraseWhenDenied === undefined ? {} : { eraseWhenDenied }),
    ...(certificates === undefined ? {} : { certificates }),
  };
}

const contextValues = defaultsOf(contextKeys);

const contextDefaults: ContextSettings = {
  namespaces: contextValues.namespaces,
  eraseWhenDenied: contextValues.erase_when_denied,
  certificates: contextValues.certificates,
};
