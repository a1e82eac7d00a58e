/**
 * How kwok plays nodes and pods: nodes become ready; a scheduled pod goes Pending, ContainerCreating, Running, and
 * Succeeded if a Job owns it; a pod that is being deleted stays Terminating for a moment. The written form is the
 * configuration file of kwok 0.8 (kwok.x-k8s.io/v1alpha1 Stage), one JSON document per stage.
 */
interface Stage {
  readonly name: string;
  readonly kind: 'Node' | 'Pod';
  readonly delayMs?: number;
  /** Every one must hold: a jq path, an operator and its values. */
  readonly when: readonly (readonly [string, 'In' | 'NotIn' | 'Exists' | 'DoesNotExist', ...string[]])[];
  readonly next: { readonly statusTemplate: string } | { readonly delete: true };
}

const alive = ['.metadata.deletionTimestamp', 'DoesNotExist'] as const;

/** A list of conditions as flow YAML; every one became so now. */
function conditions(status: string, ...types: readonly string[]): string {
  const items = types.map((type) => `{type: ${type}, status: "${status}", lastTransitionTime: {{ Now | Quote }}}`);
  return items.join(', ');
}

/** The statuses of `spec.containers`, each in one state. */
function containers(ready: boolean, restarts: number, state: string): string {
  return `containerStatuses:
{{ range .spec.containers }}
- {name: {{ .name | Quote }}, image: {{ .image | Quote }}, imageID: {{ .image | Quote }}, ready: ${ready}, started: ${ready}, restartCount: ${restarts}, state: ${state}}
{{ end }}`;
}

const stages: readonly Stage[] = [
  {
    name: 'node-ready',
    kind: 'Node',
    when: [['.status.conditions.[] | select( .type == "Ready" ) | .status', 'NotIn', 'True']],
    next: {
      statusTemplate: `phase: Running
conditions:
- {type: Ready, status: "True", reason: KubeletReady, message: ready, lastHeartbeatTime: {{ Now | Quote }}, lastTransitionTime: {{ Now | Quote }}}
addresses:
- {type: InternalIP, address: {{ NodeIP | Quote }}}
- {type: Hostname, address: {{ .metadata.name | Quote }}}
nodeInfo: {architecture: amd64, operatingSystem: linux, kubeletVersion: v1.36.3, kubeProxyVersion: "", osImage: Test Linux, kernelVersion: 6.1.0, containerRuntimeVersion: "kwok://0.8.0", bootID: "", machineID: "", systemUUID: ""}`,
    },
  },
  {
    name: 'pod-creating',
    kind: 'Pod',
    when: [alive, ['.status.phase', 'In', 'Pending'], ['.status.containerStatuses.[].name', 'DoesNotExist']],
    next: {
      statusTemplate: `phase: Pending
startTime: {{ Now | Quote }}
conditions: [${conditions('True', 'Initialized')}, ${conditions('False', 'Ready', 'ContainersReady')}]
${containers(false, 0, '{waiting: {reason: ContainerCreating}}')}`,
    },
  },
  {
    name: 'pod-running',
    kind: 'Pod',
    delayMs: 200,
    when: [alive, ['.status.phase', 'In', 'Pending'], ['.status.containerStatuses.[].name', 'Exists']],
    next: {
      statusTemplate: `phase: Running
conditions: [${conditions('True', 'Initialized', 'Ready', 'ContainersReady')}]
{{ with PodIPWith .spec.nodeName false .metadata.uid .metadata.name .metadata.namespace }}
podIP: {{ . | Quote }}
podIPs: [{ip: {{ . | Quote }}}]
{{ end }}
${containers(true, 0, '{running: {startedAt: {{ Now | Quote }}}}')}`,
    },
  },
  {
    name: 'pod-succeeded',
    kind: 'Pod',
    delayMs: 300,
    when: [alive, ['.status.phase', 'In', 'Running'], ['.metadata.ownerReferences.[].kind', 'In', 'Job']],
    next: {
      statusTemplate: `phase: Succeeded
conditions: [${conditions('False', 'Ready', 'ContainersReady')}]
${containers(false, 0, '{terminated: {exitCode: 0, reason: Completed, startedAt: {{ Now | Quote }}, finishedAt: {{ Now | Quote }}}}')}`,
    },
  },
  {
    name: 'pod-terminated',
    kind: 'Pod',
    delayMs: 200,
    when: [['.metadata.deletionTimestamp', 'Exists']],
    next: { delete: true },
  },
];

function stageDocument(stage: Stage): string {
  const matchExpressions = stage.when.map(([key, operator, ...values]) => ({ key, operator, values }));
  return JSON.stringify({
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'Stage',
    metadata: { name: stage.name },
    spec: {
      resourceRef: { apiGroup: 'v1', kind: stage.kind },
      selector: { matchExpressions },
      delay: { durationMilliseconds: stage.delayMs ?? 0 },
      next: stage.next,
    },
  });
}

/** What a kubelet measures, as far as metrics-server 0.9 reads it: a name, of what, and kwok's expression for it. */
const measures: readonly (readonly [name: string, dimension: 'node' | 'container', value: string])[] = [
  ['node_cpu_usage_seconds_total', 'node', 'node.CumulativeUsage("cpu")'],
  ['node_memory_working_set_bytes', 'node', 'node.Usage("memory")'],
  ['container_cpu_usage_seconds_total', 'container', 'pod.CumulativeUsage("cpu", container.name)'],
  ['container_memory_working_set_bytes', 'container', 'pod.Usage("memory", container.name)'],
  ['container_start_time_seconds', 'container', 'pod.SinceSecond()'],
];

/** A node's measurements are where its annotation `metrics.k8s.io/resource-metrics-path` says. */
export const kubeletMetricsPath = (node: string): string => `/metrics/nodes/${node}/metrics/resource`;

const containerLabels = [
  { name: 'container', value: 'container.name' },
  { name: 'namespace', value: 'pod.metadata.namespace' },
  { name: 'pod', value: 'pod.metadata.name' },
];

const metricsDocument = JSON.stringify({
  apiVersion: 'kwok.x-k8s.io/v1alpha1',
  kind: 'Metric',
  metadata: { name: 'resource' },
  spec: {
    path: kubeletMetricsPath('{nodeName}'),
    metrics: measures.map(([name, dimension, value]) => ({
      name,
      dimension,
      help: name,
      kind: name.endsWith('_total') ? 'counter' : 'gauge',
      value,
      ...(dimension === 'container' ? { labels: containerLabels } : {}),
    })),
  },
});

/** What containers use: what annotations of their pod say, else little. */
const usageDocument = JSON.stringify({
  apiVersion: 'kwok.x-k8s.io/v1alpha1',
  kind: 'ClusterResourceUsage',
  metadata: { name: 'usage' },
  spec: {
    usages: [
      {
        usage: {
          cpu: { expression: annotated('test/cpu', '1m') },
          memory: { expression: annotated('test/memory', '1Mi') },
        },
      },
    ],
  },
});

function annotated(name: string, otherwise: string): string {
  const of = 'pod.metadata.annotations';
  return `"${name}" in ${of} ? Quantity(${of}["${name}"]) : Quantity("${otherwise}")`;
}

/** kwok's configuration file. */
export function kwokConfiguration(): string {
  return [...stages.map(stageDocument), metricsDocument, usageDocument].join('\n---\n');
}
