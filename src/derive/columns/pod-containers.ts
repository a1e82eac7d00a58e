import { asArray, asObject, asString, type Json, type JsonObject } from '../../core/json.ts';
import { integerOf } from './field.ts';
import { firstCondition, isTrue } from './condition.ts';
import { instantOf } from './since.ts';

/** What the containers of a pod say about READY, STATUS and RESTARTS (kube-apiserver 1.36 printers). */
export interface ContainerSummary {
  readonly readyCount: number;
  readonly restartCount: number;
  /** Epoch milliseconds of the last restart that is counted; null where none is known. */
  readonly restartedMs: number | null;
  /** The STATUS, before a deletion has its say. */
  readonly reason: string;
}

/** Restarts added up, with the latest time of one. */
interface Restarts {
  count: number;
  lastMs: number | null;
}

function addRestarts(total: Restarts, status: JsonObject): void {
  total.count += integerOf(status['restartCount']);
  const lastState = status['lastState'];
  if (lastState === undefined) return;
  const finishedMs = instantOf(asObject(asObject(lastState)['terminated'])['finishedAt']);
  if (finishedMs !== null && (total.lastMs === null || finishedMs > total.lastMs)) total.lastMs = finishedMs;
}

/** The object at `value`, undefined where there is none: a state that is present may be an empty object. */
function objectAt(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null ? asObject(value) : undefined;
}

/** True for an init container that runs beside the main containers. */
function isSidecar(container: JsonObject): boolean {
  return container['restartPolicy'] === 'Always';
}

/** How many containers READY counts: the main ones and the sidecars. */
export function countedContainers(spec: JsonObject): number {
  let count = asArray(spec['containers']).length;
  for (const container of asArray(spec['initContainers'])) if (isSidecar(asObject(container))) count += 1;
  return count;
}

/** Of init containers with the same name the last one counts. */
function sidecarNames(spec: JsonObject): ReadonlySet<string> {
  const names = new Set<string>();
  for (const item of asArray(spec['initContainers'])) {
    const container = asObject(item);
    const name = asString(container['name']);
    if (isSidecar(container)) names.add(name);
    else names.delete(name);
  }
  return names;
}

function terminatedReason(terminated: JsonObject): string {
  const reason = asString(terminated['reason']);
  if (reason !== '') return reason;
  const signal = integerOf(terminated['signal']);
  return signal === 0 ? `ExitCode:${integerOf(terminated['exitCode'])}` : `Signal:${signal}`;
}

function hasSucceeded(status: JsonObject): boolean {
  const terminated = objectAt(asObject(status['state'])['terminated']);
  return terminated !== undefined && integerOf(terminated['exitCode']) === 0;
}

/** The part of the reason after `Init:` while this init container holds up the pod; undefined where it does not. */
function holdUp(status: JsonObject, sidecar: boolean): string | undefined {
  if (hasSucceeded(status) || (sidecar && status['started'] === true)) return undefined;
  const state = asObject(status['state']);
  const terminated = objectAt(state['terminated']);
  if (terminated !== undefined) return terminatedReason(terminated);
  const waitingReason = asString(asObject(state['waiting'])['reason']);
  return waitingReason === 'PodInitializing' ? '' : waitingReason;
}

/** What the init containers say: up to the first that holds up the pod. */
interface Initialization {
  readyCount: number;
  /** Of every init container that was looked at, and of the sidecars among them. */
  readonly all: Restarts;
  readonly sidecars: Restarts;
  /** Undefined once nothing holds up the pod. */
  reason: string | undefined;
}

function initialize(spec: JsonObject, statuses: readonly Json[]): Initialization {
  const seen: Initialization = {
    readyCount: 0,
    all: { count: 0, lastMs: null },
    sidecars: { count: 0, lastMs: null },
    reason: undefined,
  };
  if (statuses.length === 0) return seen;
  const names = sidecarNames(spec);
  for (const [index, item] of statuses.entries()) {
    const status = asObject(item);
    const sidecar = names.has(asString(status['name']));
    addRestarts(seen.all, status);
    if (sidecar) addRestarts(seen.sidecars, status);
    const reason = holdUp(status, sidecar);
    if (reason !== undefined) {
      seen.reason = `Init:${reason || `${index}/${asArray(spec['initContainers']).length}`}`;
      break;
    }
    if (sidecar && status['ready'] === true && !hasSucceeded(status)) seen.readyCount += 1;
  }
  return seen;
}

/** What the main containers say; the first container's reason wins. */
interface Running {
  readyCount: number;
  reason: string | undefined;
  /** The reason of the first container that ended with an error. */
  errorReason: string | undefined;
}

function runMain(statuses: readonly Json[], restarts: Restarts): Running {
  const seen: Running = { readyCount: 0, reason: undefined, errorReason: undefined };
  for (let index = statuses.length - 1; index >= 0; index -= 1) {
    const status = asObject(statuses[index]);
    addRestarts(restarts, status);
    const state = asObject(status['state']);
    const waitingReason = asString(asObject(state['waiting'])['reason']);
    const terminated = objectAt(state['terminated']);
    if (waitingReason !== '') seen.reason = waitingReason;
    else if (terminated !== undefined) {
      seen.reason = terminatedReason(terminated);
      if (integerOf(terminated['exitCode']) !== 0) seen.errorReason = seen.reason;
    } else if (status['ready'] === true && objectAt(state['running']) !== undefined) seen.readyCount += 1;
  }
  return seen;
}

function hasReadyCondition(conditions: Json | undefined): boolean {
  return asArray(conditions).some((item) => asObject(item)['type'] === 'Ready' && isTrue(asObject(item)));
}

/** Since 1.35 an error of another container shows through a completed one. */
function withoutCompleted(running: Running, conditions: Json | undefined, serverMinor: number): string {
  if (running.readyCount > 0 && hasReadyCondition(conditions)) return 'Running';
  if (running.errorReason !== undefined && serverMinor >= 35) return running.errorReason;
  return running.readyCount > 0 ? 'NotReady' : 'Completed';
}

/**
 * Walks the container statuses of a pod. `reason` is what stands before them: the phase, status.reason or the
 * scheduling gate.
 */
export function summarizeContainers(pod: JsonObject, reason: string, serverMinor: number): ContainerSummary {
  const spec = asObject(pod['spec']);
  const status = asObject(pod['status']);
  const conditions = status['conditions'];
  const init = initialize(spec, asArray(status['initContainerStatuses']));
  if (init.reason !== undefined && !isTrue(firstCondition(conditions, 'Initialized'))) {
    const { readyCount, all } = init;
    return { readyCount, restartCount: all.count, restartedMs: all.lastMs, reason: init.reason };
  }
  const running = runMain(asArray(status['containerStatuses']), init.sidecars);
  const last = running.reason ?? init.reason ?? reason;
  return {
    readyCount: init.readyCount + running.readyCount,
    restartCount: init.sidecars.count,
    restartedMs: init.sidecars.lastMs,
    reason: last === 'Completed' ? withoutCompleted(running, conditions, serverMinor) : last,
  };
}
