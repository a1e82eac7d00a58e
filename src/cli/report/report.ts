import type { ClusterSections } from '../../query/report/cluster-sections.ts';
import type { ReportAlerts } from './reported-alerts.ts';
import type { Health, HealthReason } from '../../core/scope-status.ts';

/** How a cluster's mirror is; times are RFC 3339. */
export interface ReportedMirror {
  readonly server: string;
  readonly serverVersion: string | null;
  /** Of the mirror: whether it is kept current. */
  readonly health: Health;
  readonly healthReason: HealthReason;
  readonly lastError: string | null;
  /** When the cluster answered last. */
  readonly confirmedAt: string | null;
}

/** What a report tells of a cluster. */
export interface ClusterReport extends ReportedMirror, ClusterSections {
  readonly context: string;
  /** Age of the oldest data; null where there is none. */
  readonly ageMs: number | null;
  readonly isStale: boolean;
  readonly alerts: ReportAlerts;
}

/** A context that nothing can be told of. */
export interface ReportFault {
  readonly code: string;
  readonly message: string;
}

/** A whole report: what `-o json` prints, and what the other formats are made of. */
export interface Report {
  readonly generatedAt: string;
  /** Where the range of time begins; it ends when the report was made. */
  readonly since: string;
  /** Null for all. */
  readonly namespaces: readonly string[] | null;
  readonly clusters: readonly ClusterReport[];
  readonly faults: readonly ReportFault[];
}
