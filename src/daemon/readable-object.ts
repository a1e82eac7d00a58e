import type { KubeObject } from '../core/kube-object.ts';
import { RequestFailed } from '../kube/failure.ts';
import { fetchObject, type ListTarget } from '../kube/list-page.ts';
import type { Transport } from '../kube/transport.ts';

/**
 * The object of a key `namespace/name` or `name`, as `fetchObject` gets it, for a user who may perhaps list and watch a type and not get its objects: that is no failure of what
 * only compares.
 * @throws RequestFailed
 */
export async function fetchReadable(
  transport: Transport,
  target: ListTarget,
  key: string,
  signal: AbortSignal,
): Promise<KubeObject | 'missing' | 'forbidden'> {
  const slash = key.indexOf('/');
  const name = { namespace: key.slice(0, Math.max(0, slash)), name: key.slice(slash + 1) };
  try {
    return (await fetchObject(transport, target, name, signal)) ?? 'missing';
  } catch (error) {
    if (error instanceof RequestFailed && error.failure.class === 'forbidden') return 'forbidden';
    throw error;
  }
}
