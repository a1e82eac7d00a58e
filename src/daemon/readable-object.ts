import type { KubeObject } from '../core/kube-object.ts';
import { RequestFailed } from '../kube/failure.ts';
import { fetchObject } from '../kube/list-page.ts';

/**
 * As `fetchObject`, for a user who may perhaps list and watch a type and not get its objects: that is no failure of what
 * only compares.
 * @throws RequestFailed
 */
export async function fetchReadable(
  ...request: Parameters<typeof fetchObject>
): Promise<KubeObject | 'missing' | 'forbidden'> {
  try {
    return (await fetchObject(...request)) ?? 'missing';
  } catch (error) {
    if (error instanceof RequestFailed && error.failure.class === 'forbidden') return 'forbidden';
    throw error;
  }
}
