/** What the kubeconfig says of a context as far as a query needs it: nothing in here is a credential. */
export interface ContextSummary {
  readonly name: string;
  /** Namespace of the context, `default` where it names none. */
  readonly namespace: string;
  /** URL of the API server, without user name and password. */
  readonly server: string;
  /** Name of the user entry; empty where the context names none. */
  readonly userName: string;
  /** See `mirrorId`. */
  readonly mirrorId: string;
  readonly insecureSkipTlsVerify: boolean;
  /** Why it cannot be used, as a phrase; undefined where it can. */
  readonly fault?: string | undefined;
}

/** A kubeconfig as far as a query needs it. */
export interface KubeconfigSummary {
  /** Files that were read, absolute, in order of precedence. */
  readonly files: readonly string[];
  /** Empty where none is set. */
  readonly currentContext: string;
  /** Names of all contexts, in order of appearance. */
  readonly contextNames: readonly string[];
  readonly clusterNames: readonly string[];
  readonly userNames: readonly string[];
  /** The contexts whose cluster and user are there, in the same order. */
  readonly contexts: readonly ContextSummary[];
}
