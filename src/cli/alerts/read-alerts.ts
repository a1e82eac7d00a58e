import { join } from 'node:path';
import type { IncidentState } from '../../core/incident.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { errorOfAll, ofContext } from '../../errors/of-contexts.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import type { KnownIncident } from '../../store/incident-table.ts';
import { lockHolder } from '../../store/lock-database.ts';
import type { ContextsRun } from '../ask-contexts.ts';
import { openDataDirectory } from '../open-data-directory.ts';
import { openMirror } from '../open-mirror.ts';
import { readIncidents } from './user-incidents.ts';

/** What is wrong in some clusters. */
export interface AlertsAnswer {
  /** Names of the contexts that it is about. */
  readonly contexts: readonly string[];
  readonly alerts: readonly KnownIncident[];
  /** Contexts that cannot answer. */
  readonly faults: readonly NaviError[];
  /** A daemon looks for what is wrong. */
  readonly isWatched: boolean;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

const firing: readonly IncidentState[] = ['firing'];
const everything: readonly IncidentState[] = ['pending', 'firing', 'resolved'];

/** Alerts of the contexts of a run. @throws NaviError where none of them can answer */
export function readAlerts(
  run: Pick<ContextsRun, 'contexts' | 'faults'>,
  { isAll }: { readonly isAll: boolean },
): AlertsAnswer {
  const atMs = Date.now();
  const query = { mirrors: run.contexts.map(({ mirrorId }) => mirrorId), states: isAll ? everything : firing };
  const alerts = readIncidents((incidents) => incidents.find(query, atMs)) ?? [];
  const silent = run.contexts.filter(({ mirrorId }) => !alerts.some((alert) => alert.mirrorId === mirrorId));
  const unknown = silent.flatMap((context) => notMirrored(context, run.contexts.length) ?? []);
  const faults = [...run.faults, ...unknown];
  if (unknown.length === run.contexts.length && run.contexts.length > 0) throw errorOfAll(faults);
  const isWatched = lockHolder(join(openDataDirectory(process.env), 'lock.db')) !== undefined;
  return { contexts: run.contexts.map(({ name }) => name), alerts, faults, isWatched, atMs };
}

/** That nothing is wrong where nobody ever looked must not be said. */
function notMirrored(context: ContextSummary, contextCount: number): NaviError | undefined {
  try {
    openMirror(context).close();
    return undefined;
  } catch (error) {
    // A store that cannot be read now says nothing of what user.db has.
    if (!(error instanceof NaviError) || error.code !== 'NAVI_NOT_MIRRORED') {
      if (error instanceof NaviError) return undefined;
      throw error;
    }
    return contextCount === 1 ? error : ofContext(context.name, error);
  }
}
