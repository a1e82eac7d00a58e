import type { JsonObject } from '../core/json.ts';
import { lostForMs } from './company-workloads.ts';
import { machines, type Machine } from './machines.ts';
import { dayMs, metadata, minuteMs, timeAgo, type World } from './world.ts';

const machineAgeMs = 230 * dayMs;

/** Creates the nodes with their leases and drivers, the classes of priority and storage, and the leader leases. */
export function createMachines(world: World): void {
  for (const machine of machines) createMachine(world, machine);
  createClasses(world);
  const leaders: readonly (readonly [string, string, string])[] = [
    ['kube-system', 'kube-scheduler', 'control-a-1_5d1f'],
    ['kube-system', 'kube-controller-manager', 'control-a-1_90c2'],
    ['platform', 'queue-operator', 'queue-operator-0'],
  ];
  for (const [namespace, name, holder] of leaders) createLease(world, { namespace, name }, holder);
}

function createMachine(world: World, machine: Machine): void {
  const { name, isControlPlane, zone } = machine;
  world.state.create('nodes', {
    metadata: metadata(world, { name }, machineAgeMs, {
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'topology.kubernetes.io/region': 'harbor',
        'topology.kubernetes.io/zone': zone,
        'node.kubernetes.io/instance-type': isControlPlane ? 'standard-4' : 'standard-16',
        ...(isControlPlane ? { 'node-role.kubernetes.io/control-plane': '' } : {}),
      },
    }),
    spec: { providerID: `harbor://${zone}/${name}`, ...taints(machine) },
    status: nodeStatus(world, machine),
  });
  createLease(world, { namespace: 'kube-node-lease', name }, name, machine.isLost ? lostForMs : 0);
  world.state.create('csinodes.storage.k8s.io', {
    metadata: metadata(world, { name }, machineAgeMs),
    spec: { drivers: [{ name: 'disks.brightharbor.example', nodeID: `disk-host-${name}`, topologyKeys: null }] },
  });
}

function taints({ isControlPlane, isLost }: Machine): JsonObject {
  if (isControlPlane) return { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] };
  if (!isLost) return {};
  return { taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' }] };
}

function nodeStatus(world: World, machine: Machine): JsonObject {
  const { name, address, isControlPlane, isLost } = machine;
  const amounts = { cpu: isControlPlane ? '4' : '16', memory: isControlPlane ? '16Gi' : '64Gi', pods: '110' };
  return {
    capacity: amounts,
    allocatable: amounts,
    conditions: nodeConditions(world, isLost),
    addresses: [
      { type: 'InternalIP', address },
      { type: 'Hostname', address: name },
    ],
    nodeInfo: {
      architecture: 'amd64',
      operatingSystem: 'linux',
      osImage: 'Driftwood Linux 9',
      kernelVersion: '6.12.48',
      containerRuntimeVersion: 'containerd://2.2.0',
      kubeletVersion: 'v1.36.3',
      kubeProxyVersion: '',
      machineID: name,
      systemUUID: name,
      bootID: name,
    },
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
  };
}

function nodeConditions(world: World, isLost: boolean): readonly JsonObject[] {
  const changed = timeAgo(world, isLost ? lostForMs : 40 * dayMs);
  const seen = timeAgo(world, isLost ? lostForMs : 20_000);
  const times = { lastHeartbeatTime: seen, lastTransitionTime: changed };
  const lost = { status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' };
  const pressures = ['MemoryPressure', 'DiskPressure', 'PIDPressure'];
  return [
    ...pressures.map((type) => ({
      type,
      ...(isLost ? lost : { status: 'False', reason: 'KubeletHasNo' + type }),
      ...times,
    })),
    { type: 'Ready', ...(isLost ? lost : { status: 'True', reason: 'KubeletReady' }), ...times },
  ];
}

function createLease(
  world: World,
  identity: { readonly namespace: string; readonly name: string },
  holderIdentity: string,
  agoMs = 0,
): void {
  const renewTime = new Date(world.clock.now() - agoMs).toISOString().replace('Z', '000Z');
  world.state.create('leases.coordination.k8s.io', {
    metadata: metadata(world, identity, machineAgeMs),
    spec: { holderIdentity, leaseDurationSeconds: 40, renewTime },
  });
}

const priorities: readonly (readonly [string, number])[] = [
  ['system-cluster-critical', 2_000_000_000],
  ['system-node-critical', 2_000_001_000],
  ['platform-critical', 1_000_000],
  ['customer-facing', 100_000],
];

function createClasses(world: World): void {
  const { state } = world;
  for (const [name, value] of priorities) {
    const identity = metadata(world, { name }, machineAgeMs + minuteMs);
    const preemptionPolicy = 'PreemptLowerPriority';
    state.create('priorityclasses.scheduling.k8s.io', { metadata: identity, value, preemptionPolicy });
  }
  const isDefault = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  for (const [name, annotations] of [['standard-hdd', isDefault] as const, ['fast-ssd', {}] as const]) {
    state.create('storageclasses.storage.k8s.io', {
      metadata: metadata(world, { name }, machineAgeMs, { annotations }),
      provisioner: 'disks.brightharbor.example',
      reclaimPolicy: name === 'fast-ssd' ? 'Retain' : 'Delete',
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: true,
    });
  }
  state.create('ingressclasses.networking.k8s.io', {
    metadata: metadata(world, { name: 'edge' }, machineAgeMs, {
      annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' },
    }),
    spec: { controller: 'edge.brightharbor.example/proxy' },
  });
}
