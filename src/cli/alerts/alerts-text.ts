import type { Severity } from '../../core/alert-rule.ts';
import { humanAge, humanDuration } from '../../core/human-duration.ts';
import { incidentObject } from '../../core/incident.ts';
import { instantText } from '../../core/instant-text.ts';
import { oneLine, terminalJson } from '../../core/terminal-text.ts';
import { caution, naviTable, type TableStyle } from '../../output/navi-table.ts';
import type { AlertsAnswer } from './read-alerts.ts';
import type { ShownAlert } from './not-judged.ts';
import { namespaceOf } from './readable-alerts.ts';

/** The table of alerts; empty where there are none. */
export function alertsTable({ alerts, contexts, atMs }: AlertsAnswer, style: TableStyle): string {
  if (alerts.length === 0) return '';
  const isMany = contexts.length > 1;
  const headers = [...(isMany ? ['CONTEXT'] : []), 'ID', 'SEVERITY', 'RULE', 'OBJECT', 'SINCE', 'STATE', 'SUMMARY'];
  const rows = alerts.map((alert) => [
    ...(isMany ? [oneLine(alert.context)] : []),
    alert.id,
    painted(alert.severity, alert, style),
    oneLine(alert.rule),
    oneLine(incidentObject(alert)),
    humanAge(alert.sinceMs, atMs),
    stateText(alert, atMs),
    oneLine(alert.summary),
  ]);
  return naviTable(headers, rows, style);
}

/** The severity in its colour, where somebody should look. */
function painted(
  severity: Severity,
  { state, ackedAtMs, silencedUntilMs, notJudged }: ShownAlert,
  { color }: TableStyle,
): string {
  if (state !== 'firing' || ackedAtMs !== null || silencedUntilMs !== null || notJudged !== null)
    return color.dim(severity);
  if (severity === 'critical') return color.red(severity);
  return severity === 'warning' ? caution(color)(severity) : severity;
}

/** `firing, not judged: off in the configuration, acked by ann, silent for 2h`. */
export function stateText(
  { state, ackedBy, silencedUntilMs, resolvedAtMs, notJudged }: ShownAlert,
  nowMs: number,
): string {
  if (state === 'resolved') return `resolved ${humanAge(resolvedAtMs, nowMs)} ago`;
  return [
    state,
    ...(notJudged === null ? [] : [`not judged: ${oneLine(notJudged)}`]),
    ...(ackedBy === null ? [] : [`acked by ${oneLine(ackedBy)}`]),
    ...(silencedUntilMs === null ? [] : [`silent for ${humanDuration(silencedUntilMs - nowMs)}`]),
  ].join(', ');
}

/** Alerts as JSON. */
export function alertsJson({ alerts, contexts, isWatched, hiddenCount }: AlertsAnswer): string {
  const told = { isWatched, contexts, hiddenCount, alerts: alerts.map(alertJson) };
  return terminalJson(`${JSON.stringify(told, null, 2)}\n`);
}

/** One alert as JSON. */
export function alertJson(alert: ShownAlert): object {
  const { id, context, rule, severity, summary, type, key, uid, state, ackedBy, undeliveredCount, deliveryError } =
    alert;
  const namespace = namespaceOf(key);
  return {
    id,
    context,
    rule,
    severity,
    state,
    type,
    namespace: namespace === '' ? null : namespace,
    name: key.slice(key.lastIndexOf('/') + 1),
    uid,
    summary,
    since: instantText(alert.sinceMs),
    firedAt: instantText(alert.firedAtMs),
    resolvedAt: instantText(alert.resolvedAtMs),
    lastSeenAt: instantText(alert.lastSeenMs),
    notJudged: alert.notJudged,
    ackedBy,
    ackedAt: instantText(alert.ackedAtMs),
    silencedUntil: instantText(alert.silencedUntilMs),
    undeliveredCount,
    deliveryError,
  };
}

/** An alert as one line of a watched list. */
export function alertLine(
  alert: ShownAlert,
  { isMany, nowMs }: { readonly isMany: boolean; readonly nowMs: number },
): string {
  const { id, severity, rule, summary, context } = alert;
  const parts = [
    instantText(nowMs) ?? '',
    ...(isMany ? [context] : []),
    id,
    stateText(alert, nowMs),
    severity,
    rule,
    incidentObject(alert),
    summary,
  ];
  return `${oneLine(parts.join('  '))}\n`;
}
