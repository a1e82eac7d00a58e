import type { RealCluster } from './real-cluster.ts';

/** A list that navi asked the API server for and got. */
export interface AuditedList {
  /** `plural.group`. */
  readonly type: string;
  /** The page size asked for; 0 where none was. */
  readonly limit: number;
}

/** Lists that navi made since then, by the server's audit log; later pages of one list count as one with its first. */
export async function listsOf(cluster: RealCluster, sinceMs: number): Promise<readonly AuditedList[]> {
  const events = await cluster.auditEvents();
  return events
    .filter((event) => event.verb === 'list' && event.stage === 'ResponseComplete' && event.userAgent === 'navi')
    .filter((event) => Date.parse(event.requestReceivedTimestamp) >= sinceMs && event.responseStatus?.code === 200)
    .filter((event) => !event.requestURI.includes('continue='))
    .map((event): AuditedList => {
      const { resource = '', apiGroup = '' } = event.objectRef ?? {};
      const limit = Number(new URL(event.requestURI, 'http://server').searchParams.get('limit') ?? 0);
      return { type: apiGroup === '' ? resource : `${resource}.${apiGroup}`, limit };
    });
}
