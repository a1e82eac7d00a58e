import type { IncidentState } from '../../core/incident.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { errorOfAll, ofContext } from '../../errors/of-contexts.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import { readTypes, type MirrorType } from '../../query/mirror-type.ts';
import type { KnownIncident } from '../../store/incident-table.ts';
import { lockFile } from '../../store/data-directory.ts';
import { lockHolder } from '../../store/lock-database.ts';
import type { ContextsRun } from '../ask-contexts.ts';
import { openDataDirectory } from '../open-data-directory.ts';
import { inSnapshot, openMirror } from '../open-mirror.ts';
import { withReason, type ShownAlert } from './not-judged.ts';
import { readableAlerts } from './readable-alerts.ts';
import { readIncidents } from './user-incidents.ts';

/** What is wrong in some clusters. */
export interface AlertsAnswer {
  /** Names of the contexts that were asked for. */
  readonly contexts: readonly string[];
  readonly alerts: readonly ShownAlert[];
  /** Contexts that cannot answer. */
  readonly faults: readonly NaviError[];
  /** Alerts about what may not be read now. */
  readonly hiddenCount: number;
  /** A daemon looks for what is wrong. */
  readonly isWatched: boolean;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

const firing: readonly IncidentState[] = ['firing'];
const everything: readonly IncidentState[] = ['pending', 'firing', 'resolved'];

/** Alerts of the contexts of a run. @throws NaviError where none of them can answer */
export async function readAlerts(
  run: Pick<ContextsRun, 'contexts' | 'faults'>,
  { isAll }: { readonly isAll: boolean },
): Promise<AlertsAnswer> {
  const atMs = Date.now();
  const query = { mirrors: run.contexts.map(({ mirrorId }) => mirrorId), states: isAll ? everything : firing };
  const found = readIncidents((incidents) => incidents.find(query, atMs)) ?? [];
  const shown = new Map<KnownIncident, ShownAlert>();
  const show = (own: readonly KnownIncident[], types: readonly MirrorType[] | undefined): void => {
    for (const alert of own) shown.set(alert, withReason(alert, types));
  };
  const unknown: NaviError[] = [];
  for (const context of run.contexts) {
    const own = found.filter(({ mirrorId }) => mirrorId === context.mirrorId);
    const types = await typesOf(context);
    if (!(types instanceof NaviError)) show(readableAlerts(own, types), types);
    else if (own.length > 0) show(own, undefined);
    // That nothing is wrong where nobody ever looked must not be said.
    else unknown.push(run.contexts.length === 1 ? types : ofContext(context.name, types));
  }
  const faults = [...run.faults, ...unknown];
  if (unknown.length === run.contexts.length && run.contexts.length > 0) throw errorOfAll(faults);
  const isWatched = lockHolder(lockFile(openDataDirectory(process.env))) !== undefined;
  return {
    contexts: run.contexts.map(({ name }) => name),
    alerts: found.flatMap((alert) => shown.get(alert) ?? []),
    faults,
    hiddenCount: found.length - shown.size,
    isWatched,
    atMs,
  };
}

/** The types of a mirror; that it cannot be read says nothing of what user.db has. */
async function typesOf(context: ContextSummary): Promise<readonly MirrorType[] | NaviError> {
  try {
    const reader = openMirror(context);
    try {
      return await inSnapshot(reader, () => readTypes(reader));
    } finally {
      reader.close();
    }
  } catch (error) {
    if (error instanceof NaviError) return error;
    throw error;
  }
}
