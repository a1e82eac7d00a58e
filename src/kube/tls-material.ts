import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { messageOf } from '../errors/navi-error.ts';
import type { ResolvedContext } from '../kubeconfig/resolve-context.ts';
import { failure, RequestFailed } from './failure.ts';

/** What a connection to the cluster needs: TLS options as node:tls takes them, and the headers of every request. */
export interface ConnectionMaterial {
  readonly tls: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * TLS material and credential headers of a context, read by client-node's KubeConfig from an entry that holds only
 * what navi supports. Certificate files are read now.
 * @throws RequestFailed (unauthorized) when a file cannot be read.
 */
export async function connectionMaterial(context: ResolvedContext): Promise<ConnectionMaterial> {
  const { cluster, user } = context;
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [
      {
        name: 'cluster',
        server: cluster.server,
        // client-node refuses plain HTTP otherwise; for HTTPS it is what the kubeconfig says.
        skipTLSVerify: cluster.insecureSkipTlsVerify || cluster.server.startsWith('http:'),
        ...filled({ caData: cluster.caData, caFile: cluster.caFile, tlsServerName: cluster.tlsServerName }),
      },
    ],
    users: [
      {
        name: 'user',
        ...filled({
          certData: user.certData,
          certFile: user.certFile,
          keyData: user.keyData,
          keyFile: user.keyFile,
          token: user.token,
          username: user.username,
          password: user.password,
        }),
      },
    ],
    contexts: [{ name: 'context', cluster: 'cluster', user: 'user' }],
    currentContext: 'context',
  });
  const options: Record<string, unknown> & { headers?: Record<string, string>; auth?: string | null } = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    throw new RequestFailed(
      failure('unauthorized', `credentials of context "${context.name}": ${messageOf(error)}`),
      error,
    );
  }
  const { headers = {}, auth, agent: _agent, ...tls } = options;
  const basic = auth ? { authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : {};
  return { tls, headers: { ...headers, ...basic } };
}

function filled<T extends Readonly<Record<string, string>>>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '')) as Partial<T>;
}
