import type { Json, JsonObject } from '../../src/core/json.ts';

/**
 * A two-container pod of the size that real ones have: about 14 KB as JSON once its status is written, more than
 * half of it managedFields. Its content follows from the index alone.
 */
const applications = ['checkout', 'catalog', 'payments', 'search', 'ledger', 'gateway', 'mailer', 'reports'] as const;

function pick<T>(values: readonly [T, ...T[]], index: number): T {
  return values[index % values.length] ?? values[0];
}

function environment(count: number, index: number): readonly Json[] {
  const plain = Array.from({ length: count }, (_, item) => ({
    name: `SETTING_${String(item).padStart(2, '0')}`,
    value: `v${index % 97}-${item}`,
  }));
  const fieldRef = (fieldPath: string): JsonObject => ({ fieldRef: { apiVersion: 'v1', fieldPath } });
  return [
    ...plain,
    { name: 'POD_NAME', valueFrom: fieldRef('metadata.name') },
    { name: 'POD_NAMESPACE', valueFrom: fieldRef('metadata.namespace') },
    { name: 'POD_IP', valueFrom: fieldRef('status.podIP') },
  ];
}

function probe(path: string, periodSeconds: number): JsonObject {
  return {
    httpGet: { path, port: 'http', scheme: 'HTTP' },
    initialDelaySeconds: 5,
    periodSeconds,
    timeoutSeconds: 2,
    successThreshold: 1,
    failureThreshold: 3,
  };
}

function container(name: string, image: string, index: number): JsonObject {
  return {
    name,
    image,
    imagePullPolicy: 'IfNotPresent',
    args: ['--config=/etc/config/config.yaml', '--log-format=json', `--shard=${index % 16}`],
    ports: [
      { name: name === 'main' ? 'http' : 'admin', containerPort: name === 'main' ? 8080 : 9901, protocol: 'TCP' },
      { name: `${name}-metrics`, containerPort: name === 'main' ? 9090 : 9902, protocol: 'TCP' },
    ],
    env: environment(16, index),
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory: '512Mi' } },
    ...(name === 'main'
      ? { livenessProbe: probe('/healthz', 10), readinessProbe: probe('/readyz', 5), startupProbe: probe('/readyz', 2) }
      : {}),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: 10001,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'config', mountPath: '/etc/config', readOnly: true },
      { name: 'scratch', mountPath: '/tmp' },
      { name: 'cache', mountPath: '/var/cache/app' },
      { name: 'tls', mountPath: '/etc/tls', readOnly: true },
    ],
  };
}

/** The body of a POST to a namespace's pods. */
export function samplePod(name: string, index: number): JsonObject {
  const application = pick(applications, index);
  const team = `team-${index % 7}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      labels: {
        app: application,
        'app.kubernetes.io/name': application,
        'app.kubernetes.io/instance': `${application}-${index % 40}`,
        'app.kubernetes.io/version': `1.${index % 30}.0`,
        'app.kubernetes.io/component': 'server',
        'app.kubernetes.io/part-of': 'shop',
        'app.kubernetes.io/managed-by': 'test',
        'pod-template-hash': (index % 4096).toString(16).padStart(10, 'a'),
        team,
      },
      annotations: {
        'prometheus.io/scrape': 'true',
        'prometheus.io/port': '9090',
        'prometheus.io/path': '/metrics',
        'checksum/config': String(index).padStart(64, '0123456789abcdef'),
      },
    },
    spec: {
      nodeName: `node-${index % 50}`,
      serviceAccountName: application,
      automountServiceAccountToken: false,
      restartPolicy: 'Always',
      priority: 0,
      terminationGracePeriodSeconds: 30,
      securityContext: { fsGroup: 10001, seccompProfile: { type: 'RuntimeDefault' } },
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      tolerations: [{ key: 'dedicated', operator: 'Equal', value: team, effect: 'NoSchedule' }],
      containers: [
        container('main', `registry.example.test/shop/${application}:1.${index % 30}.0`, index),
        container('proxy', 'registry.example.test/mesh/proxy:2.14.1', index),
      ],
      volumes: [
        { name: 'config', configMap: { name: `${application}-config`, defaultMode: 420 } },
        { name: 'scratch', emptyDir: {} },
        { name: 'cache', emptyDir: { sizeLimit: '1Gi' } },
        { name: 'tls', secret: { secretName: `${application}-tls`, defaultMode: 420 } },
      ],
    },
  };
}

/** How a pod fares: most run, a few wait, crash or are done, so that lists have something to show. */
function fate(index: number): { readonly phase: string; readonly ready: boolean; readonly state: JsonObject } {
  const startedAt = new Date(Date.UTC(2026, 0, 1, 0, index % 60, 0)).toISOString().replace('.000', '');
  if (index % 50 === 7) {
    const waiting = { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' };
    return { phase: 'Running', ready: false, state: { waiting } };
  }
  if (index % 50 === 13) return { phase: 'Pending', ready: false, state: { waiting: { reason: 'ContainerCreating' } } };
  if (index % 50 === 21) {
    const terminated = { exitCode: 0, reason: 'Completed', startedAt, finishedAt: startedAt };
    return { phase: 'Succeeded', ready: false, state: { terminated } };
  }
  return { phase: 'Running', ready: true, state: { running: { startedAt } } };
}

/** The status that a kubelet would report for the pod of this index. */
export function samplePodStatus(index: number): JsonObject {
  const { phase, ready, state } = fate(index);
  const podIp = `10.${1 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
  const at = '2026-01-01T00:00:00Z';
  const condition = (type: string, isTrue: boolean): JsonObject => ({
    type,
    status: isTrue ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime: at,
    ...(isTrue ? {} : { reason: 'ContainersNotReady', message: 'containers with unready status: [main proxy]' }),
  });
  const status = (name: string, image: string): JsonObject => ({
    name,
    image,
    imageID: `${image.slice(0, image.lastIndexOf(':'))}@sha256:${String(index % 30).padStart(64, 'e')}`,
    containerID: `containerd://${String(index).padStart(64, 'c')}`,
    ready,
    started: ready,
    restartCount: index % 50 === 7 ? 12 : index % 11 === 0 ? 1 : 0,
    state,
  });
  return {
    phase,
    qosClass: 'Burstable',
    hostIP: `192.168.${(index % 50) >> 8}.${index % 50}`,
    hostIPs: [{ ip: `192.168.${(index % 50) >> 8}.${index % 50}` }],
    podIP: podIp,
    podIPs: [{ ip: podIp }],
    startTime: at,
    conditions: [
      condition('PodReadyToStartContainers', true),
      condition('Initialized', true),
      condition('Ready', ready),
      condition('ContainersReady', ready),
      condition('PodScheduled', true),
    ],
    containerStatuses: [
      status('main', `registry.example.test/shop/${pick(applications, index)}:1.${index % 30}.0`),
      status('proxy', 'registry.example.test/mesh/proxy:2.14.1'),
    ],
  };
}
