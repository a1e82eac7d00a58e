import type { Json, JsonObject } from '../../../src/core/json.ts';
import { numbers, pathSubject, scalars, structures } from '../../output/nasty-values.ts';
import { type StoredObject } from '../etcd-objects.ts';
import { customCollections } from './custom-definitions.ts';
import { before } from './shop-objects.ts';

const condition = (type: string, status: string, more: JsonObject = {}): JsonObject => ({ type, status, ...more });
const conditions = (...list: readonly JsonObject[]): JsonObject => ({ conditions: list });

/** Cells that bend the layout; every array is one object's four columns. */
const gizmoCells: readonly (readonly string[])[] = [
  ['日本語', 'e\u0301 😀', 'abc', 'end'],
  ['x', 'line one\nline two', 'y', 'z'],
  ['tab\there', 'b', 'c', 'd'],
  ['\u001B[31mred', '\rstart', 'form\ffeed', 'vertical\vtab'],
  ['much longer than all others', '', '', ''],
];

/** Objects by definition, as `spec` and `status`. */
function contents(nowMs: number): Readonly<Record<string, readonly JsonObject[]>> {
  const issued = { spec: { secretName: 'web-tls', issuerRef: { name: 'authority', kind: 'Issuer' } } };
  return {
    'certificates.certs.example.com': [
      { ...issued, status: conditions(condition('Ready', 'True', { message: 'Certificate is up to date' })) },
      {
        ...issued,
        status: conditions(condition('Issuing', 'True'), condition('Ready', 'False', { message: 'two\nlines' })),
      },
      { spec: {} },
    ],
    'applications.gitops.example.com': [
      {
        spec: { project: 'default' },
        status: { sync: { status: 'Synced', revision: 'abc' }, health: { status: 'Healthy' } },
      },
      { spec: { project: 'Größe' }, status: { sync: { status: 'OutOfSync' }, health: {} } },
    ],
    'workflows.pipelines.example.com': [
      { status: { phase: 'Succeeded', startedAt: before(nowMs, '4d'), message: 'all\tdone' } },
      { status: { phase: 'Failed', startedAt: 'never', message: { reason: '<a&b>', code: 1 } } },
      { status: { phase: 'Running', startedAt: '2199-01-01T00:00:00Z', message: null } },
    ],
    'syncs.delivery.example.com': [
      { status: conditions(condition('Ready', 'True', { message: 'Applied revision: main@sha1:abc' })) },
      { status: conditions(condition('Ready', 'Unknown')) },
    ],
    'monitors.metrics.example.com': [
      {
        spec: { version: 'v2.50.1', replicas: 2 },
        status: {
          ...conditions(condition('Reconciled', 'True'), condition('Available', 'True')),
          availableReplicas: 2,
          replicas: 2,
        },
      },
      { spec: { version: 2, replicas: 1.5 }, status: { paused: true, availableReplicas: '2' } },
      { spec: {} },
    ],
    'virtualroutes.mesh.example.com': [
      { spec: { gateways: ['mesh', 'edge'], hosts: ['a.example.com', '*.b.example.com'] } },
      { spec: { hosts: [] } },
    ],
    'services.serving.example.com': [
      {
        spec: {},
        status: {
          url: 'http://hello.default.example.com',
          latestCreatedRevisionName: 'hello-00002',
          latestReadyRevisionName: 'hello-00001',
          ...conditions(condition('Ready', 'False', { reason: 'RevisionMissing' })),
        },
      },
    ],
    'runs.builds.example.com': [
      {
        status: {
          ...conditions(condition('Succeeded', 'True', { reason: 'Completed' })),
          startTime: before(nowMs, '9d'),
          completionTime: before(nowMs, '7d'),
        },
      },
      { status: { startTime: '' } },
    ],
    'machines.fleet.example.com': [
      {
        spec: { clusterName: 'prod', providerID: 'cloud:///i-1', version: 'v1.36.0', replicas: 3, paused: true },
        status: { phase: 'Running', nodeRef: { name: 'node-1' } },
      },
      { spec: { clusterName: 'dev' }, status: { phase: 'Provisioning' } },
      { spec: {} },
    ],
    'buckets.cloud.example.com': [
      { spec: {}, status: conditions(condition('Synced', 'True'), condition('Ready', 'True')) },
      { spec: {}, status: conditions(condition('Synced', 'False')) },
    ],
    'scalers.scaling.example.com': [
      {
        spec: { minReplicaCount: 0, maxReplicaCount: 10, paused: false, triggers: [{ type: 'cron' }, { type: 'cpu' }] },
        status: {
          scaleTargetGVKR: { kind: 'Deployment' },
          load: 1_234_567.5,
          ...conditions(condition('Active', 'True')),
        },
      },
      {
        spec: { minReplicaCount: '1', maxReplicaCount: JSON.rawJSON('9007199254740993'), triggers: [] },
        status: { load: JSON.rawJSON('1e-7') },
      },
    ],
    'gizmos.odd.example.com': [
      {
        spec: {
          scalars: scalars.filter((text) => !/[\u007F-\u009F\uFFFE\uFFFF]/.test(text)),
          structures: structures(),
        },
      },
      { spec: { numbers: numbers() } },
      { spec: pathSubject() },
      ...gizmoCells.map((cells) => ({ spec: Object.fromEntries(cells.map((cell, index) => [`c${index}`, cell])) })),
    ],
    'barethings.bare.example.com': [{ spec: {} }, {}],
    'nothings.bare.example.com': [],
  };
}

/** Names of the gizmos: those whose content is known by name, then rows. */
const gizmoNames = ['nasty', 'numbers', 'paths'];

function nameOf(kind: string, index: number): string {
  const name = kind.toLowerCase();
  return kind === 'Gizmo' ? (gizmoNames[index] ?? `row-${index}`) : `${name}-${index}`;
}

/** Objects of every definition but one, in the namespace default or in none, hours to years old. */
export function customObjects(nowMs: number): readonly StoredObject[] {
  const clusterWide = new Set(['Bucket', 'StrangeKind']);
  return customCollections.flatMap(({ name: type, apiVersion, kind }) =>
    (contents(nowMs)[type] ?? []).map((fields: JsonObject, index): StoredObject => {
      const labels: Json = { app: index === 0 ? 'first' : 'other', table: 'yes' };
      const annotations = { 'cloud.example.com/external-name': `external-${index}` };
      const metadata = {
        name: nameOf(kind, index),
        creationTimestamp: before(nowMs, `${(index + 1) * 13}d`),
        generation: index + 1,
        labels,
        annotations,
        ...(clusterWide.has(kind) ? {} : { namespace: 'default' }),
      };
      return { type, object: { apiVersion, kind, metadata, ...fields } };
    }),
  );
}
