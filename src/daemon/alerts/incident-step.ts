import type { AlertRule } from '../../core/alert-rule.ts';
import type { Incident } from '../../core/incident.ts';

/** What a rule said of an object last: its condition holds, does not hold, or there is no such object any more. */
export type Verdict = 'holds' | 'clear' | 'gone';

/** An incident from its beginning to its end, as far as its rule and time move it. */
export type OpenIncident = Pick<Incident, 'id' | 'sinceMs' | 'firedAtMs' | 'lastSeenMs' | 'clearedAtMs'> & {
  readonly state: 'pending' | 'firing';
  readonly verdict: Verdict;
};

/** What happened to an incident: it began, people are to be told, or it is over; dropped: it never fired. */
export type IncidentEffect = 'began' | 'fired' | 'resolved' | 'dropped';

/** What a step came to. */
export interface IncidentStep {
  /** Undefined: there is none any more. */
  readonly open: OpenIncident | undefined;
  /** In order. */
  readonly effects: readonly IncidentEffect[];
}

/** What a step goes by, besides what the rule says. */
export interface StepSurroundings {
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** The rows of the object's scope are known to be the cluster's: only then is anything concluded from time or absence. */
  readonly isKnown: boolean;
  readonly rule: Pick<AlertRule, 'forMs' | 'resolveAfterMs'>;
  readonly newId: () => string;
}

/**
 * Moves an incident by what its rule says now; undefined stands for no incident. With what was said last it moves by time
 * alone. While nothing is known it neither fires nor ends, but for one that never fired and whose condition no longer holds.
 */
export function stepIncident(
  open: OpenIncident | undefined,
  verdict: Verdict,
  surroundings: StepSurroundings,
): IncidentStep {
  const { nowMs, newId } = surroundings;
  if (open === undefined) {
    if (verdict !== 'holds') return { open: undefined, effects: [] };
    const begun: OpenIncident = {
      id: newId(),
      state: 'pending',
      sinceMs: nowMs,
      firedAtMs: null,
      lastSeenMs: nowMs,
      clearedAtMs: null,
      verdict,
    };
    const { open: next, effects } = stepIncident(begun, verdict, surroundings);
    return { open: next, effects: ['began', ...effects] };
  }
  return open.state === 'pending' ? stepPending(open, verdict, surroundings) : stepFiring(open, verdict, surroundings);
}

/** When time alone may move an incident next (epoch ms); undefined: never. */
export function nextMoveMs(
  open: OpenIncident,
  { forMs, resolveAfterMs }: StepSurroundings['rule'],
): number | undefined {
  if (open.state === 'pending') return open.sinceMs + forMs;
  if (open.verdict === 'holds') return undefined;
  return (open.clearedAtMs ?? 0) + (open.verdict === 'gone' ? 0 : resolveAfterMs);
}

function stepPending(open: OpenIncident, verdict: Verdict, { nowMs, isKnown, rule }: StepSurroundings): IncidentStep {
  if (verdict !== 'holds') return { open: undefined, effects: ['dropped'] };
  const seen = { ...open, verdict, lastSeenMs: isKnown ? nowMs : open.lastSeenMs };
  if (!isKnown || nowMs - open.sinceMs < rule.forMs) return { open: seen, effects: [] };
  return { open: { ...seen, state: 'firing', firedAtMs: nowMs }, effects: ['fired'] };
}

function stepFiring(open: OpenIncident, verdict: Verdict, { nowMs, isKnown, rule }: StepSurroundings): IncidentStep {
  if (verdict === 'holds') {
    const lastSeenMs = isKnown ? nowMs : open.lastSeenMs;
    return { open: { ...open, verdict, lastSeenMs, clearedAtMs: null }, effects: [] };
  }
  const clearedAtMs = open.clearedAtMs ?? nowMs;
  const waitMs = verdict === 'gone' ? 0 : rule.resolveAfterMs;
  if (isKnown && nowMs - clearedAtMs >= waitMs) return { open: undefined, effects: ['resolved'] };
  return { open: { ...open, verdict, clearedAtMs }, effects: [] };
}
