import type { Json } from '../core/json.ts';

/**
 * Kubeconfig files as kubectl merges them: KUBECONFIG lists files, the first one that names a cluster, user or context
 * wins, missing files are passed over, and relative paths belong to the file that holds them. Only reading; nothing
 * is contacted and nothing is written.
 */
export interface KubeconfigCluster {
  readonly server: string;
  readonly tlsServerName: string;
  readonly insecureSkipTlsVerify: boolean;
  /** Base64 of PEM, as in the file. */
  readonly caData: string;
  /** Absolute path. */
  readonly caFile: string;
  readonly proxyUrl: string;
  /** What the entry tells exec plugins besides (extension `client.authentication.k8s.io/exec`); undefined without. */
  readonly execExtension: Json | undefined;
}

/** An exec plugin as a user entry names it. */
export interface ExecPlugin {
  readonly apiVersion: string;
  /** Absolute where the file names a path, else a name to be found in PATH. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  /** What to tell where the program is missing. */
  readonly installHint: string;
  readonly provideClusterInfo: boolean;
  /** `Never`, `IfAvailable` or `Always`; as the file has it where that is none of these. */
  readonly interactiveMode: string;
}

/** A legacy auth provider, such as `oidc`, with its settings as the file has them. */
export interface AuthProvider {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
}

/** A user entry; credentials stay in memory only. */
export interface KubeconfigUser {
  readonly certData: string;
  readonly certFile: string;
  readonly keyData: string;
  readonly keyFile: string;
  readonly token: string;
  readonly tokenFile: string;
  readonly username: string;
  readonly password: string;
  readonly impersonate: string;
  readonly impersonateGroups: readonly string[];
  readonly impersonateUid: string;
  /** By key. */
  readonly impersonateExtra: Readonly<Record<string, readonly string[]>>;
  readonly exec: ExecPlugin | undefined;
  readonly authProvider: AuthProvider | undefined;
}

/** A context entry; `namespace` is empty where the file names none. */
export interface KubeconfigContext {
  readonly cluster: string;
  readonly user: string;
  readonly namespace: string;
}

/** All files together. Maps are keyed by entry name, in order of appearance. */
export interface Kubeconfig {
  /** Files that were read, absolute, in order of precedence. */
  readonly files: readonly string[];
  readonly currentContext: string;
  readonly clusters: ReadonlyMap<string, KubeconfigCluster>;
  readonly users: ReadonlyMap<string, KubeconfigUser>;
  readonly contexts: ReadonlyMap<string, KubeconfigContext>;
}
