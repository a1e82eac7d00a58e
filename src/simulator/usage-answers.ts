import { asObject, asString, type JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import { summedUsage, usageGroup, usageVersion, type ContainerUsage, type UsageAmounts } from '../core/usage.ts';
import type { Clock } from '../util/clock.ts';
import { objectNotFound } from './api-status.ts';
import type { ClusterState } from './cluster-state.ts';
import { objectSelection } from './object-selection.ts';
import { jsonAnswer } from './path-answers.ts';
import type { Answer } from './reply.ts';
import type { ResourceTarget } from './request-target.ts';
import type { ServedType } from './served-type.ts';
import { isNodeAnswering, measuredEveryMs, usageOfNode, usageOfPod, type Measurement } from './simulated-usage.ts';

function usageType(resource: string, kind: string, namespaced: boolean): ServedType {
  return {
    group: usageGroup,
    version: usageVersion,
    resource,
    singular: '',
    kind,
    namespaced,
    shortNames: [],
    categories: [],
    verbs: ['get', 'list'],
    // Nothing is ever kept of them: each request measures anew.
    storage: `${resource}.${usageGroup}`,
    watchCached: false,
    countsGeneration: false,
    subresources: [],
    blank: {},
  };
}

/** What metrics-server 0.9 adds to discovery. */
export const usageTypes: readonly ServedType[] = [
  usageType('nodes', 'NodeMetrics', false),
  usageType('pods', 'PodMetrics', true),
];

/** A GET of usage. */
interface UsageRequest {
  readonly state: ClusterState;
  readonly clock: Pick<Clock, 'now'>;
  readonly seed: number;
  readonly type: ServedType;
  readonly target: ResourceTarget;
  readonly query: URLSearchParams;
}

/**
 * Measures the nodes or pods that are asked for, and answers as metrics-server 0.9 does: in one answer without pages, whatever form
 * is asked for (it has Tables too, which `kubectl top` does not ask for).
 * @throws ApiRefusal 400 for a bad selector, 404
 */
export function usageAnswer(request: UsageRequest): Answer {
  const { clock, seed, type, target } = request;
  const measurement = { seed, atMs: Math.floor(clock.now() / measuredEveryMs) * measuredEveryMs };
  const head = { apiVersion: `${usageGroup}/${usageVersion}` };
  if (!target.single) {
    const items = measured(request, measurement, selected(request));
    return jsonAnswer(200, { kind: `${type.kind}List`, ...head, metadata: {}, items });
  }
  // The words are those of metrics-server, which looks in its own copies of nodes and running pods.
  const isPod = type.resource === 'pods';
  const object = selected(request).find(({ metadata }) => metadata.name === target.name);
  if (object === undefined) throw objectNotFound({ group: '', resource: isPod ? 'pods' : 'node' }, target.name);
  const [item] = measured(request, measurement, [object]);
  if (item !== undefined) return jsonAnswer(200, { kind: type.kind, ...head, ...item });
  const name = isPod ? `${target.namespace}/${target.name}` : target.name;
  throw objectNotFound({ group: usageGroup, resource: isPod ? 'podmetrics' : 'nodemetrics' }, name);
}

/** By namespace, then by name. */
function selected({ state, type, target, query }: UsageRequest): readonly KubeObject[] {
  const selection = objectSelection(type, query);
  const table = state.store.table(type.resource);
  const found =
    target.namespace === ''
      ? [...table.values()]
      : [...table.range(`${target.namespace}/`)].map(([, object]) => object);
  const rank = (one: string, other: string): number => (one < other ? -1 : Number(one > other));
  return found
    .filter((object) => type.resource === 'nodes' || asObject(object['status'])['phase'] === 'Running')
    .filter((object) => selection.matches(object))
    .toSorted(
      ({ metadata: one }, { metadata: other }) =>
        rank(one.namespace ?? '', other.namespace ?? '') || rank(one.name, other.name),
    );
}

function measured(
  { state, type }: UsageRequest,
  measurement: Measurement,
  objects: readonly KubeObject[],
): readonly JsonObject[] {
  const nodes = state.store.table('nodes');
  const isAnswering = (name: string): boolean => {
    const node = nodes.get(name);
    return node !== undefined && isNodeAnswering(node);
  };
  const podUsage = (pod: KubeObject): readonly ContainerUsage[] | undefined =>
    usageOfPod(measurement, pod, isAnswering);
  const when = { timestamp: timeText(measurement.atMs), window: `${measuredEveryMs / 1_000}s` };
  if (type.resource === 'pods') {
    return objects.flatMap((pod) => {
      const containers = podUsage(pod)?.map((each) => ({ name: each.name, usage: quantities(each) }));
      return containers === undefined ? [] : [{ metadata: metadataOf(pod, measurement), ...when, containers }];
    });
  }
  const onNodes = new Map<string, UsageAmounts[]>();
  for (const pod of state.store.table('pods').values()) {
    const usage = podUsage(pod);
    if (usage === undefined) continue;
    const node = asString(asObject(pod['spec'])['nodeName']);
    const beside = onNodes.get(node);
    if (beside === undefined) onNodes.set(node, [summedUsage(usage)]);
    else beside.push(summedUsage(usage));
  }
  return objects.filter(isNodeAnswering).map((node) => {
    const usage = usageOfNode(measurement, node, onNodes.get(node.metadata.name) ?? []);
    return { metadata: metadataOf(node, measurement), ...when, usage: quantities(usage) };
  });
}

function metadataOf({ metadata }: KubeObject, { atMs }: Measurement): JsonObject {
  const { name, namespace, labels } = metadata;
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    creationTimestamp: timeText(atMs),
    ...(labels === undefined ? {} : { labels }),
  };
}

function quantities({ cpuNanocores, memoryBytes }: UsageAmounts): JsonObject {
  return { cpu: `${cpuNanocores}n`, memory: `${Math.floor(memoryBytes / 1_024)}Ki` };
}

function timeText(atMs: number): string {
  return new Date(atMs).toISOString().replace('.000Z', 'Z');
}
