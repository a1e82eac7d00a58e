import { instantText } from '../../core/instant-text.ts';
import { readMirrorStatus, type MirrorStatus } from '../../query/mirror-status.ts';
import { readTypes } from '../../query/mirror-type.ts';
import type { Place } from '../../query/place.ts';
import { clusterSections, reportedTypes, type ClusterSections } from '../../query/report/cluster-sections.ts';
import { readableParts } from '../../query/type-places.ts';
import { lockFile } from '../../store/data-directory.ts';
import { lockHolder } from '../../store/lock-database.ts';
import { askContexts, type ContextAnswers, type ContextsRun } from '../ask-contexts.ts';
import { openDataDirectory } from '../open-data-directory.ts';
import { whenStopped } from '../status/unkept-mirror.ts';
import type { ClusterReport, Report, ReportedMirror } from './report.ts';
import { reportAlerts } from './reported-alerts.ts';

/** What is to be reported. */
export interface ReportChoice {
  readonly place: Place;
  /** Epoch ms. */
  readonly sinceMs: number;
  readonly nowMs: number;
}

/** A report with what is told besides it. */
export interface ReadReport extends Pick<ContextAnswers<unknown>, 'faults' | 'notices'> {
  readonly report: Report;
}

/** Reads a report of all contexts that can answer, each in a snapshot of its own. @throws NaviError where none can */
export async function readReport(run: ContextsRun, { place, sinceMs, nowMs }: ReportChoice): Promise<ReadReport> {
  const isKept = lockHolder(lockFile(openDataDirectory(process.env))) !== undefined;
  const { answers, faults, notices } = await askContexts(run, (reader, context) => {
    const types = readTypes(reader);
    const status = readMirrorStatus(reader);
    const sections = clusterSections({ reader, types, place, sinceMs, untilMs: nowMs });
    const answer: ReportedMirror & ClusterSections & Pick<ClusterReport, 'alerts'> = {
      ...mirrorOf(isKept ? status : whenStopped(status)),
      ...sections,
      alerts: reportAlerts({ context, types, place, sinceMs, nowMs }),
    };
    return { answer, from: readableParts(reportedTypes({ types, place })), wants: [] };
  });
  const report: Report = {
    generatedAt: new Date(nowMs).toISOString(),
    since: new Date(sinceMs).toISOString(),
    namespaces: place ?? null,
    clusters: answers.map(({ context, ageMs, isStale, answer }) => ({ context, ageMs, isStale, ...answer })),
    faults: faults.map(({ code, message }) => ({ code, message })),
  };
  return { report, faults, notices };
}

function mirrorOf({ server, serverVersion, health, reason, lastError, confirmedAtMs }: MirrorStatus): ReportedMirror {
  return {
    server,
    serverVersion,
    health,
    healthReason: reason,
    lastError,
    confirmedAt: instantText(confirmedAtMs),
  };
}
