import { createHash } from 'node:crypto';
import { NaviError } from '../errors/navi-error.ts';
import type { Kubeconfig, KubeconfigCluster, KubeconfigUser } from './kubeconfig.ts';

/** A context with everything it points to. */
export interface ResolvedContext {
  readonly name: string;
  /** Namespace of the context, `default` where it names none. */
  readonly namespace: string;
  readonly cluster: KubeconfigCluster;
  readonly user: KubeconfigUser;
  readonly userName: string;
}

const noUser: KubeconfigUser = {
  certData: '',
  certFile: '',
  keyData: '',
  keyFile: '',
  token: '',
  tokenFile: '',
  username: '',
  password: '',
  impersonate: '',
  impersonateGroups: [],
  impersonateUid: '',
  hasImpersonateExtra: false,
  hasExec: false,
  authProvider: '',
};

/** What takes the place of what a context says: kubectl's flags of the same names. An absent or empty one changes nothing. */
export interface ContextOverrides {
  /** Names of other entries of the kubeconfig. */
  readonly cluster?: string | undefined;
  readonly user?: string | undefined;
  readonly server?: string | undefined;
  readonly tlsServerName?: string | undefined;
  /** Absolute path. */
  readonly caFile?: string | undefined;
  readonly insecureSkipTlsVerify?: boolean | undefined;
}

/**
 * The context called `name`, or the current one, as far as nothing takes the place of what it says.
 * @throws NAVI_CONTEXT_UNKNOWN when it, its cluster or its user is not in the kubeconfig.
 */
export function resolveContext(
  kubeconfig: Kubeconfig,
  name: string | undefined,
  overrides: ContextOverrides = {},
): ResolvedContext {
  const wanted = name ?? kubeconfig.currentContext;
  const known = [...kubeconfig.contexts.keys()];
  const hints = known.length > 0 ? [`contexts in ${kubeconfig.files.join(', ')}: ${known.join(', ')}`] : [];
  if (wanted === '') {
    throw new NaviError('NAVI_CONTEXT_UNKNOWN', `no current-context is set in ${kubeconfig.files.join(', ')}`, {
      hints: [...hints, 'name one with --context NAME'],
    });
  }
  const context = kubeconfig.contexts.get(wanted);
  if (context === undefined) {
    throw new NaviError('NAVI_CONTEXT_UNKNOWN', `context "${wanted}" is not in ${kubeconfig.files.join(', ')}`, {
      hints,
    });
  }
  const clusterName = overrides.cluster || context.cluster;
  const cluster = overriddenCluster(kubeconfig.clusters.get(clusterName), overrides);
  if (cluster === undefined) {
    throw new NaviError(
      'NAVI_CONTEXT_UNKNOWN',
      `context "${wanted}" names cluster "${clusterName}", which has no server in the kubeconfig`,
    );
  }
  const userName = overrides.user || context.user;
  const user = kubeconfig.users.get(userName);
  if (user === undefined && userName !== '') {
    throw new NaviError(
      'NAVI_CONTEXT_UNKNOWN',
      `context "${wanted}" names user "${userName}", which is not in the kubeconfig`,
    );
  }
  return {
    name: wanted,
    namespace: context.namespace === '' ? 'default' : context.namespace,
    cluster,
    user: user ?? noUser,
    userName,
  };
}

const noCluster: KubeconfigCluster = {
  server: '',
  tlsServerName: '',
  insecureSkipTlsVerify: false,
  caData: '',
  caFile: '',
  proxyUrl: '',
};

/** Undefined where there is no server. A file with the authority takes the place of the entry's own data. */
function overriddenCluster(
  entry: KubeconfigCluster | undefined,
  overrides: ContextOverrides,
): KubeconfigCluster | undefined {
  const cluster = { ...(entry ?? noCluster) };
  const server = overrides.server || cluster.server;
  if (server === '') return undefined;
  const authority = overrides.caFile ? { caFile: overrides.caFile, caData: '' } : {};
  return {
    ...cluster,
    ...authority,
    server,
    tlsServerName: overrides.tlsServerName || cluster.tlsServerName,
    insecureSkipTlsVerify: overrides.insecureSkipTlsVerify ?? cluster.insecureSkipTlsVerify,
  };
}

/**
 * Name of the mirror of a context: 16 hexadecimal digits over what the context says (server, CA, tls-server-name,
 * proxy-url, user name, impersonation), never its own name, never a credential. Contexts that agree in these share
 * one mirror.
 */
export function mirrorId(context: ResolvedContext): string {
  const { cluster, user } = context;
  const said = [
    cluster.server.replace(/\/+$/, ''),
    cluster.caData === '' ? cluster.caFile : cluster.caData,
    cluster.tlsServerName,
    cluster.proxyUrl,
    context.userName,
    user.impersonate,
    ...user.impersonateGroups,
    user.impersonateUid,
  ];
  return createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 16);
}

/**
 * Refuses a context that needs what this version of navi cannot do.
 * @throws NAVI_CONTEXT_UNSUPPORTED, naming the field of the kubeconfig
 */
export function refuseUnsupported(context: ResolvedContext): void {
  const feature = unsupportedFeature(context);
  if (feature === undefined) return;
  throw new NaviError(
    'NAVI_CONTEXT_UNSUPPORTED',
    `context "${context.name}" needs ${feature}, which navi does not support yet`,
    { hints: ['use a context with a client certificate, a token or a password'] },
  );
}

/**
 * What this version of navi cannot do for a context, as a phrase, or undefined. Such a context is refused by name,
 * never contacted with other rights than it asks for.
 */
export function unsupportedFeature(context: ResolvedContext): string | undefined {
  const { cluster, user } = context;
  if (user.hasExec) return 'an exec credential plugin (users[].user.exec)';
  if (user.authProvider !== '') return `the auth provider "${user.authProvider}" (users[].user.auth-provider)`;
  if (user.tokenFile !== '') return 'a token file (users[].user.tokenFile)';
  const impersonates = user.impersonate !== '' || user.impersonateGroups.length > 0 || user.impersonateUid !== '';
  if (impersonates || user.hasImpersonateExtra) return 'impersonation (users[].user.as)';
  if (cluster.proxyUrl !== '') return 'a proxy (clusters[].cluster.proxy-url)';
  return undefined;
}
