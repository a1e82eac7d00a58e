import { asArray, asObject, asString, type JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import { isReady } from './pods.ts';
import { controlledObjects, findObject, placeOf, timeText, type World } from './world.ts';

/**
 * What the controllers of a cluster report about pods: counts in the status of what owns them, addresses behind the
 * service. Everything is computed anew from the pods as they are.
 */
export function settle(world: World, namespace: string, name: string): void {
  const deployment = findObject(world, 'deployments.apps', namespace, name);
  if (deployment !== undefined) settleDeployment(world, deployment);
  const statefulSet = findObject(world, 'statefulsets.apps', namespace, name);
  if (statefulSet !== undefined) settleStatefulSet(world, statefulSet);
  const daemonSet = findObject(world, 'daemonsets.apps', namespace, name);
  if (daemonSet !== undefined) settleDaemonSet(world, daemonSet);
  settleEndpoints(world, namespace, name);
}

interface PodCounts {
  readonly all: number;
  readonly ready: number;
}

/** Pods that are being deleted count no longer. */
function countPods(world: World, owner: KubeObject): PodCounts {
  const pods = controlledObjects(world, 'pods', owner.metadata.uid).filter(
    (pod) => pod.metadata.deletionTimestamp === undefined,
  );
  return { all: pods.length, ready: pods.filter(isReady).length };
}

/** Go leaves a zero out. */
function count(value: number): number | null {
  return value === 0 ? null : value;
}

/** Revision of a replica set, as its deployment counts. */
export function revisionOf(replicaSet: KubeObject): number {
  return Number(asObject(replicaSet.metadata.annotations)['deployment.kubernetes.io/revision'] ?? 0);
}

function settleDeployment(world: World, deployment: KubeObject): void {
  const replicaSets = controlledObjects(world, 'replicasets.apps', deployment.metadata.uid);
  const newest = Math.max(...replicaSets.map(revisionOf));
  const total = { all: 0, ready: 0, updated: 0 };
  for (const replicaSet of replicaSets) {
    const { all, ready } = countPods(world, replicaSet);
    total.all += all;
    total.ready += ready;
    if (revisionOf(replicaSet) === newest) total.updated = all;
    const status = { replicas: all, fullyLabeledReplicas: count(all), readyReplicas: count(ready) };
    world.state.patch('replicasets.apps', placeOf(replicaSet), {
      status: { ...status, availableReplicas: count(ready), observedGeneration: 1 },
    });
  }
  const wanted = Number(asObject(deployment['spec'])['replicas'] ?? 0);
  world.state.patch('deployments.apps', placeOf(deployment), {
    status: {
      replicas: count(total.all),
      updatedReplicas: count(total.updated),
      readyReplicas: count(total.ready),
      availableReplicas: count(total.ready),
      unavailableReplicas: count(Math.max(0, wanted - total.ready)),
      observedGeneration: deployment.metadata['generation'] ?? 1,
      conditions: deploymentConditions(world, deployment, total.ready >= wanted),
    },
  });
}

function deploymentConditions(world: World, deployment: KubeObject, isAvailable: boolean): readonly JsonObject[] {
  const status = isAvailable ? 'True' : 'False';
  const known = asArray(asObject(deployment['status'])['conditions']).map(asObject)[0];
  const changed = known === undefined || known['status'] !== status;
  const at = changed ? timeText(world.clock.now()) : asString(known['lastTransitionTime']);
  const reason = isAvailable ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable';
  return [{ type: 'Available', status, lastTransitionTime: at, lastUpdateTime: at, reason }];
}

function settleStatefulSet(world: World, statefulSet: KubeObject): void {
  const { all, ready } = countPods(world, statefulSet);
  world.state.patch('statefulsets.apps', placeOf(statefulSet), {
    status: { replicas: all, readyReplicas: count(ready), availableReplicas: ready, currentReplicas: count(all) },
  });
}

function settleDaemonSet(world: World, daemonSet: KubeObject): void {
  const { all, ready } = countPods(world, daemonSet);
  world.state.patch('daemonsets.apps', placeOf(daemonSet), {
    status: {
      currentNumberScheduled: all,
      desiredNumberScheduled: all,
      numberMisscheduled: 0,
      numberReady: ready,
      updatedNumberScheduled: count(all),
      numberAvailable: count(ready),
      numberUnavailable: count(all - ready),
    },
  });
}

function settleEndpoints(world: World, namespace: string, name: string): void {
  const slice = world.state
    .list('endpointslices.discovery.k8s.io')
    .find(
      (entry) =>
        entry.metadata.namespace === namespace &&
        asObject(entry.metadata.labels)['kubernetes.io/service-name'] === name,
    );
  if (slice === undefined) return;
  const pods = world.state
    .list('pods')
    .filter((pod) => pod.metadata.namespace === namespace && isOf(pod, name) && podIp(pod) !== '');
  const endpoints = pods.map((pod) => endpointOf(pod));
  world.state.patch('endpointslices.discovery.k8s.io', placeOf(slice), {
    endpoints: endpoints.length === 0 ? null : endpoints,
  });
}

function isOf(pod: KubeObject, name: string): boolean {
  return asObject(pod.metadata.labels)['app.kubernetes.io/name'] === name;
}

function podIp(pod: KubeObject): string {
  return asString(asObject(pod['status'])['podIP']);
}

function endpointOf(pod: KubeObject): JsonObject {
  const isTerminating = pod.metadata.deletionTimestamp !== undefined;
  const ready = isReady(pod) && !isTerminating;
  const { namespace, name, uid } = pod.metadata;
  return {
    addresses: [podIp(pod)],
    conditions: { ready, serving: isReady(pod), terminating: isTerminating },
    nodeName: asObject(pod['spec'])['nodeName'],
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}
