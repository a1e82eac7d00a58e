import type { AlertRule } from '../../core/alert-rule.ts';
import type { Incident, IncidentTransition } from '../../core/incident.ts';
import type { Receiver } from '../../config/alert-receivers.ts';
import type { AlertTables } from './alert-store.ts';
import { nextMoveMs, stepIncident, type OpenIncident, type Verdict } from './incident-step.ts';

/** What an incident is about. */
export interface IncidentPlace {
  readonly type: string;
  readonly key: string;
  readonly uid: string;
}

/** An incident that is not over, with its rule. */
export interface TrackedIncident {
  readonly place: IncidentPlace;
  readonly rule: AlertRule;
  readonly open: OpenIncident;
  readonly summary: string;
  /** It is in `user.db`. */
  readonly isStored: boolean;
}

/** What a rule said of an object, and when. */
export interface Judgement {
  readonly rule: AlertRule;
  readonly place: IncidentPlace;
  readonly verdict: Verdict;
  readonly isKnown: boolean;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** What is said of the object; asked for where the incident begins or fires. */
  readonly summary: () => string;
}

/** Something to be written, in the order in which it happened. */
type Note =
  | { readonly kind: 'save'; readonly incident: Incident; readonly transition: IncidentTransition | undefined }
  | { readonly kind: 'drop'; readonly id: string }
  | { readonly kind: 'seen'; readonly ids: readonly string[]; readonly atMs: number };

/** A condition that holds for a shorter time is never written (ms): every new pod is pending for a while. */
const unwrittenMs = 10_000;

/** What the book needs. */
export interface IncidentBookOptions {
  readonly mirrorId: string;
  readonly context: () => string;
  readonly receivers: readonly Receiver[];
  readonly newId: () => string;
  /** Told of what people are told of. */
  readonly onTransition: (incident: Incident, transition: IncidentTransition) => void;
}

/** The incidents of one mirror that are not over, and what of them is to be written. */
export class IncidentBook {
  readonly #options: IncidentBookOptions;
  readonly #tracked = new Map<string, TrackedIncident>();
  /** By type and key. */
  readonly #byObject = new Map<string, Set<string>>();
  #notes: Note[] = [];

  constructor(options: IncidentBookOptions) {
    this.#options = options;
  }

  /** How much waits to be written. */
  get noteCount(): number {
    return this.#notes.length;
  }

  /** All that are not over. */
  get all(): readonly TrackedIncident[] {
    return [...this.#tracked.values()];
  }

  /** Those about one object, whichever uid it has or had. */
  of(type: string, key: string): readonly TrackedIncident[] {
    const ids = this.#byObject.get(`${type}/${key}`);
    return ids === undefined ? [] : [...ids].flatMap((id) => this.#tracked.get(id) ?? []);
  }

  /** Takes an incident over that an earlier process wrote. */
  restore(incident: Incident, rule: AlertRule): void {
    const { id, sinceMs, firedAtMs, lastSeenMs, clearedAtMs, type, key, uid, summary } = incident;
    const state = incident.state === 'firing' ? 'firing' : 'pending';
    const verdict = clearedAtMs === null ? 'holds' : 'clear';
    const open: OpenIncident = { id, state, sinceMs, firedAtMs, lastSeenMs, clearedAtMs, verdict };
    this.#keep({ place: { type, key, uid }, rule, open, summary, isStored: true });
  }

  /** Ends an incident whose rule is no longer in force. */
  endOrphan(incident: Incident, nowMs: number): void {
    if (incident.state === 'pending') this.#notes.push({ kind: 'drop', id: incident.id });
    else this.#transition({ ...incident, state: 'resolved', resolvedAtMs: nowMs }, 'resolved');
  }

  /** Takes what a rule says of an object. */
  judge(judgement: Judgement): void {
    const { rule, place, verdict, isKnown, nowMs, summary } = judgement;
    const tracked = this.#tracked.get(trackedId(rule, place));
    if (tracked === undefined && verdict !== 'holds') return;
    const { newId } = this.#options;
    const { open, effects } = stepIncident(tracked?.open, verdict, { nowMs, isKnown, rule, newId });
    if (open === undefined) {
      if (tracked !== undefined) this.#end(tracked, effects.includes('resolved'), nowMs);
      return;
    }
    const isTold = effects.includes('fired');
    const text = tracked === undefined || isTold ? summary() : tracked.summary;
    const next = { place, rule, open, summary: text, isStored: tracked?.isStored === true || isTold };
    this.#keep(next);
    if (isTold) this.#transition(this.#incidentOf(next), 'firing');
    else if (next.isStored && open.clearedAtMs !== tracked?.open.clearedAtMs) this.#save(next);
  }

  /** Those that time moves now, or that wait for their scope to be known. */
  movers(nowMs: number): readonly TrackedIncident[] {
    return this.all.filter(({ open, rule }) => (nextMoveMs(open, rule) ?? Number.POSITIVE_INFINITY) <= nowMs);
  }

  /** Notes incidents that have lasted, so that the next process goes on with them. */
  noteLasting(nowMs: number): void {
    for (const tracked of this.#tracked.values()) {
      const { open, isStored } = tracked;
      if (isStored || nowMs - open.sinceMs < unwrittenMs) continue;
      this.#keep({ ...tracked, isStored: true });
      this.#save(tracked);
    }
  }

  /** Notes that incidents were known to last. @param isKnown whether that is so for the rows of an object's scope */
  noteSeen(nowMs: number, isKnown: (place: IncidentPlace) => boolean): void {
    const seen = this.all.filter(({ isStored, open, place }) => isStored && open.verdict === 'holds' && isKnown(place));
    if (seen.length > 0) this.#notes.push({ kind: 'seen', ids: seen.map(({ open }) => open.id), atMs: nowMs });
  }

  /** Writes what is noted, with the messages that come of it; call `written` once it is committed. */
  write({ incidents, deliveries }: AlertTables, nowMs: number): void {
    for (const note of this.#notes) {
      if (note.kind === 'drop') incidents.drop(note.id);
      if (note.kind === 'seen') incidents.seen(note.ids, note.atMs);
      if (note.kind !== 'save') continue;
      const { incident, transition } = note;
      incidents.save(incident);
      if (transition === undefined) continue;
      for (const { name: receiver } of this.#options.receivers.filter((each) => isFor(each, incident)))
        deliveries.add({ incident: incident.id, transition, receiver }, nowMs);
    }
  }

  /** What was noted up to then is committed. @param count as `noteCount` was */
  written(count: number): void {
    this.#notes = this.#notes.slice(count);
  }

  #end(tracked: TrackedIncident, isResolved: boolean, nowMs: number): void {
    this.#forget(tracked);
    if (!isResolved) {
      if (tracked.isStored) this.#notes.push({ kind: 'drop', id: tracked.open.id });
      return;
    }
    const clearedAtMs = tracked.open.clearedAtMs ?? nowMs;
    this.#transition({ ...this.#incidentOf(tracked), state: 'resolved', resolvedAtMs: nowMs, clearedAtMs }, 'resolved');
  }

  #transition(incident: Incident, transition: IncidentTransition): void {
    this.#notes.push({ kind: 'save', incident, transition });
    this.#options.onTransition(incident, transition);
  }

  #save(tracked: TrackedIncident): void {
    this.#notes.push({ kind: 'save', incident: this.#incidentOf(tracked), transition: undefined });
  }

  #incidentOf({ place, rule, open, summary }: TrackedIncident): Incident {
    const { verdict: _verdict, ...times } = open;
    const { mirrorId, context } = this.#options;
    const { name, severity } = rule;
    return { ...times, ...place, mirrorId, context: context(), rule: name, severity, summary, resolvedAtMs: null };
  }

  #keep(tracked: TrackedIncident): void {
    const id = trackedId(tracked.rule, tracked.place);
    const object = `${tracked.place.type}/${tracked.place.key}`;
    this.#tracked.set(id, tracked);
    const ofObject = this.#byObject.get(object) ?? new Set();
    this.#byObject.set(object, ofObject.add(id));
  }

  #forget({ rule, place }: TrackedIncident): void {
    const id = trackedId(rule, place);
    const object = `${place.type}/${place.key}`;
    this.#tracked.delete(id);
    const ofObject = this.#byObject.get(object);
    ofObject?.delete(id);
    if (ofObject?.size === 0) this.#byObject.delete(object);
  }
}

function trackedId({ name }: AlertRule, { uid, key }: IncidentPlace): string {
  return `${name}\n${uid}\n${key}`;
}

function isFor({ severities, rules }: Receiver, { severity, rule }: Incident): boolean {
  return severities?.includes(severity) !== false && rules?.includes(rule) !== false;
}
