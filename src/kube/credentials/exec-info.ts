import { asObject, asString, isJsonObject, type Json } from '../../core/json.ts';
import type { ExecPlugin, KubeconfigCluster } from '../../kubeconfig/kubeconfig.ts';
import { noCredential, type Obtained } from './credential.ts';

/**
 * What a plugin is told in KUBERNETES_EXEC_INFO (client-go 0.36).
 * @param ca PEM of the cluster's authority, empty for the system's
 */
export function execInfo(plugin: ExecPlugin, cluster: KubeconfigCluster, ca: string, isInteractive: boolean): string {
  const told = {
    server: cluster.server,
    ...(cluster.tlsServerName === '' ? {} : { 'tls-server-name': cluster.tlsServerName }),
    ...(cluster.insecureSkipTlsVerify ? { 'insecure-skip-tls-verify': true } : {}),
    ...(ca === '' ? {} : { 'certificate-authority-data': Buffer.from(ca).toString('base64') }),
    ...(cluster.proxyUrl === '' ? {} : { 'proxy-url': cluster.proxyUrl }),
    config: cluster.execExtension ?? null,
  };
  const spec = { ...(plugin.provideClusterInfo ? { cluster: told } : {}), interactive: isInteractive };
  return JSON.stringify({ kind: 'ExecCredential', apiVersion: plugin.apiVersion, spec });
}

/** The credential in what a plugin printed; or a phrase that says what is wrong with it, without a word of it. */
export function execCredential(plugin: ExecPlugin, output: string): Obtained | string {
  let document: Json;
  try {
    document = JSON.parse(output) as Json;
  } catch {
    return 'printed no JSON';
  }
  if (!isJsonObject(document) || document['kind'] !== 'ExecCredential') return 'printed no ExecCredential';
  if (document['apiVersion'] !== plugin.apiVersion) return `printed another apiVersion than ${plugin.apiVersion}`;
  if (!isJsonObject(document['status'] ?? null)) return 'printed no status';
  const status = asObject(document['status']);
  const token = asString(status['token']).trim();
  const certificate = asString(status['clientCertificateData']);
  const key = asString(status['clientKeyData']);
  if (token === '' && certificate === '' && key === '') return 'printed neither a token nor a certificate with its key';
  if ((certificate === '') !== (key === '')) return 'printed a certificate or a key, not both';
  const expiry = status['expirationTimestamp'] ?? null;
  const expiresAtMs = expiry === null ? undefined : Date.parse(asString(expiry));
  if (Number.isNaN(expiresAtMs)) return 'printed an expirationTimestamp that is no time';
  return { credential: { ...noCredential, token, certificate, key }, expiresAtMs };
}
