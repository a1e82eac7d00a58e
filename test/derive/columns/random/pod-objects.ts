import { asString, type Json, type JsonObject } from '../../../../src/core/json.ts';
import type { SeededRandom } from '../../../support/seeded-random.ts';

/** Makes what the pod printers read: containers, their statuses and what stands around them. */
export interface PodObjects {
  /** `spec` and `status` of a pod in some state, possible or not, and `metadata` without name and namespace. */
  pod(): JsonObject;
}

const containerNames = ['a', 'b', 'c', 'd', 'e'];
const reasons = [
  'CrashLoopBackOff',
  'ImagePullBackOff',
  'PodInitializing',
  'ContainerCreating',
  'Completed',
  'Error',
  '',
  'OOMKilled',
  'NotReady',
  'Running',
  'größe\nzweite',
  'Init:Error',
];
const podReasons = ['', 'NodeLost', 'Evicted', 'Completed', 'Error', 'SchedulingGated', 'a\nb'];
const phases = ['Running', 'Running', 'Pending', 'Succeeded', 'Failed', 'Unknown', '', 'Completed', 'Odd'];
const gateTypes = ['x/one', 'x/two', 'Ready', ''];
const conditionTypes = ['Initialized', 'Ready', 'PodScheduled', 'ContainersReady', 'DisruptionTarget', ...gateTypes];
const addresses = ['10.0.0.1', '10.0.0.2', 'fd00::1', '', 'none'];
const counts = [0, 0, 0, 1, 2, 12, 2 ** 31 - 1, -1];
const exitCodes = [0, 0, 0, 1, 2, 137, -1];

/** Equal seeds make equal pods around the same instant. */
export function createPodObjects(random: SeededRandom, nowMs: number): PodObjects {
  const chance = (share: number): boolean => random.next() < share;
  const many = <Item>(most: number, make: (index: number) => Item): readonly Item[] =>
    Array.from({ length: random.below(most + 1) }, (_, index) => make(index));
  const maybe = (share: number, field: string, make: () => Json): JsonObject =>
    chance(share) ? { [field]: make() } : {};

  function time(): string {
    if (chance(0.04)) return '0001-01-01T00:00:00Z';
    const distanceMs = 1000 * 10 ** (random.next() * 9);
    const instantMs = nowMs + (chance(0.06) ? distanceMs : -distanceMs);
    return `${new Date(instantMs).toISOString().slice(0, 19)}Z`;
  }

  const terminated = (): JsonObject => ({
    exitCode: random.pick(exitCodes),
    ...maybe(0.5, 'reason', () => random.pick(reasons)),
    ...maybe(0.4, 'signal', () => random.pick([0, 9, 15, -1])),
    ...maybe(0.8, 'startedAt', time),
    ...maybe(0.8, 'finishedAt', time),
  });

  /** Mostly one of the three, sometimes none, sometimes several. */
  function state(): Json {
    const makers = [
      (): JsonObject => ({ running: chance(0.9) ? { startedAt: time() } : {} }),
      (): JsonObject => ({ waiting: maybe(0.85, 'reason', () => random.pick(reasons)) }),
      (): JsonObject => ({ terminated: chance(0.95) ? terminated() : {} }),
      (): JsonObject => ({}),
    ];
    const first = random.pick(makers)();
    if (chance(0.03)) return null;
    return chance(0.1) ? { ...first, ...random.pick(makers)() } : first;
  }

  const status = (name: string): JsonObject => ({
    ...maybe(0.97, 'name', () => name),
    image: 'shop:1',
    imageID: '',
    ...maybe(0.95, 'state', state),
    ...maybe(0.5, 'lastState', state),
    ...maybe(0.95, 'ready', () => chance(0.6)),
    ...maybe(0.6, 'started', () => chance(0.7)),
    ...maybe(0.95, 'restartCount', () => random.pick(counts)),
  });

  /** Statuses for most of the containers, in their order or not, and for some that are not there. */
  function statuses(containers: readonly JsonObject[]): Json {
    const known = containers.filter(() => chance(0.92)).map(({ name }) => status(asString(name)));
    const all = chance(0.05) ? [...known, status(random.pick(containerNames))] : known;
    return chance(0.1) ? all.toReversed() : all;
  }

  const container = (index: number): JsonObject => ({
    name: chance(0.95) ? (containerNames[index] ?? '') : random.pick(containerNames),
    image: 'shop:1',
  });

  const initContainer = (index: number): JsonObject => ({
    ...container(index),
    ...maybe(0.45, 'restartPolicy', () => random.pick(['Always', 'Always', 'Always', 'Never', 'OnFailure', ''])),
  });

  const condition = (): JsonObject => ({
    type: random.pick(conditionTypes),
    ...maybe(0.97, 'status', () => random.pick(['True', 'True', 'False', 'Unknown', ''])),
    ...maybe(0.3, 'reason', () => random.pick(['SchedulingGated', 'Unschedulable', ''])),
    lastTransitionTime: time(),
  });

  function spec(containers: Json, initContainers: Json): JsonObject {
    return {
      containers,
      initContainers,
      ...maybe(0.8, 'nodeName', () => random.pick(['node-1', 'node-2', ''])),
      ...maybe(0.3, 'readinessGates', () => many(3, () => ({ conditionType: random.pick(gateTypes) }))),
      ...maybe(0.1, 'schedulingGates', () => [{ name: 'x/gate' }]),
    };
  }

  function pod(): JsonObject {
    const containers = chance(0.97) ? [container(0), ...many(3, (index) => container(index + 1))] : [];
    const initContainers = chance(0.55) ? many(3, initContainer) : [];
    return {
      metadata: { ...maybe(0.95, 'creationTimestamp', time), ...maybe(0.2, 'deletionTimestamp', time) },
      spec: spec(containers, initContainers),
      status: {
        ...maybe(0.97, 'phase', () => random.pick(phases)),
        ...maybe(0.15, 'reason', () => random.pick(podReasons)),
        ...maybe(0.92, 'initContainerStatuses', () => statuses(initContainers)),
        ...maybe(0.92, 'containerStatuses', () => statuses(containers)),
        ...maybe(0.7, 'conditions', () => many(5, condition)),
        ...maybe(0.6, 'podIP', () => random.pick(addresses)),
        ...maybe(0.5, 'podIPs', () => many(3, () => ({ ip: random.pick(addresses) }))),
        ...maybe(0.2, 'nominatedNodeName', () => random.pick(['node-3', ''])),
        ...maybe(0.05, 'ephemeralContainerStatuses', () => [status('debug')]),
      },
    };
  }

  return { pod };
}
