import type { KubeconfigCluster } from '../kubeconfig/kubeconfig.ts';
import { proxyFor, type Proxy } from './proxy/proxy-choice.ts';
import { proxyAuthorization } from './proxy/proxy-connector.ts';

/** How requests get to a server. */
export interface Route {
  /** Of whom connections go to: scheme, host and port. */
  readonly origin: string;
  /** What stands before the path of each request. */
  readonly pathPrefix: string;
  /** Of the way, for each request. */
  readonly headers: Readonly<Record<string, string>>;
  /** What connections tunnel through. */
  readonly proxy: Proxy | undefined;
}

/** The route to a cluster's server: straight, or by the proxy that its entry or the environment names. */
export function routeTo(cluster: KubeconfigCluster, env: NodeJS.ProcessEnv): Route {
  const server = new URL(cluster.server);
  const basePath = server.pathname.replace(/\/+$/, '');
  const proxy = proxyFor(server, cluster.proxyUrl, env);
  // A proxy of HTTP is asked for plain HTTP itself, and tunnels only what is encrypted (Go's net/http).
  if (proxy !== undefined && proxy.scheme !== 'socks5' && server.protocol === 'http:') {
    const authorization = proxyAuthorization(proxy);
    const host = proxy.host.includes(':') ? `[${proxy.host}]` : proxy.host;
    return {
      origin: `${proxy.scheme}://${host}:${proxy.port}`,
      pathPrefix: server.origin + basePath,
      headers: { host: server.host, ...(authorization === '' ? {} : { 'proxy-authorization': authorization }) },
      proxy: undefined,
    };
  }
  return { origin: server.origin, pathPrefix: basePath, headers: {}, proxy };
}
