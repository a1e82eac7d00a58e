import { asObject, asString, type Json } from '../core/json.ts';
import { failure, RequestFailed } from './failure.ts';
import type { Transport } from './transport.ts';

/** What tells one cluster from another: the uid of kube-system, or of a weaker source named beside it. */
export interface ClusterIdentity {
  readonly uid: string;
  /** `namespace/NAME`, or `none` where nothing may be read. */
  readonly source: string;
}

/** Probes must not hang: the server itself would give up after 60 s. */
const probeTimeoutMs = 10_000;

/** How long an answer that needs no store may take (ms). */
const aliveTimeoutMs = 5_000;

const partialList = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
const partial = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/**
 * Reads the identity of the cluster, on a new connection: a GET of kube-system, which the server reads from etcd; else
 * of `fallback`, another namespace.
 * @throws RequestFailed for anything but a refusal.
 */
export async function fetchIdentity(transport: Transport, fallback: string): Promise<ClusterIdentity> {
  for (const namespace of fallback === '' ? ['kube-system'] : ['kube-system', fallback]) {
    try {
      const body = await probe(transport, `/api/v1/namespaces/${encodeURIComponent(namespace)}`, partial, true);
      const uid = asString(asObject(body['metadata'])['uid']);
      if (uid === '') throw new RequestFailed(failure('not-api', `namespace ${namespace} has no uid`));
      return { uid, source: `namespace/${namespace}` };
    } catch (error) {
      const refused = error instanceof RequestFailed && ['forbidden', 'not-found'].includes(error.failure.class);
      if (!refused) throw error;
    }
  }
  return { uid: '', source: 'none' };
}

/**
 * Asks etcd, through a list of core events that no watch cache serves, for the revision of the store now. The answer
 * takes one linearizable read; that is what makes it a proof of freshness.
 * @throws RequestFailed
 */
export async function fetchHeartbeat(transport: Transport, namespace: string): Promise<string> {
  const scoped = namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const body = await probe(transport, `/api/v1${scoped}/events?limit=1`, partialList);
  return listVersion(body);
}

/** resourceVersion of a consistent list of ConfigMaps with one item: for comparing revision counters. @throws RequestFailed */
export async function fetchListVersion(transport: Transport): Promise<string> {
  return listVersion(await probe(transport, '/api/v1/configmaps?limit=1', partialList));
}

/** resourceVersion of the controller manager's lease, renewed every two seconds: a lower bound of the revision. @throws RequestFailed */
export async function fetchLeaseVersion(transport: Transport): Promise<string> {
  const body = await probe(
    transport,
    '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-controller-manager',
    partial,
  );
  return listVersion(body);
}

/** True where the server says that it is ready; false while it starts, and where the path is refused. */
export async function isReady(transport: Transport): Promise<boolean> {
  try {
    const answer = await transport.get('/readyz', { accept: '*/*', headersTimeoutMs: probeTimeoutMs });
    // A portal answers 200 to everything.
    return answer.text.trim() === 'ok';
  } catch (error) {
    if (error instanceof RequestFailed) return false;
    throw error;
  }
}

/**
 * True where the API server itself answers, whatever it says: `/livez/ping` asks nothing of its store (kube-apiserver
 * 1.36).
 */
export async function isAlive(transport: Transport, signal: AbortSignal): Promise<boolean> {
  try {
    await transport.get('/livez/ping', {
      accept: '*/*',
      signal,
      headersTimeoutMs: aliveTimeoutMs,
      freshConnection: true,
    });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    if (error instanceof RequestFailed) return error.failure.status >= 400 && error.failure.status < 500;
    throw error;
  }
}

async function probe(transport: Transport, path: string, accept: string, freshConnection = false) {
  const timeouts = { headersTimeoutMs: probeTimeoutMs, bodyIdleMs: probeTimeoutMs };
  const answer = await transport.get(path, { accept, freshConnection, ...timeouts });
  try {
    return asObject(JSON.parse(answer.text) as Json);
  } catch (error) {
    throw new RequestFailed(failure('not-api', `${path.split('?')[0]} is no JSON`), error);
  }
}

function listVersion(body: ReturnType<typeof asObject>): string {
  const version = asString(asObject(body['metadata'])['resourceVersion']);
  if (version === '') throw new RequestFailed(failure('malformed', 'the answer has no resourceVersion'));
  return version;
}
