import { incidentObject, type Incident, type IncidentCare, type IncidentTransition } from '../../core/incident.ts';
import { instantText } from '../../core/instant-text.ts';

/** What a receiver is told. */
export interface Message {
  readonly transition: IncidentTransition;
  readonly incident: Incident & IncidentCare;
  /** The same for each attempt to tell this, and no other's: whoever hears it twice may leave the second one out. */
  readonly key: string;
  /** From 1. */
  readonly attempt: number;
}

/** A message as JSON; README.md shows one. */
export function messageJson({ transition, incident, key, attempt }: Message): string {
  const { id, context, rule, severity, summary, type, key: name, uid, state } = incident;
  const slash = name.lastIndexOf('/');
  return JSON.stringify({
    key,
    transition,
    attempt,
    incident: {
      id,
      context,
      rule,
      severity,
      summary,
      type,
      namespace: slash === -1 ? null : name.slice(0, slash),
      name: name.slice(slash + 1),
      uid,
      state,
      since: instantText(incident.sinceMs),
      firedAt: instantText(incident.firedAtMs),
      resolvedAt: instantText(incident.resolvedAtMs),
      ackedBy: incident.ackedBy,
      ackedAt: instantText(incident.ackedAtMs),
    },
  });
}

/** A message as a title and a line for people. */
export function messageText({ transition, incident }: Message): { readonly title: string; readonly line: string } {
  const { severity, rule, summary, context } = incident;
  const title = transition === 'firing' ? `${severity}: ${rule}` : `over: ${rule}`;
  const object = incidentObject(incident);
  return { title, line: `${object}${object === context ? '' : ` (${context})`} ${summary}` };
}
