import { asArray, asObject, asString, type JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import { amountsOf, summedUsage, type ContainerUsage, type UsageAmounts } from '../core/usage.ts';
import { textHash } from './text-hash.ts';

/** When something is measured, and by which seed it uses what it does. */
export interface Measurement {
  readonly seed: number;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

/** Between two measurements (ms): what metrics-server 0.9 does unless it is told. */
export const measuredEveryMs = 15_000;

/** A container is measured from this age on (ms), as by metrics-server 0.9. */
const youngestMs = 10_000;

/** A container that asks for nothing moves within this. */
const unasked: UsageAmounts = { cpuNanocores: 50e6, memoryBytes: 64 * 1_024 ** 2 };

const kibibyte = 1_024;
const minuteMs = 60_000;

/** In [0, 1), the same for the same name. */
function chance(seed: number, name: string): number {
  // The lower bits of FNV-1a hardly differ between names that end alike.
  const hash = textHash(`${seed}/${name}`);
  return (Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0) / 2 ** 32;
}

/** A wave of that period in [0, 1], whose place each name has for itself. */
function wave({ seed, atMs }: Measurement, name: string, periodMs: number): number {
  return 0.5 + 0.5 * Math.sin(2 * Math.PI * (atMs / periodMs + chance(seed, `${name}/${periodMs}`)));
}

/** The part of what it may use: between 0.08 and 0.95, with slow and quick waves and some noise. */
function cpuShare(measurement: Measurement, name: string): number {
  const noise = chance(measurement.seed, `${name}/${Math.floor(measurement.atMs / measuredEveryMs)}`);
  return (
    0.08 +
    0.42 * chance(measurement.seed, `${name}/cpu`) +
    0.2 * wave(measurement, name, 23 * minuteMs) +
    0.15 * wave(measurement, name, 4 * minuteMs) +
    0.1 * noise
  );
}

/** Memory moves less than work does: between 0.3 and 0.95. */
function memoryShare(measurement: Measurement, name: string): number {
  return (
    0.3 + 0.45 * chance(measurement.seed, `${name}/memory`) + 0.2 * wave(measurement, `${name}/memory`, 37 * minuteMs)
  );
}

/** What it asks for, else what it may have at most, else little. */
function roomOf(container: JsonObject): UsageAmounts {
  const resources = asObject(container['resources']);
  const requests = amountsOf(asObject(resources['requests']));
  const limits = amountsOf(asObject(resources['limits']));
  return {
    cpuNanocores: requests.cpuNanocores ?? limits.cpuNanocores ?? unasked.cpuNanocores,
    memoryBytes: requests.memoryBytes ?? limits.memoryBytes ?? unasked.memoryBytes,
  };
}

function wholeUsage(name: string, room: UsageAmounts, cpu: number, memory: number): ContainerUsage {
  return {
    name,
    cpuNanocores: Math.floor(room.cpuNanocores * cpu),
    memoryBytes: Math.floor((room.memoryBytes * memory) / kibibyte) * kibibyte,
  };
}

/**
 * What the running containers of a pod use, in the order of its spec: within their requests, else limits. Undefined where nothing is
 * measured: none runs for long enough, or the node does not answer.
 */
export function usageOfPod(
  measurement: Measurement,
  pod: KubeObject,
  isAnswering: (node: string) => boolean,
): readonly ContainerUsage[] | undefined {
  const spec = asObject(pod['spec']);
  if (!isAnswering(asString(spec['nodeName']))) return undefined;
  const running = new Set(
    asArray(asObject(pod['status'])['containerStatuses'])
      .map(asObject)
      .filter(({ state }) => isOld(asString(asObject(asObject(state)['running'])['startedAt']), measurement.atMs))
      .map(({ name }) => asString(name)),
  );
  const containers = asArray(spec['containers'])
    .map(asObject)
    .filter(({ name }) => running.has(asString(name)))
    .map((container) => {
      const name = asString(container['name']);
      const full = `${pod.metadata.namespace ?? ''}/${pod.metadata.name}/${name}`;
      return wholeUsage(name, roomOf(container), cpuShare(measurement, full), memoryShare(measurement, full));
    });
  return containers.length === 0 ? undefined : containers;
}

function isOld(startedAt: string, atMs: number): boolean {
  return startedAt !== '' && atMs - Date.parse(startedAt) >= youngestMs;
}

/** What a node uses: its pods and, for itself, up to a twentieth of what it has; never more than it has. */
export function usageOfNode(measurement: Measurement, node: KubeObject, pods: readonly UsageAmounts[]): ContainerUsage {
  const { name } = node.metadata;
  const capacity = amountsOf(asObject(asObject(node['status'])['capacity']));
  const room = {
    cpuNanocores: capacity.cpuNanocores ?? Infinity,
    memoryBytes: capacity.memoryBytes ?? Infinity,
  };
  const itself = wholeUsage(
    '',
    { cpuNanocores: capacity.cpuNanocores ?? 0, memoryBytes: capacity.memoryBytes ?? 0 },
    cpuShare(measurement, name) / 20,
    memoryShare(measurement, name) / 20,
  );
  const all = summedUsage([itself, ...pods]);
  return {
    name: '',
    cpuNanocores: Math.min(all.cpuNanocores, room.cpuNanocores),
    memoryBytes: Math.min(all.memoryBytes, room.memoryBytes),
  };
}

/** Whether the kubelet of a node tells what is used there. A node that says nothing of itself does. */
export function isNodeAnswering(node: KubeObject): boolean {
  const ready = asArray(asObject(node['status'])['conditions'])
    .map(asObject)
    .find(({ type }) => type === 'Ready');
  return ready === undefined || ready['status'] === 'True';
}
