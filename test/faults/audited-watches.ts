import type { AuditEvent } from '../support/real-cluster.ts';

/** A watch of navi's, as the API server's audit log has it. */
export interface AuditedWatch {
  /** `plural.group`. */
  readonly type: string;
  /** When the server received it (epoch ms). */
  readonly atMs: number;
  /** When it ended; undefined while it runs. */
  readonly endedAtMs: number | undefined;
  /** What it asked for. */
  readonly timeoutMs: number;
  /** Where it began. */
  readonly resourceVersion: number;
}

/** Every watch of navi's that was answered, oldest first. */
export function watchesOf(events: readonly AuditEvent[]): readonly AuditedWatch[] {
  const watches = events.filter(({ verb, userAgent }) => verb === 'watch' && userAgent === 'navi');
  const ends = new Map(
    watches
      .filter(({ stage }) => stage === 'ResponseComplete')
      .map(({ auditID, stageTimestamp }) => [auditID, Date.parse(stageTimestamp)]),
  );
  return watches
    .filter(({ stage }) => stage === 'ResponseStarted')
    .map((event) => watchOf(event, ends.get(event.auditID)))
    .toSorted((a, b) => a.atMs - b.atMs);
}

function watchOf(event: AuditEvent, endedAtMs: number | undefined): AuditedWatch {
  const { resource = '', apiGroup } = event.objectRef ?? {};
  const parameters = new URL(event.requestURI, 'https://server').searchParams;
  return {
    type: apiGroup === undefined ? resource : `${resource}.${apiGroup}`,
    atMs: Date.parse(event.requestReceivedTimestamp),
    endedAtMs,
    timeoutMs: Number(parameters.get('timeoutSeconds')) * 1_000,
    resourceVersion: Number(parameters.get('resourceVersion')),
  };
}
