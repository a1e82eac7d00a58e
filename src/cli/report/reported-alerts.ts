import { instantText } from '../../core/instant-text.ts';
import type { Severity } from '../../core/alert-rule.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import type { Place } from '../../query/place.ts';
import { briefText, firstRows, type Section } from '../../query/report/section.ts';
import type { KnownIncident } from '../../store/incident-table.ts';
import { withReason, type ShownAlert } from '../alerts/not-judged.ts';
import { namespaceOf, readableAlerts } from '../alerts/readable-alerts.ts';
import { readIncidents } from '../alerts/user-incidents.ts';

/** An alert of a report; times are RFC 3339. */
export interface ReportAlert {
  readonly id: string;
  readonly severity: Severity;
  readonly rule: string;
  readonly state: 'firing' | 'resolved';
  /** `plural.group`, or `cluster`. */
  readonly type: string;
  /** Empty where the object is in none. */
  readonly namespace: string;
  readonly name: string;
  readonly summary: string;
  readonly firedAt: string | null;
  readonly resolvedAt: string | null;
  /** Why nobody looks whether it still holds; null where the daemon does. */
  readonly notJudged: string | null;
}

/** What fires, and what began to fire in the range and is over. */
export interface ReportAlerts extends Section<ReportAlert> {
  readonly firingCount: number;
}

/** What reported alerts are of. */
export interface AlertScope {
  readonly context: ContextSummary;
  readonly types: readonly MirrorType[];
  readonly place: Place;
  /** The range of time (epoch ms). */
  readonly sinceMs: number;
  readonly nowMs: number;
}

/** The alerts that fire, and those that began in the range and are over. */
export function reportAlerts({ context, types, place, sinceMs, nowMs }: AlertScope): ReportAlerts {
  const query = { mirrors: [context.mirrorId], states: ['firing', 'resolved'] } as const;
  const found = readIncidents((incidents) => incidents.find(query, nowMs)) ?? [];
  const rows = readableAlerts(found, types)
    .filter(({ key }) => place === undefined || place.includes(namespaceOf(key)))
    .filter(({ state, firedAtMs }) => state === 'firing' || (firedAtMs ?? 0) >= sinceMs);
  const isFiring = ({ state }: KnownIncident): boolean => state === 'firing';
  const firing = rows.filter(isFiring);
  const all = [...firing, ...rows.filter((each) => !isFiring(each))];
  return { ...firstRows(all.map((alert) => reportAlert(withReason(alert, types)))), firingCount: firing.length };
}

function reportAlert(incident: ShownAlert): ReportAlert {
  const { id, severity, rule, state, type, key, summary, firedAtMs, resolvedAtMs, notJudged } = incident;
  return {
    id,
    severity,
    rule,
    state: state === 'firing' ? 'firing' : 'resolved',
    type,
    namespace: namespaceOf(key),
    name: key.slice(key.lastIndexOf('/') + 1),
    summary: briefText(summary),
    firedAt: instantText(firedAtMs),
    resolvedAt: instantText(resolvedAtMs),
    notJudged,
  };
}
