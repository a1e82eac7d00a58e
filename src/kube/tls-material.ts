import { createHash } from 'node:crypto';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { KubeconfigCluster } from '../kubeconfig/kubeconfig.ts';
import type { Credential } from './credentials/credential.ts';

/** What a connection to the cluster needs: TLS options as node:tls takes them, and the headers of every request. */
export interface ConnectionMaterial {
  readonly tls: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the TLS options: connections that were made with another one are not to be used again. */
  readonly fingerprint: string;
}

/**
 * TLS material and credential headers, made by client-node's KubeConfig from entries that hold only what was read
 * already.
 * @param ca PEM of the authority, empty for the system's
 */
export async function connectionMaterial(
  cluster: KubeconfigCluster,
  ca: string,
  credential: Credential,
): Promise<ConnectionMaterial> {
  const { token, username, password, certificate, key } = credential;
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [
      {
        name: 'cluster',
        server: cluster.server,
        // client-node refuses plain HTTP otherwise; for HTTPS it is what the kubeconfig says.
        skipTLSVerify: cluster.insecureSkipTlsVerify || cluster.server.startsWith('http:'),
        ...filled({ caData: base64(ca), tlsServerName: cluster.tlsServerName }),
      },
    ],
    users: [
      {
        name: 'user',
        ...filled({ certData: base64(certificate), keyData: base64(key), token, username, password }),
      },
    ],
    contexts: [{ name: 'context', cluster: 'cluster', user: 'user' }],
    currentContext: 'context',
  });
  const options: Record<string, unknown> & { headers?: Record<string, string>; auth?: string | null } = {};
  await config.applyToHTTPSOptions(options);
  const { headers = {}, auth, agent: _agent, ...tls } = options;
  const basic = auth ? { authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : {};
  const said = [ca, certificate, key, cluster.tlsServerName, String(cluster.insecureSkipTlsVerify)];
  const fingerprint = createHash('sha256').update(JSON.stringify(said)).digest('hex');
  return { tls, headers: { ...headers, ...basic }, fingerprint };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function filled<T extends Readonly<Record<string, string>>>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '')) as Partial<T>;
}
