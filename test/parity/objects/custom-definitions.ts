import type { JsonObject } from '../../../src/core/json.ts';
import type { KubeObject } from '../../../src/core/kube-object.ts';

/** One version of a definition. */
interface Version {
  readonly name: string;
  /** `name: type: jsonPath`, or `name: type: jsonPath: priority`. */
  readonly columns?: readonly string[];
  /** The text of the warning, or the empty string for that of the server. */
  readonly deprecated?: string;
  readonly selectable?: readonly string[];
}

/** A definition: the plural and group as its name, the storage version first. */
interface Definition {
  readonly name: string;
  readonly kind: string;
  readonly singular?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly isClusterWide?: boolean;
  readonly hasScale?: boolean;
  readonly versions: readonly Version[];
}

const age = 'Age: date: .metadata.creationTimestamp';
const ready = '.status.conditions[?(@.type=="Ready")]';

/** The kinds of columns that operators have: conditions, lists, numbers, dates, texts of many lines, wide ones. */
const definitions: readonly Definition[] = [
  {
    name: 'certificates.certs.example.com',
    kind: 'Certificate',
    shortNames: ['cert', 'certs'],
    categories: ['security'],
    versions: [
      {
        name: 'v1',
        columns: [
          `Ready: string: ${ready}.status`,
          'Secret: string: .spec.secretName',
          'Issuer: string: .spec.issuerRef.name: 1',
          `Status: string: ${ready}.message: 1`,
          age,
        ],
      },
    ],
  },
  {
    name: 'applications.gitops.example.com',
    kind: 'Application',
    shortNames: ['app', 'apps'],
    versions: [
      {
        name: 'v1alpha1',
        columns: [
          'Sync Status: string: .status.sync.status',
          'Health Status: string: .status.health.status',
          'Revision: string: .status.sync.revision: 10',
          'Project: string: .spec.project: 10',
        ],
      },
    ],
  },
  {
    name: 'workflows.pipelines.example.com',
    kind: 'Workflow',
    shortNames: ['wf'],
    versions: [
      {
        name: 'v1alpha1',
        columns: ['Status: string: .status.phase', 'Age: date: .status.startedAt', 'Message: string: .status.message'],
      },
    ],
  },
  {
    name: 'syncs.delivery.example.com',
    kind: 'Sync',
    shortNames: ['ks'],
    categories: ['delivery'],
    versions: [
      { name: 'v1', columns: [age, `Ready: string: ${ready}.status`, `Status: string: ${ready}.message`] },
      { name: 'v1beta2', columns: [age, `Ready: string: ${ready}.status`], deprecated: 'v1beta2 Sync is old, say v1' },
      { name: 'v1beta1', deprecated: '' },
    ],
  },
  {
    name: 'monitors.metrics.example.com',
    kind: 'Monitor',
    shortNames: ['mon'],
    categories: ['all'],
    hasScale: true,
    versions: [
      {
        name: 'v1',
        columns: [
          'Version: string: .spec.version',
          'Desired: integer: .spec.replicas',
          'Ready: integer: .status.availableReplicas',
          'Reconciled: string: .status.conditions[?(@.type == "Reconciled")].status',
          'Available: string: .status.conditions[?(@.type == "Available")].status',
          age,
          'Paused: boolean: .status.paused: 1',
        ],
      },
    ],
  },
  {
    name: 'virtualroutes.mesh.example.com',
    kind: 'VirtualRoute',
    shortNames: ['vr'],
    categories: ['mesh', 'mesh-networking'],
    versions: [
      { name: 'v1', columns: ['Gateways: string: .spec.gateways', 'Hosts: string: .spec.hosts', age] },
      { name: 'v1beta1', columns: ['Gateways: string: .spec.gateways', 'Hosts: string: .spec.hosts', age] },
      { name: 'v1alpha3', columns: ['Hosts: string: .spec.hosts[0]'] },
    ],
  },
  {
    name: 'services.serving.example.com',
    kind: 'Service',
    shortNames: ['ksvc'],
    categories: ['all', 'serving'],
    versions: [
      {
        name: 'v1',
        columns: [
          'URL: string: .status.url',
          'LatestCreated: string: .status.latestCreatedRevisionName',
          'LatestReady: string: .status.latestReadyRevisionName',
          `Ready: string: .status.conditions[?(@.type=='Ready')].status`,
          `Reason: string: .status.conditions[?(@.type=='Ready')].reason`,
        ],
      },
    ],
  },
  {
    name: 'runs.builds.example.com',
    kind: 'Run',
    shortNames: ['br', 'brs'],
    categories: ['builds'],
    versions: [
      {
        name: 'v1',
        columns: [
          'Succeeded: string: .status.conditions[?(@.type=="Succeeded")].status',
          'Reason: string: .status.conditions[?(@.type=="Succeeded")].reason',
          'StartTime: date: .status.startTime',
          'CompletionTime: date: .status.completionTime',
        ],
      },
    ],
  },
  {
    name: 'machines.fleet.example.com',
    kind: 'Machine',
    shortNames: ['ma'],
    categories: ['fleet'],
    versions: [
      {
        name: 'v1beta2',
        selectable: ['.spec.clusterName', '.spec.replicas', '.spec.paused'],
        columns: [
          'Cluster: string: .spec.clusterName',
          'Node Name: string: .status.nodeRef.name',
          'Provider ID: string: .spec.providerID: 1',
          'Phase: string: .status.phase',
          age,
          'Version: string: .spec.version',
        ],
      },
      {
        name: 'v1beta1',
        columns: ['Cluster: string: .spec.clusterName', age],
        deprecated: '',
      },
    ],
  },
  {
    name: 'buckets.cloud.example.com',
    kind: 'Bucket',
    categories: ['managed', 'cloud'],
    isClusterWide: true,
    versions: [
      {
        name: 'v1beta1',
        columns: [
          'SYNCED: string: .status.conditions[?(@.type=="Synced")].status',
          `READY: string: ${ready}.status`,
          String.raw`EXTERNAL-NAME: string: .metadata.annotations.cloud\.example\.com/external-name`,
          age,
        ],
      },
    ],
  },
  {
    name: 'scalers.scaling.example.com',
    kind: 'Scaler',
    singular: 'scaler',
    shortNames: ['so'],
    versions: [
      {
        name: 'v1alpha1',
        columns: [
          'ScaleTargetKind: string: .status.scaleTargetGVKR.kind',
          'Min: integer: .spec.minReplicaCount',
          'Max: integer: .spec.maxReplicaCount',
          'Load: number: .status.load',
          'Active: string: .status.conditions[?(@.type=="Active")].status',
          'Paused: boolean: .spec.paused',
          'Triggers: string: .spec.triggers[*].type',
          'First: string: .spec.triggers[0]',
          'Fifth: string: .spec.triggers[4].type: 1',
          age,
        ],
      },
    ],
  },
  {
    name: 'gizmos.odd.example.com',
    kind: 'Gizmo',
    versions: [
      {
        name: 'v1',
        columns: [
          'First: string: .spec.c0',
          'Größe ß: string: .spec.c1',
          'Third: string: .spec.c2: 1',
          'L: string: .spec.c3',
        ],
      },
    ],
  },
  {
    name: 'barethings.bare.example.com',
    kind: 'StrangeKind',
    singular: 'barething',
    isClusterWide: true,
    versions: [{ name: 'v1' }],
  },
  { name: 'nothings.bare.example.com', kind: 'Nothing', versions: [{ name: 'v1' }] },
];

function printerColumn(text: string): JsonObject {
  // A path holds colons of no column: the last part is a priority only when it is a number.
  const [, name, type, jsonPath, priority] = /^([^:]+): (\w+): (.*?)(?:: (\d+))?$/.exec(text) ?? [];
  return { name, type, jsonPath, ...(priority === undefined ? {} : { priority: Number(priority) }) };
}

function versionBody(definition: Definition, version: Version, index: number): JsonObject {
  const { columns, deprecated, selectable } = version;
  // Fields to select by must be in the schema.
  const fields = { clusterName: { type: 'string' }, replicas: { type: 'integer' }, paused: { type: 'boolean' } };
  const any = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return {
    name: version.name,
    served: true,
    storage: index === 0,
    schema: { openAPIV3Schema: { ...any, properties: { spec: { ...any, properties: selectable ? fields : {} } } } },
    ...(columns === undefined ? {} : { additionalPrinterColumns: columns.map(printerColumn) }),
    ...(deprecated === undefined ? {} : { deprecated: true }),
    ...(deprecated ? { deprecationWarning: deprecated } : {}),
    ...(selectable === undefined ? {} : { selectableFields: selectable.map((jsonPath) => ({ jsonPath })) }),
    subresources: {
      status: {},
      ...(definition.hasScale === true
        ? { scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } }
        : {}),
    },
  };
}

function definitionBody(definition: Definition): KubeObject {
  const { name, kind, shortNames, categories, singular } = definition;
  const [plural = '', ...group] = name.split('.');
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name },
    spec: {
      group: group.join('.'),
      scope: definition.isClusterWide === true ? 'Cluster' : 'Namespaced',
      names: { plural, singular: singular ?? kind.toLowerCase(), kind, shortNames, categories },
      versions: definition.versions.map((version, index) => versionBody(definition, version, index)),
    },
  };
}

/** The definitions, as bodies of POSTs. */
export const customDefinitions: readonly KubeObject[] = definitions.map(definitionBody);

/** `group/version` and plural of every definition, to wait for. */
export const customCollections = definitions.map(({ name, versions, kind }) => {
  const [resource = '', ...group] = name.split('.');
  return { name, apiVersion: `${group.join('.')}/${versions[0]?.name ?? ''}`, resource, kind, namespaced: false };
});
