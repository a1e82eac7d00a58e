import { countShown } from '../hidden-rows.ts';
import { leftOut } from '../left-out.ts';
import { storedOf, typeOfKind, type MirrorType } from '../mirror-type.ts';
import { reportCertificates, type ReportCertificate } from './certificates.ts';
import { reportChanges, type ReportChanges } from './changes.ts';
import { reportFailing, type ReportFailure } from './failing.ts';
import { reportPulls, type ReportPull } from './image-pulls.ts';
import { reportNodes, type ReportNodes } from './nodes.ts';
import { isTold, type ReportScope } from './report-scope.ts';
import { reportRestarts, type ReportRestart } from './restarts.ts';
import type { Section } from './section.ts';
import { reportWarnings, type ReportWarnings } from './warnings.ts';

/** How much there is in a cluster, of all namespaces, as far as it may be read; null for what may not be told of. */
export interface ClusterCounts {
  readonly typeCount: number;
  readonly objectCount: number;
  readonly namespaceCount: number | null;
  readonly nodeCount: number | null;
  readonly podCount: number | null;
}

/** What a report tells of one cluster. A section is null where nothing that it is about may be told of; `leftOut` says why. */
export interface ClusterSections {
  readonly counts: ClusterCounts;
  /** What is refused, not mirrored or not complete, as phrases; see `leftOut` of the query. */
  readonly leftOut: readonly string[];
  readonly failing: Section<ReportFailure>;
  readonly restarts: Section<ReportRestart> | null;
  readonly imagePulls: Section<ReportPull> | null;
  readonly nodes: ReportNodes | null;
  readonly certificates: Section<ReportCertificate> | null;
  readonly changes: ReportChanges;
  readonly warnings: ReportWarnings | null;
}

/** The types that a report is about: what is mirrored, or ought to be. */
export function reportedTypes({ types, place }: Pick<ReportScope, 'types' | 'place'>): readonly MirrorType[] {
  return storedOf(types).filter(
    ({ retrieval, verbs, namespaced }) =>
      retrieval !== 'off' && verbs.includes('list') && (place === undefined || namespaced),
  );
}

/** Reads all sections. Must run in one snapshot. */
export function clusterSections(scope: ReportScope): ClusterSections {
  return {
    counts: clusterCounts(scope),
    leftOut: leftOut(reportedTypes(scope), scope.place),
    failing: reportFailing(scope),
    restarts: reportRestarts(scope),
    imagePulls: reportPulls(scope),
    nodes: reportNodes(scope),
    certificates: reportCertificates(scope),
    changes: reportChanges(scope),
    warnings: reportWarnings(scope),
  };
}

function clusterCounts({ reader, types }: ReportScope): ClusterCounts {
  const counts = countShown(reader.sqlite);
  const countOf = (kind: string): number | null => {
    const type = typeOfKind(types, '', kind);
    return type !== undefined && isTold(type, undefined) ? (counts.get(type.rowTypeId) ?? 0) : null;
  };
  return {
    typeCount: [...counts.values()].filter((count) => count > 0).length,
    objectCount: [...counts.values()].reduce((sum, count) => sum + count, 0),
    namespaceCount: countOf('Namespace'),
    nodeCount: countOf('Node'),
    podCount: countOf('Pod'),
  };
}
