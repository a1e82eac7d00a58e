import { crypto } from '../util/late-modules.ts';
import { didYouMean, nearestWord } from '../core/nearest-word.ts';
import { shellWord } from '../core/shell-word.ts';
import { NaviError } from '../errors/navi-error.ts';
import { withoutPassword } from './url-password.ts';
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

/** Most contexts that an error names. */
const mostNamedCount = 10;

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
  impersonateExtra: {},
  exec: undefined,
  authProvider: undefined,
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
  /**
   * Only false has an effect: a mirror whose server was checked answers as well for who would not have checked, and one
   * that was not is never made for a flag.
   */
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
  const hints = known.length > 0 ? [`contexts in ${kubeconfig.files.join(', ')}: ${firstOf(known)}`] : [];
  if (wanted === '') {
    throw new NaviError('NAVI_CONTEXT_UNKNOWN', `no current-context is set in ${kubeconfig.files.join(', ')}`, {
      hints: [...hints, 'name one with --context NAME'],
    });
  }
  const context = kubeconfig.contexts.get(wanted);
  if (context === undefined) {
    const meant = nearestWord(wanted, known);
    throw new NaviError('NAVI_CONTEXT_UNKNOWN', `context "${wanted}" is not in ${kubeconfig.files.join(', ')}`, {
      hints: [...didYouMean(meant && shellWord(meant)), ...hints],
    });
  }
  const clusterName = overrides.cluster || context.cluster;
  const cluster = overriddenCluster(kubeconfig.clusters.get(clusterName), overrides);
  if (cluster === undefined) {
    throw new NaviError(
      'NAVI_CONTEXT_UNKNOWN',
      `context "${wanted}" names cluster "${clusterName}", which has no server in the kubeconfig`,
      { hints: [`kubectl config set-cluster ${shellWord(clusterName)} --server URL gives it one`] },
    );
  }
  const userName = overrides.user || context.user;
  const user = kubeconfig.users.get(userName);
  if (user === undefined && userName !== '') {
    throw new NaviError(
      'NAVI_CONTEXT_UNKNOWN',
      `context "${wanted}" names user "${userName}", which is not in the kubeconfig`,
      { hints: [`kubectl config set-context ${shellWord(wanted)} --user NAME names another one`] },
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

function firstOf(names: readonly string[]): string {
  const rest = names.length - mostNamedCount;
  return rest <= 0 ? names.join(', ') : `${names.slice(0, mostNamedCount).join(', ')} and ${rest} more`;
}

const noCluster: KubeconfigCluster = {
  server: '',
  tlsServerName: '',
  insecureSkipTlsVerify: false,
  caData: '',
  caFile: '',
  proxyUrl: '',
  execExtension: undefined,
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
    insecureSkipTlsVerify: cluster.insecureSkipTlsVerify && overrides.insecureSkipTlsVerify !== false,
  };
}

/**
 * Name of the mirror of a context: 16 hexadecimal digits over what the context says (server, CA, tls-server-name,
 * proxy-url, user name, impersonation, whether the server's certificate is checked), never its own name, never a
 * credential. Contexts that agree in these share one mirror.
 */
export function mirrorId(context: ResolvedContext): string {
  const { cluster, user } = context;
  const said = [
    withoutPassword(cluster.server).replace(/\/+$/, ''),
    cluster.caData === '' ? cluster.caFile : cluster.caData,
    cluster.tlsServerName,
    withoutPassword(cluster.proxyUrl),
    context.userName,
    user.impersonate,
    ...user.impersonateGroups,
    user.impersonateUid,
    ...Object.keys(user.impersonateExtra)
      .toSorted()
      .flatMap((key) => [`extra ${key}`, ...(user.impersonateExtra[key] ?? [])]),
    ...(cluster.insecureSkipTlsVerify ? ['unchecked'] : []),
  ];
  return crypto().createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 16);
}
