import type { JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import { settle } from './controllers.ts';
import { liveWorkers, machines } from './machines.ts';
import type { PodFate } from './pod-fate.ts';
import { createPod, longRunning, markDeleted } from './pods.ts';
import { podTemplate, selectorLabels, workloadLabels, workloads, type Workload } from './workload.ts';
import {
  between,
  controlledBy,
  dayMs,
  hexDigits,
  hourMs,
  metadata,
  minuteMs,
  nameSuffix,
  type World,
} from './world.ts';

/** A pod in trouble: how it fares, and since when it has been there. */
interface Trouble {
  readonly fate: PodFate;
  readonly ageMs: number;
}

/** What is wrong in the company: the first pod of each of these workloads; all others run. */
function troubleOf(world: World, { namespace, name }: Workload): Trouble | undefined {
  const nowMs = world.clock.now();
  switch (`${namespace}/${name}`) {
    case 'shop/recommendations':
      return { fate: { kind: 'backing-off', sinceMs: nowMs - 2 * minuteMs, restartCount: 17 }, ageMs: 79 * minuteMs };
    case 'search/embeddings':
      return { fate: { kind: 'unscheduled', message: unschedulableMessage }, ageMs: 52 * minuteMs };
    case 'billing/payments': {
      const crashedMs = nowMs - 3 * hourMs;
      return { fate: { kind: 'running', sinceMs: crashedMs, restartCount: 1, crashedMs }, ageMs: 4 * dayMs };
    }
    default:
      return undefined;
  }
}

/** What the scheduler says about the pod that fits nowhere. */
export const unschedulableMessage =
  '0/6 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) were unreachable, 4 Insufficient cpu. preemption: 0/6 nodes are available: 4 No preemption victims found for incoming pod.';

/** The version of billing/tax whose image nobody has pushed. */
const missingTaxVersion = '1.4.0';

/** Creates everything that runs for ever: its controllers, pods, volumes, and their status. */
export function createWorkloads(world: World): void {
  for (const workload of workloads) {
    switch (workload.kind) {
      case 'Deployment':
        createDeployment(world, workload);
        break;
      case 'StatefulSet':
        createStatefulSet(world, workload);
        break;
      case 'DaemonSet':
        createDaemonSet(world, workload);
    }
    settle(world, workload.namespace, workload.name);
  }
}

/** How long ago the last rollout of a workload was: between some hours and some weeks. */
function rolloutAgeMs(world: World, workload: Workload): number {
  const isSteady = workload.kind !== 'Deployment' || workload.namespace === 'kube-system';
  const ageMs = (isSteady ? between(world, 20, 60) * 24 : between(world, 5, 400)) * hourMs;
  return Math.min(ageMs, workload.ageDays * dayMs - hourMs);
}

/** The pods of a rollout come one after the other. */
function podAgeMs(world: World, sinceRolloutMs: number, index: number): number {
  return sinceRolloutMs - index * 40_000 - between(world, 0, 20_000);
}

function controllerMetadata(world: World, workload: Workload, more: JsonObject = {}): JsonObject {
  const { namespace, name, ageDays } = workload;
  const labels = workloadLabels(workload);
  return metadata(world, { namespace, name }, ageDays * dayMs - between(world, 0, 80_000) * 1_000, { labels, ...more });
}

function createDeployment(world: World, workload: Workload): void {
  const { replicas, version } = workload;
  const isStuck = workload.name === 'tax';
  const revision = 1 + between(world, 3, 30);
  const newest = isStuck ? revision + 1 : revision;
  const deployment = world.state.create('deployments.apps', {
    metadata: controllerMetadata(world, workload, {
      annotations: { 'deployment.kubernetes.io/revision': String(newest) },
    }),
    spec: {
      replicas,
      revisionHistoryLimit: 2,
      selector: { matchLabels: selectorLabels(workload) },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: podTemplate(workload, isStuck ? missingTaxVersion : version),
    },
  });
  const ageMs = rolloutAgeMs(world, workload);
  const current = createReplicaSet(world, { deployment, workload, version, revision, replicas, ageMs });
  const trouble = troubleOf(world, workload);
  for (let index = 0; index < replicas; index += 1) {
    const calmMs = podAgeMs(world, ageMs, index);
    const pod = index === 0 && trouble !== undefined ? trouble : { ageMs: calmMs, fate: longRunning(world, calmMs) };
    createPod(world, { owner: current, template: podTemplate(workload), ...pod });
  }
  if (isStuck) createStuckRollout(world, { deployment, workload, revision: newest });
  if (workload.name === 'catalog') createStrandedPod(world, workload, current);
}

/** A replica set to be made; its age is that of the rollout that made it. */
export interface NewReplicaSet {
  readonly deployment: KubeObject;
  readonly workload: Workload;
  readonly version: string;
  readonly revision: number;
  readonly replicas: number;
  readonly ageMs: number;
}

/** Creates the replica set of a version, without pods. */
export function createReplicaSet(world: World, set: NewReplicaSet): KubeObject {
  const { workload, version, deployment } = set;
  const hash = nameSuffix(world, 10);
  const template = podTemplate(workload, version);
  const labels = { ...workloadLabels(workload, version), 'pod-template-hash': hash };
  return world.state.create('replicasets.apps', {
    metadata: metadata(world, { namespace: workload.namespace, name: `${workload.name}-${hash}` }, set.ageMs, {
      labels,
      annotations: { 'deployment.kubernetes.io/revision': String(set.revision) },
      ownerReferences: controlledBy(deployment),
    }),
    spec: {
      replicas: set.replicas,
      selector: { matchLabels: { ...selectorLabels(workload), 'pod-template-hash': hash } },
      template: { ...template, metadata: { labels } },
    },
    status: { replicas: 0 },
  });
}

/** A new version whose image cannot be pulled: its first pod waits, the old ones go on. */
function createStuckRollout(world: World, rollout: Pick<NewReplicaSet, 'deployment' | 'workload' | 'revision'>): void {
  const ageMs = 47 * minuteMs;
  const owner = createReplicaSet(world, { ...rollout, version: missingTaxVersion, replicas: 1, ageMs });
  const fate: PodFate = { kind: 'image-missing', sinceMs: world.clock.now() - ageMs, backingOff: true };
  createPod(world, { owner, template: podTemplate(rollout.workload, missingTaxVersion), fate, ageMs });
}

/** Its node is gone, so nobody confirms that it has ended. */
function createStrandedPod(world: World, workload: Workload, owner: KubeObject): void {
  const machine = machines.find((entry) => entry.isLost);
  const nowMs = world.clock.now();
  const fate: PodFate = { kind: 'lost', sinceMs: nowMs - 6 * dayMs, lostMs: nowMs - lostForMs };
  const pod = createPod(world, { owner, template: podTemplate(workload), fate, ageMs: 6 * dayMs, machine });
  markDeleted(world, pod, lostForMs - 5 * minuteMs);
}

/** How long the lost node has been silent. */
export const lostForMs = 43 * minuteMs;

function createStatefulSet(world: World, workload: Workload): void {
  const { name, replicas } = workload;
  const revision = `${name}-${hexDigits(world, 8)}`;
  const storage = `${workload.storageGibibytes}Gi`;
  const owner = world.state.create('statefulsets.apps', {
    metadata: controllerMetadata(world, workload),
    spec: {
      replicas,
      serviceName: name,
      selector: { matchLabels: selectorLabels(workload) },
      template: podTemplate(workload),
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claimSpec(storage) }],
    },
    status: { replicas, observedGeneration: 1, currentRevision: revision, updateRevision: revision },
  });
  createRevision(world, { owner, workload, name: revision });
  const sinceRolloutMs = rolloutAgeMs(world, workload);
  for (let index = 0; index < replicas; index += 1) {
    const claim = `data-${name}-${index}`;
    createVolume(world, workload, claim);
    const ageMs = podAgeMs(world, sinceRolloutMs, index);
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: claim } }];
    const fate = longRunning(world, ageMs);
    createPod(world, { owner, name: `${name}-${index}`, template: podTemplate(workload), fate, ageMs, volumes });
  }
}

function claimSpec(storage: string): JsonObject {
  return { accessModes: ['ReadWriteOnce'], storageClassName: 'fast-ssd', resources: { requests: { storage } } };
}

function createVolume(world: World, workload: Workload, name: string): void {
  const { namespace } = workload;
  const storage = `${workload.storageGibibytes}Gi`;
  const ageMs = workload.ageDays * dayMs - hourMs;
  const volumeName = `pvc-${hexDigits(world, 8)}-${hexDigits(world, 4)}-4${hexDigits(world, 3)}-a${hexDigits(world, 3)}-${hexDigits(world, 12)}`;
  const claim = world.state.create('persistentvolumeclaims', {
    metadata: metadata(world, { namespace, name }, ageMs, { labels: selectorLabels(workload) }),
    spec: { ...claimSpec(storage), volumeName, volumeMode: 'Filesystem' },
    status: { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage } },
  });
  world.state.create('persistentvolumes', {
    metadata: metadata(world, { name: volumeName }, ageMs),
    spec: {
      capacity: { storage },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      storageClassName: 'fast-ssd',
      volumeMode: 'Filesystem',
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid: claim.metadata.uid },
      csi: { driver: 'disks.brightharbor.example', volumeHandle: `disk-${hexDigits(world, 12)}`, fsType: 'ext4' },
    },
    status: { phase: 'Bound' },
  });
}

interface NewRevision {
  readonly owner: KubeObject;
  readonly workload: Workload;
  readonly name: string;
}

function createRevision(world: World, { owner, workload, name }: NewRevision): void {
  world.state.create('controllerrevisions.apps', {
    metadata: metadata(world, { namespace: workload.namespace, name }, workload.ageDays * dayMs, {
      labels: selectorLabels(workload),
      ownerReferences: controlledBy(owner),
    }),
    revision: 1,
    data: { spec: { template: podTemplate(workload) } },
  });
}

function createDaemonSet(world: World, workload: Workload): void {
  const owner = world.state.create('daemonsets.apps', {
    metadata: controllerMetadata(world, workload),
    spec: { selector: { matchLabels: selectorLabels(workload) }, template: podTemplate(workload) },
  });
  createRevision(world, { owner, workload, name: `${workload.name}-${hexDigits(world, 8)}` });
  const nowMs = world.clock.now();
  const sinceRolloutMs = rolloutAgeMs(world, workload);
  for (const [index, machine] of machines.filter((entry) => !entry.isControlPlane).entries()) {
    const ageMs = podAgeMs(world, sinceRolloutMs, index);
    const fate: PodFate = liveWorkers.includes(machine)
      ? longRunning(world, ageMs)
      : { kind: 'lost', sinceMs: nowMs - ageMs, lostMs: nowMs - lostForMs };
    createPod(world, { owner, template: podTemplate(workload), fate, ageMs, machine });
  }
}
