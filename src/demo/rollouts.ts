import { asObject, asString } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import { createReplicaSet } from './company-workloads.ts';
import { revisionOf, settle } from './controllers.ts';
import { recordEvent } from './event-log.ts';
import { changeFate, containerName, createPod, imageOfPod, markDeleted, nodeNameOf, removePod } from './pods.ts';
import type { Story } from './stories.ts';
import { podTemplate, workloadLabels, workloadNamed, type Workload } from './workload.ts';
import { controlledObjects, placeOf, spoken, type World } from './world.ts';

/** Deployments whose teams release all the time, in their order. */
const releasing = ['shop/web', 'shop/cart', 'shop/checkout', 'billing/invoices', 'search/query', 'logistics/tracking'];

/** How many replica sets of former versions a deployment keeps. */
const revisionsKept = 2;

interface Rollout {
  readonly workload: Workload;
  readonly version: string;
  readonly next: KubeObject;
  readonly previous: KubeObject;
}

/** New versions go out, one deployment after the other. Never ends. */
export function* rollouts(world: World): Story {
  for (;;) {
    for (const place of releasing) {
      const [namespace = '', name = ''] = place.split('/');
      yield* rollOut(world, workloadNamed(namespace, name));
    }
  }
}

/** One pod more of the new version, one less of the old one, until all are new. */
function* rollOut(world: World, workload: Workload): Story {
  const { namespace, name, replicas } = workload;
  const rollout = begin(world, workload);
  yield `${namespace}/${name} rolls out ${rollout.version}: replica set ${rollout.next.metadata.name}`;
  const old = controlledObjects(world, 'pods', rollout.previous.metadata.uid);
  for (let made = 1; made <= replicas; made += 1) {
    scale(world, rollout, made, Math.min(replicas, replicas - made + 1));
    yield* startPod(world, rollout);
    const leaving = old[made - 1];
    if (leaving === undefined) continue;
    scale(world, rollout, made, replicas - made);
    markDeleted(world, leaving);
    settle(world, namespace, name);
    yield `${spoken(leaving)} is terminating`;
    removePod(world, leaving);
    settle(world, namespace, name);
  }
  removeOldReplicaSets(world, workload);
  settle(world, namespace, name);
  yield `${namespace}/${name} has rolled out ${rollout.version}`;
}

/** `1.2.3` is followed by `1.2.4`, and after nine of those by `1.3.0`. */
function nextVersion(version: string): string {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return patch >= 9 ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

function newestReplicaSet(world: World, deployment: KubeObject): KubeObject {
  const sets = controlledObjects(world, 'replicasets.apps', deployment.metadata.uid);
  const [newest] = sets.toSorted((a, b) => revisionOf(b) - revisionOf(a));
  if (newest === undefined) throw new Error(`${spoken(deployment)} has no replica set`);
  return newest;
}

function begin(world: World, workload: Workload): Rollout {
  const { namespace, name } = workload;
  const deployment = world.state.get('deployments.apps', { namespace, name });
  const previous = newestReplicaSet(world, deployment);
  const version = nextVersion(asString(asObject(previous.metadata.labels)['app.kubernetes.io/version']));
  const revision = revisionOf(previous) + 1;
  world.state.patch(
    'deployments.apps',
    { namespace, name },
    {
      metadata: {
        labels: workloadLabels(workload, version),
        annotations: { 'deployment.kubernetes.io/revision': String(revision) },
      },
      spec: { template: podTemplate(workload, version) },
    },
  );
  const next = createReplicaSet(world, { deployment, workload, version, revision, replicas: 0, ageMs: 0 });
  return { workload, version, next, previous };
}

function scale(world: World, { workload, next, previous }: Rollout, made: number, left: number): void {
  for (const [set, replicas] of [[next, made] as const, [previous, left] as const]) {
    world.state.patch('replicasets.apps', placeOf(set), { spec: { replicas } });
  }
  const { namespace, name } = workload;
  const message = `Scaled up replica set ${next.metadata.name} to ${made}`;
  const about = world.state.get('deployments.apps', { namespace, name });
  recordEvent(world, {
    about,
    type: 'Normal',
    reason: 'ScalingReplicaSet',
    message,
    component: 'deployment-controller',
  });
}

function* startPod(world: World, { workload, version, next }: Rollout): Story {
  const { namespace, name } = workload;
  const template = podTemplate(workload, version);
  const pod = createPod(world, {
    owner: next,
    template,
    fate: { kind: 'creating', sinceMs: world.clock.now() },
    ageMs: 0,
  });
  const node = nodeNameOf(pod);
  const message = `Successfully assigned ${spoken(pod)} to ${node}`;
  recordEvent(world, { about: pod, type: 'Normal', reason: 'Scheduled', message, component: 'default-scheduler' });
  settle(world, namespace, name);
  yield `${spoken(pod)} is created on ${node}`;
  const kubelet = { about: pod, type: 'Normal', component: 'kubelet', host: node } as const;
  recordEvent(world, { ...kubelet, reason: 'Pulled', message: `Successfully pulled image "${imageOfPod(pod)}"` });
  changeFate(world, pod, { kind: 'running', sinceMs: world.clock.now() });
  recordEvent(world, { ...kubelet, reason: 'Started', message: `Started container ${containerName(pod)}` });
  settle(world, namespace, name);
  yield `${spoken(pod)} is running`;
}

function removeOldReplicaSets(world: World, { namespace, name }: Workload): void {
  const deployment = world.state.get('deployments.apps', { namespace, name });
  const sets = controlledObjects(world, 'replicasets.apps', deployment.metadata.uid);
  const old = sets.toSorted((a, b) => revisionOf(b) - revisionOf(a)).slice(1 + revisionsKept);
  for (const set of old) world.state.delete('replicasets.apps', placeOf(set));
}
