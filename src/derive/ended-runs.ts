import { asArray, asObject, asString, isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { keepReasons, type KeepReason } from '../core/kept-log.ts';
import { parseRfc3339 } from './columns/rfc3339.ts';

/** A run of a container that has ended, as the status of its pod tells of it. */
export interface EndedRun {
  readonly container: string;
  /** Which one: the container's id at its node, else when it ran; unique within the container. */
  readonly runId: string;
  /** Whether a request for the log, and for the previous one, is answered with this run (kubelet 1.36). */
  readonly isCurrent: boolean;
  readonly isPrevious: boolean;
  /** Why it is worth keeping; undefined where it came to its end as it should. */
  readonly why: KeepReason | undefined;
  /** Null where the node does not say. */
  readonly exitCode: number | null;
  /** Of its end; may be empty. */
  readonly reason: string;
  /** Epoch ms, to the second; null where the node does not say. */
  readonly finishedAtMs: number | null;
}

const lists = ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'] as const;

/**
 * The runs that a pod (core/v1) tells of: at most the last two of each container, whose logs are all that its node still gives.
 * @param when reasons that count
 */
export function endedRuns(pod: JsonObject, when: readonly KeepReason[] = keepReasons): readonly EndedRun[] {
  const status = asObject(pod['status']);
  const isFailed = status['phase'] === 'Failed';
  const endedFromMs = askedToEndAt(asObject(pod['metadata']));
  const told = lists.flatMap((list) =>
    asArray(status[list]).flatMap((each) => runsOf(asObject(each), { isFailed, endedFromMs, when })),
  );
  // Whoever writes a status may say anything twice.
  return [...new Map(told.toReversed().map((run) => [`${run.container} ${run.runId}`, run])).values()].toReversed();
}

/** What of its pod decides about a run. */
interface PodFacts {
  readonly isFailed: boolean;
  readonly endedFromMs: number;
  readonly when: readonly KeepReason[];
}

function runsOf(status: JsonObject, facts: PodFacts): readonly EndedRun[] {
  const container = asString(status['name']);
  const state = asObject(status['state']);
  const current = asObject(state['terminated']);
  const previous = asObject(asObject(status['lastState'])['terminated']);
  const runs: EndedRun[] = [];
  const add = (told: JsonObject, place: Pick<EndedRun, 'isCurrent' | 'isPrevious'>): void => {
    const runId = runIdOf(told);
    if (container === '' || runId === '') return;
    const exitCode = typeof told['exitCode'] === 'number' ? told['exitCode'] : null;
    const reason = asString(told['reason']);
    const finishedAtMs = instant(told['finishedAt']);
    const why = reasonToKeep({ exitCode, reason, finishedAtMs, ...place }, facts);
    runs.push({ container, runId, ...place, why, exitCode, reason, finishedAtMs });
  };
  if (isJsonObject(state['terminated'])) add(current, { isCurrent: true, isPrevious: false });
  // Before it runs again, a container that waits answers with its last run whichever is asked for.
  add(previous, { isCurrent: !isJsonObject(state['terminated']) && !isJsonObject(state['running']), isPrevious: true });
  return runs;
}

/** A node that lost a container tells neither its id nor its times: nothing can be asked of it. */
function runIdOf(told: JsonObject): string {
  const id = asString(told['containerID']);
  if (id !== '') return id;
  const finishedAt = asString(told['finishedAt']);
  return finishedAt === '' ? '' : `${asString(told['startedAt'])}/${finishedAt}`;
}

function reasonToKeep(
  { exitCode, reason, finishedAtMs, isPrevious }: Omit<EndedRun, 'container' | 'runId' | 'why'>,
  { isFailed, endedFromMs, when }: PodFacts,
): KeepReason | undefined {
  // A container that is told to end says by its exit code how it was told.
  const isByDeletion = (finishedAtMs ?? Infinity) >= endedFromMs;
  const holds: Readonly<Record<KeepReason, boolean>> = {
    'oom-killed': reason === 'OOMKilled',
    crashed: exitCode !== 0 && exitCode !== null && !isByDeletion,
    failed: isFailed && !isByDeletion,
    restarted: isPrevious,
  };
  return keepReasons.find((each) => when.includes(each) && holds[each]);
}

/** When the deletion of a pod was asked for (epoch ms): deletionTimestamp lies its grace period ahead. Infinity: it was not. */
function askedToEndAt(metadata: JsonObject): number {
  const deletedAtMs = instant(metadata['deletionTimestamp']);
  if (deletedAtMs === null) return Infinity;
  const grace = metadata['deletionGracePeriodSeconds'];
  return deletedAtMs - (typeof grace === 'number' ? grace * 1_000 : 0);
}

function instant(value: Json | undefined): number | null {
  return parseRfc3339(asString(value)) ?? null;
}

const defaultAnnotation = 'kubectl.kubernetes.io/default-container';

/** What of a pod says which containers it has and which one is meant: as an object of the same shape. */
export function containerNamesOf(pod: JsonObject): JsonObject {
  const metadata = asObject(pod['metadata']);
  const spec = asObject(pod['spec']);
  const said = asObject(metadata['annotations'])[defaultAnnotation];
  const namesIn = (list: string): Json =>
    asArray(spec[list]).map((each) => ({ name: asString(asObject(each)['name']) }));
  return {
    metadata: {
      namespace: asString(metadata['namespace']),
      name: asString(metadata['name']),
      uid: asString(metadata['uid']),
      ...(said === undefined ? {} : { annotations: { [defaultAnnotation]: said } }),
    },
    spec: {
      containers: namesIn('containers'),
      initContainers: namesIn('initContainers'),
      ephemeralContainers: namesIn('ephemeralContainers'),
    },
  };
}
