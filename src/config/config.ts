import type { AlertSettings } from './alert-settings.ts';

/** What config.toml settles. Keys are as in the file; `readConfig` says where it lies. */
export interface Config {
  /** The file that was read, or that would have been. Absolute. */
  readonly file: string;
  /** TCP port on loopback for Prometheus; undefined: none. */
  readonly metricsPort: number | undefined;
  /** Each type is compared with the server this often; undefined: daily. */
  readonly auditIntervalMs: number | undefined;
  readonly history: HistorySettings;
  /** Use of nodes and pods is asked for this often; 0: never. */
  readonly usageIntervalMs: number;
  readonly alerts: AlertSettings;
  /** By context name; `*` stands for every context. */
  readonly contexts: ReadonlyMap<string, Partial<ContextSettings>>;
}

/** What is kept of the past of each mirror. */
export interface HistorySettings {
  /** Longest age of a change (ms). */
  readonly ageMs: number;
  /** Size of the database of one mirror's past; the oldest go first. */
  readonly bytes: number;
}

/** Where no file speaks of it. */
export const defaultHistory: HistorySettings = { ageMs: 7 * 24 * 3_600_000, bytes: 512 * 1024 ** 2 };

/** Where no file speaks of it: as often as metrics-server measures. */
export const defaultUsageIntervalMs = 15_000;

/** How one context is mirrored. */
export interface ContextSettings {
  /** Only these namespaces are mirrored, each as scopes of its own; undefined: all that may be read. Never empty. */
  readonly namespaces: readonly string[] | undefined;
  /** Types (`plural.group`) whose rows leave the store when the permission to read them is lost. */
  readonly eraseWhenDenied: readonly string[];
  /** The public certificates of TLS Secrets are read, in memory, and kept; nothing else of a Secret's values ever is. */
  readonly certificates: boolean;
}

/** The settings of a context that no file speaks of. */
export const defaultSettings: ContextSettings = {
  namespaces: undefined,
  eraseWhenDenied: ['secrets'],
  certificates: false,
};

/** The settings of a context, key by key: its own, else those of `*`, else the defaults. */
export function settingsOf(config: Config, context: string): ContextSettings {
  return { ...defaultSettings, ...config.contexts.get('*'), ...config.contexts.get(context) };
}
