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
  readonly hasImpersonateExtra: boolean;
  readonly hasExec: boolean;
  /** Name of a legacy auth provider such as `oidc`, or empty. */
  readonly authProvider: string;
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
