import { asArray, asObject, asString, type JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import { recordEvent } from './event-log.ts';
import { liveWorkers, type Machine } from './machines.ts';
import { podStatus, type PodFate, type PodPlace } from './pod-fate.ts';
import { between, controlledBy, metadata, nameSuffix, pick, placeOf, timeText, type World } from './world.ts';

/** A pod to be made for its controller. */
export interface NewPod {
  readonly owner: KubeObject;
  /** Of the pod; the owner's name and a random end unless given. */
  readonly name?: string | undefined;
  /** `labels` and `spec` as the owner's template has them. */
  readonly template: JsonObject;
  readonly fate: PodFate;
  readonly ageMs: number;
  readonly machine?: Machine | undefined;
  readonly volumes?: readonly JsonObject[] | undefined;
}

/** Creates a pod where the scheduler would put it: on a machine that answers, unless one is named. */
export function createPod(world: World, pod: NewPod): KubeObject {
  const { owner, template, fate } = pod;
  const name = pod.name ?? `${owner.metadata.name}-${nameSuffix(world, 5)}`;
  const place = fate.kind === 'unscheduled' ? nowhere : placeOn(world, pod.machine ?? pick(world, liveWorkers));
  const spec = {
    ...asObject(template['spec']),
    ...(pod.volumes === undefined ? {} : { volumes: pod.volumes }),
    ...(place.nodeName === '' ? {} : { nodeName: place.nodeName }),
  };
  const labels = { ...asObject(asObject(template['metadata'])['labels']), ...labelsFrom(owner) };
  const identity = { namespace: owner.metadata.namespace, name };
  return world.state.create('pods', {
    metadata: metadata(world, identity, pod.ageMs, {
      generateName: `${owner.metadata.name}-`,
      labels,
      ownerReferences: controlledBy(owner),
    }),
    spec,
    status: podStatus(world, spec, fate, place),
  });
}

/** What only the pods of this owner have. */
function labelsFrom(owner: KubeObject): JsonObject {
  if (owner.kind === 'Job') return { 'batch.kubernetes.io/job-name': owner.metadata.name };
  const hash = asString(asObject(owner.metadata.labels)['pod-template-hash']);
  return hash === '' ? {} : { 'pod-template-hash': hash };
}

const nowhere: PodPlace = { nodeName: '', hostIp: '', podIp: '' };

/** Each machine has a range of addresses of its own. */
function placeOn(world: World, machine: Machine): PodPlace {
  const range = Number(machine.address.split('.').at(-1));
  const podIp = `10.${40 + range}.${between(world, 0, 64)}.${between(world, 2, 255)}`;
  return { nodeName: machine.name, hostIp: machine.address, podIp };
}

/** Lets a pod fare anew, in its place. Returns its new state. */
export function changeFate(world: World, pod: KubeObject, fate: PodFate): KubeObject {
  const now = world.state.get('pods', placeOf(pod));
  const status = asObject(now['status']);
  const spec = asObject(now['spec']);
  const place = {
    nodeName: asString(spec['nodeName']),
    hostIp: asString(status['hostIP']),
    podIp: podIpOf(world, now),
  };
  return world.state.replace('pods', { ...now, status: podStatus(world, spec, fate, place) });
}

/** A pod gets its address when its containers start. */
function podIpOf(world: World, pod: KubeObject): string {
  const known = asString(asObject(pod['status'])['podIP']);
  if (known !== '') return known;
  const nodeName = asString(asObject(pod['spec'])['nodeName']);
  const machine = liveWorkers.find((entry) => entry.name === nodeName);
  return machine === undefined ? '' : placeOn(world, machine).podIp;
}

/** Marks a pod as being deleted, with half a minute of grace; nothing else ends it before `removePod`. */
export function markDeleted(world: World, pod: KubeObject, agoMs = 0): KubeObject {
  const now = world.state.get('pods', placeOf(pod));
  const deletionTimestamp = timeText(world.clock.now() - agoMs + 30_000);
  const marked = { ...now.metadata, deletionTimestamp, deletionGracePeriodSeconds: 30 };
  recordEvent(world, {
    about: now,
    type: 'Normal',
    reason: 'Killing',
    message: `Stopping container ${containerName(now)}`,
    component: 'kubelet',
    host: nodeNameOf(now),
    sinceMs: agoMs,
    agoMs,
  });
  return world.state.writer.put(world.state.type('pods'), { ...now, metadata: marked });
}

/** Removes a pod. */
export function removePod(world: World, pod: KubeObject): void {
  world.state.delete('pods', placeOf(pod));
}

/** The name of the first container. */
export function containerName(pod: KubeObject): string {
  return asString(asObject(asArray(asObject(pod['spec'])['containers'])[0])['name']);
}

/** The image of the first container. */
export function imageOfPod(pod: KubeObject): string {
  return asString(asObject(asArray(asObject(pod['spec'])['containers'])[0])['image']);
}

/** Where the pod runs; empty before it is scheduled. */
export function nodeNameOf(pod: KubeObject): string {
  return asString(asObject(pod['spec'])['nodeName']);
}

/** Whether the pod's Ready condition holds. */
export function isReady(pod: KubeObject): boolean {
  const conditions = asArray(asObject(pod['status'])['conditions']).map(asObject);
  return conditions.some((entry) => entry['type'] === 'Ready' && entry['status'] === 'True');
}

/** How long a pod takes from its creation until it runs. */
const startMs = 9_000;

/** Running since shortly after it was created, so long ago. */
export function longRunning(world: World, ageMs: number): PodFate {
  return { kind: 'running', sinceMs: world.clock.now() - ageMs + Math.min(startMs, ageMs) };
}
