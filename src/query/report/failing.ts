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
const lookedPodMax = 2_000;

/** Candidates that are looked at, some of which turn out to be well. */
const lookedMax = 2 * rowMax;

/**
 * What is not well: workloads, claims and whatever has a usual condition that does not hold, and pods that belong to none of
 * these; what began to fail last at the top. `totalCount` is by what tables print.
 */
export function reportFailing(scope: ReportScope): Section<ReportFailure> {
  const { reader } = scope;
  const stored = storedOf(scope.types);
  const looked = new LookedPlaces();
  const graph = new ObjectGraph(reader, stored, looked);
  const read = eventsReader(reader, scope.types, looked);
  const eventsOf = ({ stored: row, namespace }: GraphObject): readonly EventFacts[] =>
    row === undefined ? [] : read(row.uid, namespace);
  const candidates = failingCandidates(scope);
  let podsLeft = lookedPodMax;
  let wellCount = 0;
  const found: { readonly failure: ReportFailure; readonly sinceMs: number | null }[] = [];
  for (const candidate of candidates.slice(0, lookedMax)) {
    if (found.length === rowMax) break;
    podsLeft -= candidate.podCount;
    const object = graph.find(candidate);
    const body = graph.body(object);
    if (isEnding(body, scope.untilMs)) {
      wellCount += 1;
      continue;
    }
    const chain = podsLeft < 0 ? [] : whyNot({ graph, eventsOf }, object);
    if (chain.length === 0 && podsLeft >= 0) {
      wellCount += 1;
      continue;
    }
    const sinceMs = sinceOf([body, ...chain.slice(1).map((cause) => graph.body(cause.object))], object);
    found.push({ failure: failureOf(candidate, chain, sinceMs), sinceMs });
  }
  found.sort((one, other) => (other.sinceMs ?? 0) - (one.sinceMs ?? 0));
  return { totalCount: candidates.length - wellCount, rows: found.map(({ failure }) => failure) };
}

/** Whether an object is being deleted, and still within the time that it was given for that. */
function isEnding(body: JsonObject, nowMs: number): boolean {
  const until = Date.parse(asString(asObject(body['metadata'])['deletionTimestamp']));
  return until >= nowMs;
}

function failureOf(
  { kind, namespace, name, state }: Candidate,
  chain: readonly Cause[],
  sinceMs: number | null,
): ReportFailure {
  const [own, ...causes] = chain;
  const warned = chain.findLast(({ event }) => event !== undefined)?.event;
  return {
    kind,
    namespace,
    name,
    what: briefText(own?.what ?? state),
    causes: causes.map(({ object, what, alikeCount }) => ({
      kind: object.kind,
      namespace: object.namespace,
      name: object.name,
      what: briefText(what),
      alikeCount,
    })),
    since: instantText(sinceMs),
    warning:
      warned === undefined
        ? null
        : {
            reason: warned.reason,
            message: briefText(warned.message),
            lastSeenAt: instantText(warned.lastAtMs),
          },
  };
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

/** Since when (epoch ms) the first of these that says so is not well; else when the object itself was made. */
function sinceOf(bodies: readonly JsonObject[], { stored }: GraphObject): number | null {
  for (const body of bodies) {
    const conditions = asArray(asObject(body['status'])['conditions']).map(asObject);
    for (const [type, statuses] of telling) {
      const condition = conditions.find((each) => each['type'] === type && statuses.includes(asString(each['status'])));
      const at = Date.parse(asString(condition?.['lastTransitionTime']));
      if (!Number.isNaN(at)) return at;
    }
  }
  return stored?.createdAtMs ?? null;
}
