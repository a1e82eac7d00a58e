import { describe, expect, test } from 'vitest';
import type { ApiResource } from '../../../src/core/api-resource.ts';
import type { KubeObject } from '../../../src/core/kube-object.ts';
import { builtInTables } from '../../../src/derive/columns/registry.ts';
import { tableDefinition } from '../../../src/derive/table-definition.ts';
import { extensionCases } from './cases/extension.ts';
import { networkAndStorageCases } from './cases/network-and-storage.ts';
import { workloadCases } from './cases/node-and-workload.ts';
import { podCases } from './cases/pod.ts';
import { policyAndEventCases } from './cases/policy-and-events.ts';
import { cellText } from '../../../src/output/cell-text.ts';
import { nowMs, type TableCase } from './cases/table-case.ts';

function typeNamed(name: string): ApiResource {
  const dot = name.indexOf('.');
  return {
    group: dot < 0 ? '' : name.slice(dot + 1),
    version: 'v1',
    resource: dot < 0 ? name : name.slice(0, dot),
    singular: '',
    kind: '',
    namespaced: true,
    shortNames: [],
    categories: [],
    verbs: [],
  };
}

function row(type: string, object: KubeObject, serverMinor = 36): string {
  const { cells } = tableDefinition(typeNamed(type), { serverMinor });
  return cells(object)
    .map((cell) => cellText(cell, nowMs))
    .join(' | ');
}

function headers(type: string, serverMinor: number): string {
  const { columns } = tableDefinition(typeNamed(type), { serverMinor });
  return columns.map(({ name, priority }) => (priority === 0 ? name : `${name}*`)).join(', ');
}

const groups: readonly (readonly [string, readonly TableCase[]])[] = [
  ['pods', podCases],
  ['nodes, workloads and jobs', workloadCases],
  ['networking and storage', networkAndStorageCases],
  ['configuration, permissions, autoscaling and events', policyAndEventCases],
  ['extension of the API', extensionCases],
];

for (const [group, cases] of groups) {
  describe(group, () => {
    test.each(cases)('$title ($type)', ({ type, object, cells }) => {
      expect(row(type, object)).toBe(cells);
    });
  });
}

const bare: KubeObject = { apiVersion: 'v1', kind: 'Any', metadata: { name: 'bare' } };

/** Every level that a printer looks into holds something else than it expects. */
const distorted: KubeObject = {
  ...bare,
  spec: { template: null, rules: 7 },
  status: [],
  subsets: {},
  involvedObject: '',
};

describe('every built-in table', () => {
  const names = [...builtInTables.keys()];

  test.each(names)('%s has one cell per column for an object without any field', (name) => {
    // The server sends the age of an IPAddress without a column for it.
    const moreCells = name === 'ipaddresses.networking.k8s.io' ? 1 : 0;
    for (const serverMinor of [33, 34, 35, 36, 37]) {
      const { columns, cells } = tableDefinition(typeNamed(name), { serverMinor });
      expect(cells(bare)).toHaveLength(columns.length + moreCells);
      expect(cells(distorted)).toHaveLength(columns.length + moreCells);
    }
  });

  test('names its objects in a column', () => {
    const nameless = names.filter((name) => !row(name, bare).includes('bare'));
    expect(nameless).toEqual([]);
  });
});

describe('a type without a table of its own', () => {
  test('shows the time of creation, in UTC and without fraction', () => {
    const object: KubeObject = { ...bare, metadata: { name: 'x', creationTimestamp: '2026-01-05T02:00:00.9+02:00' } };
    expect(row('nodes.metrics.example.com', object)).toBe('x | 2026-01-05T00:00:00Z');
    expect(headers('nodes.metrics.example.com', 36)).toBe('Name, Created At');
  });

  test("shows Go's zero time where there is no time of creation", () => {
    expect(row('clusterroles.rbac.authorization.k8s.io', bare)).toBe('bare | 0001-01-01T00:00:00Z');
  });
});

describe('a time that is there and zero', () => {
  test('comes as null and counts', () => {
    const metadata = { name: 'x', deletionTimestamp: null } as unknown as KubeObject['metadata'];
    expect(row('pods', { ...bare, metadata, status: { phase: 'Running' } })).toContain('| Terminating |');
    const job: KubeObject = { ...bare, spec: { completions: 1 }, status: { startTime: null, completionTime: null } };
    expect(row('jobs.batch', job)).toContain('| 0/1 | 0s |');
  });
});

describe('secrets', () => {
  test('show the number of keys that stands in place of the data', () => {
    const secret: KubeObject = { ...bare, type: 'Opaque', dataCount: 3 };
    expect(row('secrets', secret)).toBe('bare | Opaque | 3 | <unknown>');
  });
});

describe('component statuses', () => {
  const health = (status: string): KubeObject => ({
    ...bare,
    conditions: [{ type: 'Healthy', status, message: 'ok', error: 'e' }],
  });

  test('show the health, or that it is unknown', () => {
    expect(row('componentstatuses', health('True'))).toBe('bare | Healthy | ok | e');
    expect(row('componentstatuses', health('False'))).toBe('bare | Unhealthy | ok | e');
    expect(row('componentstatuses', bare)).toBe('bare | Unknown |  | ');
  });
});

describe('the scale subresource', () => {
  test('shows the desired and the available replicas', () => {
    const scale: KubeObject = { ...bare, spec: { replicas: 3 }, status: { replicas: 2 } };
    expect(row('scales.autoscaling', scale)).toBe('bare | 3 | 2 | <unknown>');
  });
});

describe('events of events.k8s.io', () => {
  test('print as those of the core group', () => {
    const event: KubeObject = {
      ...bare,
      regarding: { kind: 'Pod', name: 'a', fieldPath: 'f' },
      type: 'Normal',
      reason: 'R',
      note: ' done ',
      reportingController: 'c',
      reportingInstance: 'i',
      deprecatedFirstTimestamp: '2026-01-09T23:50:00Z',
      deprecatedLastTimestamp: '2026-01-09T23:59:30Z',
      deprecatedCount: 4,
      eventTime: null,
    };
    expect(row('events.events.k8s.io', event)).toBe('30s | Normal | R | pod/a | f | c, i | done | 10m | 4 | bare');
    const sourced = { ...event, deprecatedSource: { component: 'old', host: 'h' } };
    expect(row('events.events.k8s.io', sourced)).toContain('| old, h |');
  });
});

describe('tables of other server versions', () => {
  test('service accounts count their secrets before 1.35', () => {
    const account: KubeObject = { ...bare, secrets: [{ name: 'a' }, { name: 'b' }] };
    expect(headers('serviceaccounts', 34)).toBe('Name, Secrets, Age');
    expect(row('serviceaccounts', account, 34)).toBe('bare | 2 | <unknown>');
    expect(headers('serviceaccounts', 35)).toBe('Name, Age');
  });

  test('nodes have no architecture behind the kernel before 1.36', () => {
    const node: KubeObject = { ...bare, status: { nodeInfo: { kernelVersion: '6.1', architecture: 'amd64' } } };
    expect(row('nodes', node, 35)).toContain('| 6.1 |');
    expect(row('nodes', node, 36)).toContain('| 6.1 (amd64) |');
  });

  test('pods hide an error behind a completed container before 1.35', () => {
    const pod = podCases.find(({ cells }) => cells.includes('0/2 | Error'))?.object ?? bare;
    expect(row('pods', pod, 34)).toContain('| 0/2 | Completed |');
    expect(row('pods', pod, 35)).toContain('| 0/2 | Error |');
  });

  test('ingress classes have no mark of the default before 1.36', () => {
    const annotations = { 'ingressclass.kubernetes.io/is-default-class': 'true' };
    const ingressClass: KubeObject = { ...bare, metadata: { name: 'x', annotations } };
    expect(row('ingressclasses.networking.k8s.io', ingressClass, 35)).toMatch(/^x \|/);
    expect(row('ingressclasses.networking.k8s.io', ingressClass, 36)).toMatch(/^x \(default\) \|/);
  });

  test('requests for pod certificates show no annotations before 1.35', () => {
    expect(headers('podcertificaterequests.certificates.k8s.io', 34)).toMatch(/State$/);
    expect(headers('podcertificaterequests.certificates.k8s.io', 35)).toMatch(/UnverifiedUserAnnotations$/);
  });

  test('migrations show a version and no state before 1.35', () => {
    const migration: KubeObject = { ...bare, spec: { resource: { resource: 'pods', version: 'v1', group: '' } } };
    expect(headers('storageversionmigrations.storagemigration.k8s.io', 34)).toBe('Name, Resource');
    expect(row('storageversionmigrations.storagemigration.k8s.io', migration, 34)).toBe('bare | pods.v1.');
  });

  test('jobs that met their criteria are running before 1.34', () => {
    const job: KubeObject = { ...bare, status: { conditions: [{ type: 'SuccessCriteriaMet', status: 'True' }] } };
    expect(row('jobs.batch', job, 33)).toContain('| Running |');
    expect(row('jobs.batch', job, 34)).toContain('| SuccessCriteriaMet |');
  });

  test('classes of volume attributes have a default before 1.34', () => {
    const annotations = { 'volumeattributesclass.alpha.kubernetes.io/is-default-class': 'true' };
    const attributes: KubeObject = { ...bare, metadata: { name: 'x', annotations } };
    expect(row('volumeattributesclasses.storage.k8s.io', attributes, 33)).toMatch(/^x \(default\) \|/);
    expect(row('volumeattributesclasses.storage.k8s.io', attributes, 34)).toMatch(/^x \|/);
  });

  test('definitions of custom resources say more from 1.37 on', () => {
    const definition: KubeObject = {
      ...bare,
      spec: {
        scope: 'Namespaced',
        group: 'g',
        names: { kind: 'K', shortNames: ['a', 'b'] },
        versions: [
          { name: 'v2', served: true },
          { name: 'v1', served: true, storage: true },
          { name: 'v0', served: false },
        ],
      },
      status: { conditions: [{ type: 'Established', status: 'True' }] },
    };
    const type = 'customresourcedefinitions.apiextensions.k8s.io';
    expect(headers(type, 36)).toBe('Name, Created At');
    expect(headers(type, 37)).toBe('Name, Scope, Versions, Created At, Group*, Kind*, ShortNames*, Established*');
    expect(row(type, definition, 37)).toBe(
      'bare | Namespaced | v1(storage),v2 | 0001-01-01T00:00:00Z | g | K | a,b | true',
    );
  });
});
