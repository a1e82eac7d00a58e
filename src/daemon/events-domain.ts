import { compareResourceVersions } from '../core/resource-version.ts';
import { fetchHeartbeat, fetchListVersion } from '../kube/cluster-probes.ts';
import type { Transport } from '../kube/transport.ts';

/** How the revision of the store is asked for: core events where they share its counter, else the controller manager's lease. */
export type EventsDomain = 'unknown' | 'shared' | 'own' | 'denied';

/**
 * Do events share the revision counter of the other types, or have they an etcd of their own?
 * @throws RequestFailed
 */
export async function findEventsDomain(transport: Transport): Promise<EventsDomain> {
  const before = await fetchHeartbeat(transport, '');
  const between = await fetchListVersion(transport);
  const after = await fetchHeartbeat(transport, '');
  const isShared =
    (compareResourceVersions(before, between) ?? 1) <= 0 && (compareResourceVersions(between, after) ?? 1) <= 0;
  return isShared ? 'shared' : 'own';
}
