import { instantText } from '../../core/instant-text.ts';
import { asArray, asObject, asString, type JsonObject } from '../../core/json.ts';
import type { EventFacts } from '../events/event-facts.ts';
import { LookedPlaces } from '../looked-places.ts';
import { storedOf } from '../mirror-type.ts';
import { eventsReader } from '../tree/object-events.ts';
import { ObjectGraph, type GraphObject } from '../tree/object-graph.ts';
import { whyNot, type Cause } from '../tree/why.ts';
import { failingCandidates, type Candidate } from './failing-candidates.ts';
import type { ReportScope } from './report-scope.ts';
import { briefText, rowMax, type Section } from './section.ts';

/** A link of a chain of causes. */
export interface ReportCause {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** What is wrong with it. */
  readonly what: string;
  /** How many others have the same trouble. */
  readonly alikeCount: number;
}

/** Something that is not well. */
export interface ReportFailure {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly what: string;
  /** Why, from what it needs down to the last thing that is known. */
  readonly causes: readonly ReportCause[];
  /** Since when (RFC 3339), as its conditions tell, or those of its cause; null where none does. */
  readonly since: string | null;
  /** The newest warning about any of them. */
  readonly warning: { readonly reason: string; readonly message: string; readonly lastSeenAt: string | null } | null;
}

/** Pods of workloads that are looked into: each costs about a millisecond. */
const lookedPodMax = 1_000;

/** Candidates that are looked at, some of which turn out to be well. */
const lookedMax = 2 * rowMax;

/**
 * What is not well: workloads, claims and whatever has a usual condition that does not hold, and pods that belong to none of
 * these; what began to fail last at the top. `totalCount` is by what tables print.
 */
export function reportFailing(scope: ReportScope): Section<ReportFailure> {
  const why = new CandidateCauses(scope);
  const candidates = failingCandidates(scope);
  let wellCount = 0;
  const found: { readonly failure: ReportFailure; readonly sinceMs: number | null }[] = [];
  for (const candidate of candidates.slice(0, lookedMax)) {
    if (found.length === rowMax) break;
    const told = why.of(candidate);
    if (told === undefined) wellCount += 1;
    else found.push({ failure: failureOf(candidate, told), sinceMs: told.sinceMs });
  }
  found.sort((one, other) => (other.sinceMs ?? 0) - (one.sinceMs ?? 0));
  return { totalCount: candidates.length - wellCount, rows: found.map(({ failure }) => failure) };
}

/** Why a candidate is not well. */
interface ToldCauses {
  readonly what: string;
  /** Behind the candidate itself. */
  readonly causes: readonly Cause[];
  /** The newest warning about any of them. */
  readonly warning: EventFacts | undefined;
  /** Epoch ms. */
  readonly sinceMs: number | null;
}

/** Looks into candidates: into all pods of a workload as long as these are not too many, else into one of them. */
class CandidateCauses {
  readonly #graph: ObjectGraph;
  readonly #eventsOf: (object: GraphObject) => readonly EventFacts[];
  readonly #nowMs: number;
  #podsLeft = lookedPodMax;

  constructor({ reader, types, untilMs }: ReportScope) {
    const looked = new LookedPlaces();
    this.#graph = new ObjectGraph(reader, storedOf(types), looked);
    const read = eventsReader(reader, types, looked);
    this.#eventsOf = ({ stored, namespace }) => (stored === undefined ? [] : read(stored.uid, namespace));
    this.#nowMs = untilMs;
  }

  /** Undefined for what is well after all, or is just being deleted. */
  of(candidate: Candidate): ToldCauses | undefined {
    const object = this.#graph.find(candidate);
    const body = this.#graph.body(object);
    if (isEnding(body, this.#nowMs)) return undefined;
    const isWhole = candidate.podCount <= this.#podsLeft;
    if (isWhole) this.#podsLeft -= candidate.podCount;
    const whole = isWhole ? this.#why(object) : undefined;
    if (whole?.length === 0) return undefined;
    const causes = whole === undefined ? this.#whyPod(candidate) : whole.slice(1);
    return {
      what: whole?.[0]?.what ?? candidate.state,
      causes,
      warning: (whole ?? causes).findLast(({ event }) => event !== undefined)?.event,
      sinceMs: sinceOf([body, ...causes.map((cause) => this.#graph.body(cause.object))], object),
    };
  }

  #why(object: GraphObject): readonly Cause[] {
    return whyNot({ graph: this.#graph, eventsOf: this.#eventsOf }, object);
  }

  #whyPod({ pod }: Candidate): readonly Cause[] {
    return pod === undefined ? [] : this.#why(this.#graph.find(pod));
  }
}

/** Whether an object is being deleted, and still within the time that it was given for that. */
function isEnding(body: JsonObject, nowMs: number): boolean {
  const until = Date.parse(asString(asObject(body['metadata'])['deletionTimestamp']));
  return until >= nowMs;
}

function failureOf(
  { kind, namespace, name }: Candidate,
  { what, causes, warning, sinceMs }: ToldCauses,
): ReportFailure {
  return {
    kind,
    namespace,
    name,
    what: briefText(what),
    causes: causes.map(({ object, what: trouble, alikeCount }) => ({
      kind: object.kind,
      namespace: object.namespace,
      name: object.name,
      what: briefText(trouble),
      alikeCount,
    })),
    since: instantText(sinceMs),
    warning: warning === undefined ? null : warningOf(warning),
  };
}

function warningOf({ reason, message, lastAtMs }: EventFacts): ReportFailure['warning'] {
  return { reason, message: briefText(message), lastSeenAt: instantText(lastAtMs) };
}

/** Conditions that say that something is wrong, and the status with which they do; what is more telling comes first. */
const telling: readonly (readonly [type: string, statuses: readonly string[]])[] = [
  ['Failed', ['True']],
  ['ReplicaFailure', ['True']],
  ['PodScheduled', ['False']],
  ['Available', ['False', 'Unknown']],
  ['Ready', ['False', 'Unknown']],
  ['Healthy', ['False', 'Unknown']],
  ['Synced', ['False', 'Unknown']],
  ['Progressing', ['False']],
];

/** Kinds that are not well from the beginning on, unless a condition says otherwise. */
const beginning: ReadonlySet<string> = new Set(['Pod', 'PersistentVolumeClaim']);

/** Since when (epoch ms) the first of these that says so is not well. */
function sinceOf(bodies: readonly JsonObject[], { kind, stored }: GraphObject): number | null {
  for (const body of bodies) {
    const conditions = asArray(asObject(body['status'])['conditions']).map(asObject);
    for (const [type, statuses] of telling) {
      const condition = conditions.find((each) => each['type'] === type && statuses.includes(asString(each['status'])));
      const at = Date.parse(asString(condition?.['lastTransitionTime']));
      if (!Number.isNaN(at)) return at;
    }
  }
  return beginning.has(kind) ? (stored?.createdAtMs ?? null) : null;
}
