import { asObject, asString } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import { createBatch } from './company-batch.ts';
import { certificateType, createCustomObjects, queueType } from './company-custom.ts';
import { createMachines } from './company-machines.ts';
import { createNetwork } from './company-network.ts';
import { createReleases } from './company-releases.ts';
import { createSettings } from './company-settings.ts';
import { createWorkloads, lostForMs, unschedulableMessage } from './company-workloads.ts';
import { recordEvent, type Occurrence } from './event-log.ts';
import { containerName, imageOfPod, nodeNameOf } from './pods.ts';
import { dayMs, metadata, minuteMs, timeAgo, type World } from './world.ts';

const namespaces = ['shop', 'billing', 'search', 'logistics', 'platform', 'monitoring'] as const;

/**
 * Founds the company of the demo in an empty cluster: Brightharbor, which sells things by mail. Some 350 objects, most of
 * them well, some in trouble: a pod that crashes again and again, one whose image is missing, one that fits nowhere,
 * one stranded on a node that is gone, a failed backup, a certificate about to expire, a queue without consumers, a release that
 * failed and one that was left half way.
 */
export function foundCompany(world: World): void {
  ageFirstNamespaces(world);
  for (const name of namespaces) {
    const labels = { 'brightharbor.example/team': name };
    world.state.create('namespaces', { metadata: metadata(world, { name }, 229 * dayMs, { labels }) });
  }
  createMachines(world);
  createWorkloads(world);
  createNetwork(world);
  createSettings(world);
  createBatch(world);
  createCustomObjects(world);
  recordTroubles(world);
  createReleases(world);
}

/** The namespaces that every cluster begins with are as old as the cluster. */
function ageFirstNamespaces(world: World): void {
  const type = world.state.type('namespaces');
  for (const namespace of world.state.list('namespaces')) {
    const aged = { ...namespace.metadata, creationTimestamp: timeAgo(world, 230 * dayMs) };
    world.state.writer.put(type, { ...namespace, metadata: aged });
  }
}

/** The reason for which the first container of a pod waits. */
export function waitingReason(pod: KubeObject): string {
  const statuses = asObject(pod['status'])['containerStatuses'];
  const first = asObject(Array.isArray(statuses) ? statuses[0] : undefined);
  return asString(asObject(asObject(first['state'])['waiting'])['reason']);
}

function recordTroubles(world: World): void {
  for (const pod of world.state.list('pods')) {
    const occurrence = troubleOf(pod);
    if (occurrence !== undefined) recordEvent(world, { about: pod, type: 'Warning', ...occurrence });
  }
  for (const trouble of otherTroubles) {
    const { on, ...occurrence } = trouble;
    const about = world.state.list(on.type).find((object) => object.metadata.name.startsWith(on.name));
    if (about !== undefined) recordEvent(world, { about, type: 'Warning', ...occurrence });
  }
}

/** Troubles of what is no pod; `on` names the first object of the type whose name begins so. */
const otherTroubles: readonly (Omit<Occurrence, 'about' | 'type'> & {
  readonly on: { readonly type: string; readonly name: string };
})[] = [
  {
    on: { type: 'nodes', name: 'worker-c-2' },
    reason: 'NodeNotReady',
    message: 'Node worker-c-2 status is now: NodeNotReady',
    component: 'node-controller',
    sinceMs: lostForMs,
    agoMs: lostForMs,
  },
  {
    on: { type: certificateType, name: 'payments' },
    reason: 'RenewalFailed',
    message: 'renewal failed: the challenge for pay.brightharbor.example timed out',
    component: 'certificate-issuer',
    count: 4,
    sinceMs: 50 * minuteMs,
    agoMs: 35 * minuteMs,
  },
  {
    on: { type: queueType, name: 'label-prints' },
    reason: 'NoConsumers',
    message: 'messages pile up: no consumer has been connected for 12 minutes',
    component: 'queue-operator',
    count: 12,
    sinceMs: 12 * minuteMs,
    agoMs: minuteMs,
  },
  {
    on: { type: 'jobs.batch', name: 'ledger-backup' },
    reason: 'BackoffLimitExceeded',
    message: 'Job has reached the specified backoff limit',
    component: 'job-controller',
    sinceMs: 40 * minuteMs,
    agoMs: 40 * minuteMs,
  },
];

function troubleOf(pod: KubeObject): Omit<Occurrence, 'about' | 'type'> | undefined {
  const kubelet = { component: 'kubelet', host: nodeNameOf(pod), agoMs: 2 * minuteMs };
  switch (waitingReason(pod)) {
    case 'CrashLoopBackOff':
      return { ...kubelet, reason: 'BackOff', message: crashLoopMessage(pod), count: 212, sinceMs: 55 * minuteMs };
    case 'ImagePullBackOff':
      return { ...kubelet, reason: 'BackOff', message: imageMessage(pod), count: 180, sinceMs: 47 * minuteMs };
    default: {
      if (nodeNameOf(pod) !== '') return undefined;
      const scheduler = { component: 'default-scheduler', agoMs: minuteMs };
      return {
        ...scheduler,
        reason: 'FailedScheduling',
        message: unschedulableMessage,
        count: 41,
        sinceMs: 52 * minuteMs,
      };
    }
  }
}

/** What the kubelet says about a container that crashes again and again. */
export function crashLoopMessage(pod: KubeObject): string {
  const { namespace = '', name } = pod.metadata;
  return `Back-off restarting failed container ${containerName(pod)} in pod ${name}_${namespace}`;
}

/** What the kubelet says about an image that is not there. */
export function imageMessage(pod: KubeObject): string {
  return `Back-off pulling image "${imageOfPod(pod)}"`;
}
