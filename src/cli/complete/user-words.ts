import { targetText } from '../../core/action/action.ts';
import { incidentObject } from '../../core/incident.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import { readTypes } from '../../query/mirror-type.ts';
import { ActionTable } from '../../store/action-table.ts';
import { dataDirectory, userFile } from '../../store/data-directory.ts';
import { IncidentTable, type KnownIncident } from '../../store/incident-table.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { openUserReader, type UserTables } from '../../store/user-store.ts';
import { readableAlerts } from '../alerts/readable-alerts.ts';
import { readAlerts } from '../../config/read-alerts.ts';
import { candidate, type Candidate } from './candidate.ts';

/** An alert that is not over. */
export interface OpenAlert extends Candidate {
  /** Somebody takes care of it. */
  readonly isAcked: boolean;
}

/** Numbers of queued actions, with what they do. @throws what `openUserReader` throws */
export function queuedActions(): readonly Candidate[] {
  const actions = readUser((tables) => tables.of(ActionTable).all()) ?? [];
  return actions.map(({ id, state, action: { verb, target }, context }) =>
    candidate(String(id), `${state}: ${verb} ${targetText(target)} (${context})`),
  );
}

/**
 * Alerts of these contexts that are not over, the most severe first; without those about what may not be read.
 * @param mirrorOf the mirror of a context, closed by whoever opened it
 * @throws what `openUserReader` throws
 */
export function openAlerts(
  contexts: readonly ContextSummary[],
  mirrorOf: (context: ContextSummary) => MirrorReader | undefined,
): readonly OpenAlert[] {
  const query = { mirrors: contexts.map(({ mirrorId }) => mirrorId), states: ['pending', 'firing'] } as const;
  const found = readIncidents((incidents) => incidents.find(query, Date.now())) ?? [];
  const shown = [...Map.groupBy(found, ({ mirrorId }) => mirrorId)].flatMap(([mirrorId, own]) => {
    const context = contexts.find((each) => each.mirrorId === mirrorId);
    const reader = context && mirrorOf(context);
    return reader === undefined ? own : readableAlerts(own, readTypes(reader));
  });
  return found.filter((alert) => shown.includes(alert)).map(openAlert);
}

/** Rules of alerts that are in force. @throws NAVI_CONFIG_BROKEN */
export function ruleNames(): readonly Candidate[] {
  return readAlerts(process.env).rules.map(({ name, type, severity }) => candidate(name, `${severity}, of ${type}`));
}

/** What is silent now, rules and alerts. @throws what `openUserReader` throws */
export function silentTargets(): readonly Candidate[] {
  const silences = readIncidents((incidents) => incidents.silences(Date.now())) ?? [];
  return silences.map(({ target, kind }) => candidate(target, kind === 'rule' ? 'a rule' : 'an alert'));
}

function openAlert(alert: KnownIncident): OpenAlert {
  const { id, severity, rule, context, ackedBy } = alert;
  return {
    value: id,
    description: `${severity} ${rule}: ${incidentObject(alert)} (${context})`,
    isAcked: ackedBy !== null,
  };
}

function readIncidents<T>(work: (incidents: IncidentTable) => T): T | undefined {
  return readUser((tables) => {
    const incidents = tables.of(IncidentTable);
    return incidents.isMade ? work(incidents) : undefined;
  });
}

/** Reads user.db; undefined where nothing was ever saved. */
function readUser<T>(work: (tables: UserTables) => T): T | undefined {
  const reader = openUserReader(userFile(dataDirectory(process.env)));
  try {
    return reader?.read(work);
  } finally {
    reader?.close();
  }
}
