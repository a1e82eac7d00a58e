import { asArray, asObject, asString, type Json, type JsonObject } from '../../core/json.ts';
import type { LabelRequirement } from '../../core/selector/label-requirement.ts';
import { servedSecrets } from '../../core/served-secrets.ts';
import { podReferences } from './pod-references.ts';
import type { ObjectReference, References, SelectorReference } from './reference.ts';

/** What is needed of an object to tell what it refers to. */
export interface Referrer {
  readonly group: string;
  readonly kind: string;
  /** Empty for a cluster-scoped object. */
  readonly namespace: string;
  readonly object: JsonObject;
}

type Rule = (referrer: Referrer) => Partial<References>;

/**
 * What an object refers to though no owner reference says so: by name or by labels, as its kind's API defines it
 * (Kubernetes 1.36, Gateway API v1). Nothing for kinds that are not known here.
 */
export function objectReferences(referrer: Referrer): References {
  const rule = rules[`${referrer.group}/${referrer.kind}`];
  return { objects: [], selectors: [], ...rule?.(referrer) };
}

/** The pod template of a workload; the spec and the labels are those of its pods. */
export function podTemplate({ group, kind, object }: Omit<Referrer, 'namespace'>): JsonObject | undefined {
  const spec = asObject(object['spec']);
  const key = `${group}/${kind}`;
  if (key === 'batch/CronJob') return asObject(asObject(asObject(spec['jobTemplate'])['spec'])['template']);
  return templated.has(key) ? asObject(spec['template']) : undefined;
}

const templated: ReadonlySet<string> = new Set([
  '/ReplicationController',
  'apps/DaemonSet',
  'apps/Deployment',
  'apps/ReplicaSet',
  'apps/StatefulSet',
  'batch/Job',
]);

const workload: Rule = (referrer) => {
  const template = podTemplate(referrer);
  return { objects: podReferences(asObject(template?.['spec']), referrer.namespace) };
};

const rules: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries([...templated, 'batch/CronJob'].map((key) => [key, workload])),
  '/Pod': ({ object, namespace }) => {
    const spec = asObject(object['spec']);
    return { objects: [...podReferences(spec, namespace), ...named('runs on', ['', 'Node', ''], spec['nodeName'])] };
  },
  'apps/StatefulSet': (referrer) => {
    const { serviceName } = asObject(referrer.object['spec']);
    const own = named('is governed by', ['', 'Service', referrer.namespace], serviceName);
    return { objects: [...own, ...(workload(referrer).objects ?? [])] };
  },
  '/PersistentVolumeClaim': ({ object }) => {
    const { volumeName, storageClassName } = asObject(object['spec']);
    return {
      objects: [
        ...named('is bound to', ['', 'PersistentVolume', ''], volumeName),
        ...named('is of class', ['storage.k8s.io', 'StorageClass', ''], storageClassName),
      ],
    };
  },
  '/PersistentVolume': ({ object }) => {
    const { claimRef, storageClassName } = asObject(object['spec']);
    const { namespace, name } = asObject(claimRef);
    return {
      objects: [
        ...named('is bound to', ['', 'PersistentVolumeClaim', asString(namespace)], name),
        ...named('is of class', ['storage.k8s.io', 'StorageClass', ''], storageClassName),
      ],
    };
  },
  '/Service': ({ object, namespace }) => {
    const selector = asObject(asObject(object['spec'])['selector']);
    return Object.keys(selector).length === 0
      ? {}
      : { selectors: [chosen('selects', namespace, { matchLabels: selector })] };
  },
  'discovery.k8s.io/EndpointSlice': ({ object, namespace }) => ({
    objects: asArray(object['endpoints']).flatMap((endpoint) => {
      const { kind, name } = asObject(asObject(endpoint)['targetRef']);
      return asString(kind) === 'Pod' ? named('points to', ['', 'Pod', namespace], name) : [];
    }),
  }),
  'networking.k8s.io/Ingress': ({ object, namespace }) => ({ objects: ingressReferences(object, namespace) }),
  'gateway.networking.k8s.io/Gateway': ({ object, namespace }) => {
    const { gatewayClassName } = asObject(object['spec']);
    return {
      objects: [
        ...named('is of class', ['gateway.networking.k8s.io', 'GatewayClass', ''], gatewayClassName),
        ...serves('gateway.networking.k8s.io/Gateway', object, namespace),
      ],
    };
  },
  ...Object.fromEntries(
    ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute'].map((kind) => [
      `gateway.networking.k8s.io/${kind}`,
      ({ object, namespace }: Referrer) => ({ objects: routeReferences(object, namespace) }),
    ]),
  ),
  'autoscaling/HorizontalPodAutoscaler': ({ object, namespace }) => {
    const target = asObject(asObject(object['spec'])['scaleTargetRef']);
    const [group = '', version] = asString(target['apiVersion']).split('/');
    const place = [version === undefined ? '' : group, asString(target['kind']), namespace] as const;
    return { objects: named('scales', place, target['name']) };
  },
  'policy/PodDisruptionBudget': ({ object, namespace }) => {
    const { selector } = asObject(object['spec']);
    // An empty selector chooses every pod, and none chooses none.
    return selector === undefined ? {} : { selectors: [chosen('guards', namespace, asObject(selector))] };
  },
  'networking.k8s.io/NetworkPolicy': ({ object, namespace }) => ({
    selectors: [chosen('applies to', namespace, asObject(asObject(object['spec'])['podSelector']))],
  }),
  'rbac.authorization.k8s.io/RoleBinding': bindingReferences,
  'rbac.authorization.k8s.io/ClusterRoleBinding': bindingReferences,
  '/ServiceAccount': ({ object, namespace }) => ({
    objects: [...asArray(object['secrets']), ...asArray(object['imagePullSecrets'])].flatMap((each) =>
      named('uses', ['', 'Secret', namespace], asObject(each)['name']),
    ),
  }),
  ...Object.fromEntries(
    ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'].map((kind) => [
      `admissionregistration.k8s.io/${kind}`,
      ({ object }: Referrer) => ({
        objects: distinct(
          asArray(object['webhooks']).flatMap((each) => serviceOf(asObject(asObject(each)['clientConfig'])['service'])),
        ),
      }),
    ]),
  ),
  'apiregistration.k8s.io/APIService': ({ object }) => ({ objects: serviceOf(asObject(object['spec'])['service']) }),
};

function bindingReferences({ object, namespace }: Referrer): Partial<References> {
  const role = asObject(object['roleRef']);
  const kind = asString(role['kind']);
  const place = kind === 'Role' ? namespace : '';
  return {
    objects: [
      ...named('grants', [asString(role['apiGroup']), kind, place], role['name']),
      ...asArray(object['subjects']).flatMap((each) => {
        const subject = asObject(each);
        // Users and groups are no objects.
        if (subject['kind'] !== 'ServiceAccount') return [];
        return named('to', ['', 'ServiceAccount', asString(subject['namespace'])], subject['name']);
      }),
    ],
  };
}

function ingressReferences(object: JsonObject, namespace: string): readonly ObjectReference[] {
  const { ingressClassName, defaultBackend, rules: hosts } = asObject(object['spec']);
  const paths = asArray(hosts).flatMap((rule) => asArray(asObject(asObject(rule)['http'])['paths']));
  const backends = [asObject(defaultBackend), ...paths.map((path) => asObject(asObject(path)['backend']))];
  return distinct([
    ...named('is of class', ['networking.k8s.io', 'IngressClass', ''], ingressClassName),
    ...backends.flatMap(({ service }) => named('routes to', ['', 'Service', namespace], asObject(service)['name'])),
    ...serves('networking.k8s.io/Ingress', object, namespace),
  ]);
}

function serves(kind: string, object: JsonObject, namespace: string): readonly ObjectReference[] {
  return servedSecrets(kind, object, namespace).flatMap((each) =>
    named('uses', ['', 'Secret', each.namespace], each.name),
  );
}

function routeReferences(object: JsonObject, namespace: string): readonly ObjectReference[] {
  const { parentRefs, rules: routes } = asObject(object['spec']);
  const gateway = { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace };
  return distinct([
    ...asArray(parentRefs).flatMap((each) => typed('belongs to', asObject(each), gateway)),
    ...asArray(routes)
      .flatMap((rule) => asArray(asObject(rule)['backendRefs']))
      .flatMap((each) => typed('routes to', asObject(each), { group: '', kind: 'Service', namespace })),
  ]);
}

/** A reference of the Gateway API: what it leaves out is the usual. */
function typed(
  verb: string,
  reference: JsonObject,
  usual: { readonly group: string; readonly kind: string; readonly namespace: string },
): readonly ObjectReference[] {
  const text = (key: 'group' | 'kind' | 'namespace'): string =>
    reference[key] === undefined ? usual[key] : asString(reference[key]);
  return named(verb, [text('group'), text('kind'), text('namespace')], reference['name']);
}

function serviceOf(service: Json | undefined): readonly ObjectReference[] {
  const { namespace, name } = asObject(service);
  return named('calls', ['', 'Service', asString(namespace)], name);
}

function named(
  verb: string,
  [group, kind, namespace]: readonly [group: string, kind: string, namespace: string],
  name: Json | undefined,
): readonly ObjectReference[] {
  return asString(name) === '' ? [] : [{ verb, group, kind, namespace, name: asString(name), isOptional: false }];
}

function chosen(verb: string, namespace: string, selector: JsonObject): SelectorReference {
  return { verb, group: '', kind: 'Pod', namespace, labels: requirementsOf(selector) };
}

const operators: Readonly<Record<string, 'in' | 'notIn' | 'exists' | 'doesNotExist'>> = {
  In: 'in',
  NotIn: 'notIn',
  Exists: 'exists',
  DoesNotExist: 'doesNotExist',
};

/** A LabelSelector of the API (apimachinery 0.36) as requirements; without any it chooses everything. */
export function requirementsOf(selector: JsonObject): readonly LabelRequirement[] {
  const equal = Object.entries(asObject(selector['matchLabels'])).map(([key, value]): LabelRequirement => ({
    operator: 'in',
    key,
    values: [asString(value)],
  }));
  const expressions = asArray(selector['matchExpressions']).map((each): LabelRequirement => {
    const { key, operator, values } = asObject(each);
    const meant = operators[asString(operator)] ?? 'exists';
    return meant === 'in' || meant === 'notIn'
      ? { operator: meant, key: asString(key), values: asArray(values).map(asString) }
      : { operator: meant, key: asString(key), values: [] };
  });
  return [...equal, ...expressions];
}

function distinct(references: readonly ObjectReference[]): readonly ObjectReference[] {
  return [...new Map(references.map((each) => [JSON.stringify(each), each])).values()];
}
