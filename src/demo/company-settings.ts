import type { JsonObject } from '../core/json.ts';
import { entrances } from './company-network.ts';
import { selectorLabels, workloads, type Workload } from './workload.ts';
import { dayMs, hexDigits, metadata, type World } from './world.ts';

/** Creates settings, secrets, identities and permissions, and the limits on what runs. */
export function createSettings(world: World): void {
  for (const workload of workloads) {
    const { namespace, name } = workload;
    const identity = metadata(world, { namespace, name }, workload.ageDays * dayMs);
    world.state.create('serviceaccounts', { metadata: identity });
    if (workload.namespace === 'kube-system') continue;
    createConfiguration(world, workload);
  }
  createAlertRules(world);
  createSecrets(world);
  createPermissions(world);
  createLimits(world);
}

function createConfiguration(world: World, workload: Workload): void {
  const { namespace, name, ageDays } = workload;
  const labels = selectorLabels(workload);
  world.state.create('configmaps', {
    metadata: metadata(world, { namespace, name: `${name}-settings` }, ageDays * dayMs, { labels }),
    data: {
      LOG_LEVEL: 'info',
      LISTEN_PORT: String(workload.port),
      'features.yaml': `tracing: true\nreplicas: ${workload.replicas}\n`,
    },
  });
}

function createAlertRules(world: World): void {
  const rules = {
    'crash-looping': 'restarts > 5 in 10 minutes',
    'node-lost': 'silent for 5 minutes',
    'disk-full': 'used > 90%',
  };
  for (const [name, condition] of Object.entries(rules)) {
    world.state.create('configmaps', {
      metadata: metadata(world, { namespace: 'monitoring', name: `alert-${name}` }, 90 * dayMs, {
        labels: { 'app.kubernetes.io/name': 'alert-router', 'brightharbor.example/kind': 'alert-rule' },
      }),
      data: { condition },
    });
  }
}

function createSecret(world: World, place: string, type: string, keys: readonly string[]): void {
  const [namespace = '', name = ''] = place.split('/');
  const secret = (): string => Buffer.from(hexDigits(world, 32)).toString('base64');
  const data = Object.fromEntries(keys.map((key) => [key, secret()]));
  world.state.create('secrets', { metadata: metadata(world, { namespace, name }, 120 * dayMs), type, data });
}

function createSecrets(world: World): void {
  for (const { namespace, service } of entrances) {
    createSecret(world, `${namespace}/${service}-tls`, 'kubernetes.io/tls', ['tls.crt', 'tls.key']);
  }
  for (const place of ['billing/ledger-credentials', 'search/index-credentials', 'platform/broker-credentials']) {
    createSecret(world, place, 'Opaque', ['username', 'password']);
  }
  for (const namespace of ['shop', 'billing', 'search']) {
    createSecret(world, `${namespace}/registry-pull`, 'kubernetes.io/dockerconfigjson', ['.dockerconfigjson']);
  }
  createSecret(world, 'billing/payment-provider', 'Opaque', ['api-key']);
}

const rbacGroup = 'rbac.authorization.k8s.io';

function rule(group: string, resources: readonly string[], verbs: readonly string[]): JsonObject {
  return { apiGroups: [group], resources, verbs };
}

const readVerbs = ['get', 'list', 'watch'];

function createPermissions(world: World): void {
  const { state } = world;
  for (const namespace of ['shop', 'billing', 'search', 'logistics']) {
    const role = metadata(world, { namespace, name: 'deployer' }, 180 * dayMs);
    state.create(`roles.${rbacGroup}`, {
      metadata: role,
      rules: [rule('apps', ['deployments', 'statefulsets'], [...readVerbs, 'patch']), rule('', ['pods'], readVerbs)],
    });
    state.create(`rolebindings.${rbacGroup}`, {
      metadata: role,
      roleRef: { apiGroup: rbacGroup, kind: 'Role', name: 'deployer' },
      subjects: [{ apiGroup: rbacGroup, kind: 'Group', name: `team-${namespace}` }],
    });
  }
  const wide: readonly (readonly [string, string, JsonObject])[] = [
    ['queue-operator', 'platform', rule('messaging.brightharbor.example', ['queues'], ['*'])],
    ['certificate-issuer', 'platform', rule('cert-manager.io', ['certificates'], ['*'])],
    ['metrics-store', 'monitoring', rule('', ['nodes', 'pods', 'services'], readVerbs)],
  ];
  for (const [name, namespace, granted] of wide) {
    const identity = metadata(world, { name }, 180 * dayMs);
    state.create(`clusterroles.${rbacGroup}`, { metadata: identity, rules: [granted] });
    state.create(`clusterrolebindings.${rbacGroup}`, {
      metadata: identity,
      roleRef: { apiGroup: rbacGroup, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    });
  }
}

function createLimits(world: World): void {
  for (const [namespace, used] of [
    ['shop', '3550m'],
    ['billing', '5050m'],
    ['search', '20750m'],
  ] as const) {
    const hard = { 'requests.cpu': '24', pods: '60' };
    world.state.create('resourcequotas', {
      metadata: metadata(world, { namespace, name: 'team-budget' }, 150 * dayMs),
      spec: { hard },
      status: { hard, used: { 'requests.cpu': used, pods: namespace === 'shop' ? '15' : '11' } },
    });
  }
  for (const [namespace, name, minAvailable] of budgets)
    createDisruptionBudget(world, { namespace, name, minAvailable });
  for (const [namespace, name, most, used] of autoscalers) createAutoscaler(world, { namespace, name, most, used });
}

const budgets: readonly (readonly [string, string, number])[] = [
  ['shop', 'web', 3],
  ['shop', 'checkout', 2],
  ['billing', 'payments', 2],
  ['billing', 'ledger', 2],
  ['search', 'index', 2],
];

function createDisruptionBudget(
  world: World,
  budget: { readonly namespace: string; readonly name: string; readonly minAvailable: number },
): void {
  const { namespace, name, minAvailable } = budget;
  const workload = workloads.find((entry) => entry.namespace === namespace && entry.name === name);
  const replicas = workload?.replicas ?? 0;
  world.state.create('poddisruptionbudgets.policy', {
    metadata: metadata(world, { namespace, name }, 150 * dayMs),
    spec: { minAvailable, selector: { matchLabels: workload === undefined ? {} : selectorLabels(workload) } },
    status: {
      disruptionsAllowed: replicas - minAvailable,
      currentHealthy: replicas,
      desiredHealthy: minAvailable,
      expectedPods: replicas,
    },
  });
}

/** Namespace, deployment, most replicas, and how much of a CPU they take now (percent). */
const autoscalers: readonly (readonly [string, string, number, number])[] = [
  ['shop', 'web', 12, 58],
  ['shop', 'checkout', 8, 41],
  ['billing', 'payments', 9, 35],
  ['search', 'query', 10, 66],
];

/** A metric of an autoscaler now (percent of the CPU asked for). */
export function cpuMetric(averageUtilization: number): JsonObject {
  return { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization } } };
}

function createAutoscaler(
  world: World,
  scaler: { readonly namespace: string; readonly name: string; readonly most: number; readonly used: number },
): void {
  const { namespace, name, most, used } = scaler;
  const replicas = workloads.find((entry) => entry.namespace === namespace && entry.name === name)?.replicas ?? 0;
  const target = { type: 'Utilization', averageUtilization: 70 };
  world.state.create('horizontalpodautoscalers.autoscaling', {
    metadata: metadata(world, { namespace, name }, 140 * dayMs),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: replicas,
      maxReplicas: most,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
    },
    status: { currentReplicas: replicas, desiredReplicas: replicas, currentMetrics: [cpuMetric(used)] },
  });
}
