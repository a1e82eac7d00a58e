import { asArray, asObject, asString, type JsonObject } from '../core/json.ts';
import { hexDigits, timeText, type World } from './world.ts';

/** How a pod fares: all that its kubelet and the scheduler say, but for its place. Instants are epoch milliseconds. */
export type PodFate =
  | { readonly kind: 'unscheduled'; readonly message: string }
  | { readonly kind: 'creating'; readonly sinceMs: number }
  | { readonly kind: 'running'; readonly sinceMs: number; readonly restartCount?: number; readonly crashedMs?: number }
  | { readonly kind: 'lost'; readonly sinceMs: number; readonly lostMs: number }
  | { readonly kind: 'crashed'; readonly sinceMs: number; readonly restartCount: number }
  | { readonly kind: 'backing-off'; readonly sinceMs: number; readonly restartCount: number }
  | { readonly kind: 'image-missing'; readonly sinceMs: number; readonly backingOff: boolean }
  | { readonly kind: 'ended'; readonly sinceMs: number; readonly endedMs: number; readonly exitCode: number };

/** Where a pod runs; empty texts before it is scheduled. */
export interface PodPlace {
  readonly nodeName: string;
  readonly hostIp: string;
  readonly podIp: string;
}

interface ContainerLook {
  readonly state: JsonObject;
  readonly lastState?: JsonObject;
  readonly ready: boolean;
  readonly restartCount: number;
}

const crashMessage = 'panic: model store answered 503: cannot warm up the cache';

function terminated(fromMs: number, toMs: number, exitCode: number): JsonObject {
  const reason = exitCode === 0 ? 'Completed' : 'Error';
  const times = { startedAt: timeText(fromMs), finishedAt: timeText(toMs) };
  return { terminated: { exitCode, reason, ...(exitCode === 0 ? {} : { message: crashMessage }), ...times } };
}

function waiting(reason: string, message?: string): JsonObject {
  return { waiting: { reason, ...(message === undefined ? {} : { message }) } };
}

/** A container that crashes lives for some seconds each time. */
const shortLifeMs = 4_000;

function lookOf(fate: Exclude<PodFate, { kind: 'unscheduled' }>, container: JsonObject): ContainerLook {
  const calm = { ready: false, restartCount: 0 };
  switch (fate.kind) {
    case 'creating':
      return { ...calm, state: waiting('ContainerCreating') };
    case 'running':
    case 'lost': {
      const restartCount = fate.kind === 'running' ? (fate.restartCount ?? 0) : 0;
      const crashedMs = fate.kind === 'running' ? fate.crashedMs : undefined;
      const lastState = crashedMs === undefined ? {} : { lastState: terminated(crashedMs - shortLifeMs, crashedMs, 2) };
      return { ready: true, restartCount, state: { running: { startedAt: timeText(fate.sinceMs) } }, ...lastState };
    }
    case 'crashed':
      return { ...calm, ...fate, state: terminated(fate.sinceMs - shortLifeMs, fate.sinceMs, 2) };
    case 'backing-off': {
      const name = asString(container['name']);
      const message = `back-off 5m0s restarting failed container=${name}`;
      const lastState = terminated(fate.sinceMs - shortLifeMs, fate.sinceMs, 2);
      return { ...calm, ...fate, state: waiting('CrashLoopBackOff', message), lastState };
    }
    case 'image-missing': {
      const image = asString(container['image']);
      return {
        ...calm,
        state: fate.backingOff
          ? waiting('ImagePullBackOff', `Back-off pulling image "${image}": not found`)
          : waiting('ErrImagePull', `failed to pull and unpack image "${image}": not found`),
      };
    }
    case 'ended':
      return { ...calm, state: terminated(fate.sinceMs, fate.endedMs, fate.exitCode) };
  }
}

function phaseOf(fate: PodFate): string {
  switch (fate.kind) {
    case 'unscheduled':
    case 'creating':
    case 'image-missing':
      return 'Pending';
    case 'running':
    case 'lost':
    case 'crashed':
    case 'backing-off':
      return 'Running';
    case 'ended':
      return fate.exitCode === 0 ? 'Succeeded' : 'Failed';
  }
}

function condition(type: string, isTrue: boolean, at: string, why: JsonObject = {}): JsonObject {
  return { type, status: isTrue ? 'True' : 'False', lastTransitionTime: at, ...(isTrue ? {} : why) };
}

function conditionsOf(fate: Exclude<PodFate, { kind: 'unscheduled' }>): readonly JsonObject[] {
  const at = timeText(fate.sinceMs);
  const isReady = fate.kind === 'running';
  const why = {
    reason: fate.kind === 'ended' ? 'PodCompleted' : fate.kind === 'lost' ? 'NodeNotReady' : 'ContainersNotReady',
  };
  const readyAt = fate.kind === 'lost' ? timeText(fate.lostMs) : at;
  return [
    condition('PodScheduled', true, at),
    condition('Initialized', true, at),
    condition('ContainersReady', isReady || fate.kind === 'lost', at, why),
    condition('Ready', isReady, readyAt, why),
  ];
}

/** The first container follows the fate; the others run as soon as there is a pod to run in. */
function containerStatus(world: World, container: JsonObject, look: ContainerLook): JsonObject {
  const image = asString(container['image']);
  return {
    name: container['name'],
    image,
    imageID: image === '' ? '' : `${image.slice(0, image.lastIndexOf(':'))}@sha256:${hexDigits(world, 64)}`,
    containerID: `containerd://${hexDigits(world, 64)}`,
    started: look.ready,
    ready: look.ready,
    restartCount: look.restartCount,
    state: look.state,
    ...(look.lastState === undefined ? {} : { lastState: look.lastState }),
  };
}

/** `status` of a pod with the given spec. */
export function podStatus(world: World, spec: JsonObject, fate: PodFate, place: PodPlace): JsonObject {
  if (fate.kind === 'unscheduled') {
    const why = { reason: 'Unschedulable', message: fate.message };
    const scheduled = condition('PodScheduled', false, timeText(world.clock.now()), why);
    return { phase: 'Pending', qosClass: 'Burstable', conditions: [scheduled] };
  }
  const containers = asArray(spec['containers']).map(asObject);
  const others: PodFate = fate.kind === 'creating' ? fate : { kind: 'running', sinceMs: fate.sinceMs };
  return {
    phase: phaseOf(fate),
    qosClass: 'Burstable',
    hostIP: place.hostIp,
    hostIPs: [{ ip: place.hostIp }],
    ...(fate.kind === 'creating' ? {} : { podIP: place.podIp, podIPs: [{ ip: place.podIp }] }),
    startTime: timeText(fate.sinceMs),
    conditions: conditionsOf(fate),
    containerStatuses: containers.map((container, index) =>
      containerStatus(world, container, lookOf(index === 0 ? fate : others, container)),
    ),
  };
}
