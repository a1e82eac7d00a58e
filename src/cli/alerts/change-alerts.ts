import { didYouMean, nearestWord } from '../../core/nearest-word.ts';
import { firstNames } from '../../core/type-words.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { readAlerts } from '../../config/read-alerts.ts';
import { os } from '../../util/late-modules.ts';
import type { IncidentTable, Silence } from '../../store/incident-table.ts';
import { changeIncidents } from './user-incidents.ts';

/** Most names that an error lists. */
const shownCount = 12;

/** Slips that are forgiven: ids have no meaning that could be another's. */
const idSlips = 2;

/** Says who takes care of alerts, all that are named or none. @param isUndone nobody does any more. @throws NAVI_USAGE */
export async function acknowledge(ids: readonly string[], isUndone: boolean): Promise<void> {
  await changeIncidents((incidents) => {
    const nowMs = Date.now();
    for (const id of ids) {
      const incident = incidents.get(id, nowMs);
      if (incident === undefined) throw unknown(id, { ids: incidents.openIds(), rules: [] });
      if (incident.state === 'resolved')
        throw new NaviError('NAVI_USAGE', `alert ${id} is over`, { hints: ['navi alerts --all tells since when'] });
      incidents.acknowledge(id, isUndone ? null : userName(), nowMs);
    }
  });
}

/** Makes rules or alerts silent, all that are named or none; returns until when (epoch ms). @throws NAVI_USAGE */
export async function silence(targets: readonly string[], forMs: number): Promise<number> {
  const rules = ruleNames();
  const nowMs = Date.now();
  const untilMs = nowMs + forMs;
  await changeIncidents((incidents) => {
    for (const target of targets) {
      const kind = kindOf(target, { incidents, rules, nowMs });
      incidents.silence({ kind, target, untilMs, createdAtMs: nowMs, createdBy: userName() });
    }
  });
  return untilMs;
}

/** Ends silences, all that are named or none. @throws NAVI_USAGE */
export async function unsilence(targets: readonly string[]): Promise<void> {
  await changeIncidents((incidents) => {
    const silences = incidents.silences(Date.now());
    for (const target of targets) {
      const found = silences.filter((each) => each.target === target);
      if (found.length === 0) throw notSilent(target, silences);
      for (const { kind } of found) incidents.unsilence(kind, target);
    }
  });
}

function kindOf(
  target: string,
  {
    incidents,
    rules,
    nowMs,
  }: { readonly incidents: IncidentTable; readonly rules: readonly string[]; readonly nowMs: number },
): Silence['kind'] {
  if (rules.includes(target)) return 'rule';
  if (incidents.get(target, nowMs) !== undefined) return 'incident';
  throw unknown(target, { ids: incidents.openIds(), rules });
}

function unknown(
  typed: string,
  { ids, rules }: { readonly ids: readonly string[]; readonly rules: readonly string[] },
): NaviError {
  const what = rules.length === 0 ? 'no alert' : 'neither a rule nor an alert';
  return new NaviError('NAVI_USAGE', `there is ${what} "${typed}"`, {
    hints: [
      ...didYouMean(nearestWord(typed, [...rules, ...ids], idSlips)),
      ...(rules.length === 0 ? [] : [`rules: ${rules.join(', ')}`]),
      ids.length === 0 ? 'navi alerts --all lists alerts; none is open' : `alerts: ${firstNames(ids, shownCount)}`,
    ],
  });
}

function notSilent(target: string, silences: readonly Silence[]): NaviError {
  const known = silences.map((each) => each.target);
  return new NaviError('NAVI_USAGE', `"${target}" is not silent`, {
    hints: [
      ...didYouMean(nearestWord(target, known)),
      known.length === 0 ? 'nothing is' : `silent: ${firstNames(known, shownCount)}`,
    ],
  });
}

function ruleNames(): readonly string[] {
  return readAlerts(process.env).rules.map(({ name }) => name);
}

/** The user of this machine; where it has no name for one, its number. */
function userName(): string {
  try {
    return os().userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'somebody');
  }
}
