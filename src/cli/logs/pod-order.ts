import { asArray, asObject, asString, type Json, type JsonObject } from '../../core/json.ts';
import { pdqSort } from '../../core/pdq-sort.ts';

/** What of a pod decides. */
interface Rank {
  readonly pod: JsonObject;
  readonly isAssigned: boolean;
  /** 0 first. */
  readonly phase: number;
  readonly isReady: boolean;
  /** Epoch ms; NaN where it was never. */
  readonly readySinceMs: number;
  readonly restartCount: number;
  readonly sidecarRestartCount: number;
  readonly createdAtMs: number;
}

const phases: Readonly<Record<string, number>> = { Unknown: 1, Pending: 2 };

/**
 * Pods in the order in which kubectl 1.36 prefers them for their logs: placed, running, ready, longest ready, most restarts,
 * oldest; what is alike where Go's sort leaves it.
 */
export function inLogOrder(pods: readonly JsonObject[]): readonly JsonObject[] {
  const ranks = pods.map(rankOf);
  const at = (index: number): Rank => ranks[index] as Rank;
  pdqSort({
    length: ranks.length,
    less: (first, second) => isBefore(at(first), at(second)),
    swap: (first, second) => {
      [ranks[first], ranks[second]] = [at(second), at(first)];
    },
  });
  return ranks.map(({ pod }) => pod);
}

function rankOf(pod: JsonObject): Rank {
  const spec = asObject(pod['spec']);
  const status = asObject(pod['status']);
  const conditions = asArray(status['conditions']).map(asObject);
  const ready = conditions.find((condition) => condition['type'] === 'Ready');
  const init = asArray(spec['initContainers']).map(asObject);
  const sidecars = new Set(init.filter((each) => each['restartPolicy'] === 'Always').map((each) => each['name']));
  const isReady = ready?.['status'] === 'True';
  return {
    pod,
    isAssigned: asString(spec['nodeName']) !== '',
    phase: phases[asString(status['phase'])] ?? 0,
    isReady,
    readySinceMs: isReady ? Date.parse(asString(ready['lastTransitionTime'])) : Number.NaN,
    restartCount: mostRestarts(status['containerStatuses'], () => true),
    sidecarRestartCount: mostRestarts(status['initContainerStatuses'], (each) => sidecars.has(each['name'])),
    createdAtMs: Date.parse(asString(asObject(pod['metadata'])['creationTimestamp'])),
  };
}

function mostRestarts(statuses: Json | undefined, counts: (status: JsonObject) => boolean): number {
  const counted = asArray(statuses).map(asObject).filter(counts);
  return Math.max(0, ...counted.map((each) => Number(each['restartCount'] ?? 0)));
}

function isBefore(first: Rank, second: Rank): boolean {
  if (first.isAssigned !== second.isAssigned) return first.isAssigned;
  if (first.phase !== second.phase) return first.phase < second.phase;
  if (first.isReady !== second.isReady) return first.isReady;
  if (!isSameTime(first.readySinceMs, second.readySinceMs)) return isEarlier(first.readySinceMs, second.readySinceMs);
  if (first.restartCount !== second.restartCount) return first.restartCount > second.restartCount;
  if (first.sidecarRestartCount !== second.sidecarRestartCount) {
    return first.sidecarRestartCount > second.sidecarRestartCount;
  }
  return !isSameTime(first.createdAtMs, second.createdAtMs) && isEarlier(first.createdAtMs, second.createdAtMs);
}

function isSameTime(first: number, second: number): boolean {
  return first === second || (Number.isNaN(first) && Number.isNaN(second));
}

/** No time is later than any. */
function isEarlier(first: number, second: number): boolean {
  return Number.isNaN(second) || first < second;
}
