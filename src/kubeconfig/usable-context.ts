import type { NaviError } from '../errors/navi-error.ts';
import type { ExecPlugin, KubeconfigUser } from './kubeconfig.ts';
import type { ResolvedContext } from './resolve-context.ts';
import { unusableError } from './unusable-error.ts';

const execVersions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];
const interactiveModes = ['Never', 'IfAvailable', 'Always'];
const proxySchemes = ['http:', 'https:', 'socks5:', 'socks5h:'];

/**
 * Refuses a context that contradicts itself or needs what is not there, as client-go 0.36 does before it asks anything.
 * @throws NAVI_CONTEXT_UNSUPPORTED, naming the field of the kubeconfig, never its value where that may be a secret
 */
export function refuseUnusable(context: ResolvedContext): void {
  const error = unusable(context);
  if (error !== undefined) throw error;
}

/** What `refuseUnusable` throws; undefined for a context that can be used. */
export function unusable(context: ResolvedContext): NaviError | undefined {
  return unusableError({ ...context, fault: contextFault(context) });
}

/** What is wrong with a context, as a phrase; undefined where nothing is. */
export function contextFault({ cluster, user }: ResolvedContext): string | undefined {
  if (cluster.insecureSkipTlsVerify && (cluster.caData !== '' || cluster.caFile !== '')) {
    return 'certificate-authority and insecure-skip-tls-verify exclude each other';
  }
  return serverFault(cluster.server) ?? proxyFault(cluster.proxyUrl) ?? userFault(user);
}

function serverFault(server: string): string | undefined {
  const scheme = URL.parse(server)?.protocol;
  return scheme === 'https:' || scheme === 'http:' ? undefined : 'its server is no http or https URL';
}

function proxyFault(proxy: string): string | undefined {
  if (proxy === '' || proxySchemes.includes(URL.parse(proxy)?.protocol ?? '')) return undefined;
  return `its proxy-url is no URL of ${proxySchemes.map((scheme) => scheme.slice(0, -1)).join(', ')}`;
}

function userFault(user: KubeconfigUser): string | undefined {
  const hasCertificate = user.certData !== '' || user.certFile !== '';
  if (hasCertificate && user.keyData === '' && user.keyFile === '') return 'client-certificate has no client-key';
  if (user.token !== '' && (user.username !== '' || user.password !== '')) {
    return 'token and username exclude each other';
  }
  const isAbout = user.impersonateUid !== '' || user.impersonateGroups.length > 0;
  if (user.impersonate === '' && (isAbout || Object.keys(user.impersonateExtra).length > 0)) {
    return 'as-uid, as-groups and as-user-extra need as';
  }
  if (user.exec !== undefined && user.authProvider !== undefined) return 'exec and auth-provider exclude each other';
  return (user.exec === undefined ? undefined : execFault(user.exec)) ?? authProviderFault(user);
}

function execFault(plugin: ExecPlugin): string | undefined {
  if (plugin.command === '') return 'exec names no command';
  if (!execVersions.includes(plugin.apiVersion)) {
    return `exec has apiVersion "${plugin.apiVersion}", which is none of ${execVersions.join(', ')}`;
  }
  if (!interactiveModes.includes(plugin.interactiveMode)) {
    return `exec has interactiveMode "${plugin.interactiveMode}", which is none of ${interactiveModes.join(', ')}`;
  }
  return plugin.env.some(({ name }) => name === '') ? 'exec has an env entry without a name' : undefined;
}

function authProviderFault({ authProvider }: KubeconfigUser): string | undefined {
  if (authProvider === undefined) return undefined;
  const { name, config } = authProvider;
  if (name !== 'oidc') return `no auth provider is called "${name}" (the cloud ones became exec plugins)`;
  const missing = ['idp-issuer-url', 'client-id'].find((key) => (config[key] ?? '') === '');
  return missing === undefined ? undefined : `auth-provider has no ${missing}`;
}
