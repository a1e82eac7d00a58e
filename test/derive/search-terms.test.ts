import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ApiResource } from '../../src/core/api-resource.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import type { KubeObject } from '../../src/core/kube-object.ts';
import { searchTerms } from '../../src/derive/search-terms.ts';
import { TERM_KINDS, type TermKind } from '../../src/derive/term-collector.ts';

function typeOf(group: string, kind: string): ApiResource {
  const names = { resource: `${kind.toLowerCase()}s`, singular: kind.toLowerCase(), kind };
  return { group, version: 'v1', ...names, namespaced: true, shortNames: [], categories: [], verbs: ['list', 'watch'] };
}

function objectOf(kind: string, content: JsonObject): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { name: 'x' }, ...content };
}

function texts(kind: TermKind, group: string, objectKind: string, content: JsonObject): readonly string[] {
  const terms = searchTerms(typeOf(group, objectKind), objectOf(objectKind, content));
  return terms.filter((term) => term.kind === kind).map((term) => term.text);
}

describe('searchTerms', () => {
  test('of a pod come by kind in a fixed order, each once', () => {
    const pod = {
      metadata: {
        name: 'web-1',
        namespace: 'prod',
        labels: { app: 'web', tier: '' },
        annotations: { owner: 'team-a' },
      },
      spec: {
        nodeName: 'node-1',
        hostname: 'web',
        initContainers: [{ name: 'i', image: 'setup:1' }],
        containers: [
          { name: 'a', image: 'web:2' },
          { name: 'b', image: 'web:2' },
        ],
      },
      status: {
        podIP: '10.0.0.1',
        podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }],
        hostIP: '192.0.2.1',
        reason: 'Evicted',
        conditions: [{ type: 'Ready', reason: 'ContainersNotReady', message: 'not ready: a' }, { type: 'Initialized' }],
        containerStatuses: [
          {
            image: 'registry.example.com/web:2',
            state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } },
            lastState: { terminated: { reason: 'OOMKilled' } },
          },
        ],
      },
    };
    const terms = searchTerms(typeOf('', 'Pod'), objectOf('Pod', pod));
    expect(terms.map((term) => `${term.kind}: ${term.text}`)).toEqual([
      'label: app=web',
      'label: tier=',
      'annotation: owner=team-a',
      'image: web:2',
      'image: setup:1',
      'image: registry.example.com/web:2',
      'ip: 10.0.0.1',
      'ip: fd00::1',
      'ip: 192.0.2.1',
      'host: node-1',
      'host: web',
      'reason: Evicted',
      'reason: ContainersNotReady',
      'reason: CrashLoopBackOff',
      'reason: OOMKilled',
      'message: not ready: a',
      'message: back-off',
    ]);
  });

  test('never hold the last applied configuration, nor an annotation over 1 KiB', () => {
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
      fits: 'x'.repeat(1024 - 'fits='.length),
      over: 'x'.repeat(1025 - 'over='.length),
      wide: 'é'.repeat(600),
    };
    const found = texts('annotation', '', 'ConfigMap', { metadata: { name: 'x', annotations } });
    expect(found).toEqual([`fits=${annotations.fits}`]);
  });

  test('cut a message after 1 KiB of UTF-8, between code points', () => {
    const message = `${'x'.repeat(1022)}😀 and more`;
    expect(texts('message', '', 'Event', { message })).toEqual(['x'.repeat(1022)]);
    expect(texts('message', '', 'Event', { message: 'é'.repeat(600) })).toEqual(['é'.repeat(512)]);
    expect(texts('message', '', 'Event', { message: 'é'.repeat(512) })).toEqual(['é'.repeat(512)]);
  });

  test('of a secret are what its metadata holds', () => {
    const secret = {
      metadata: { name: 's', labels: { app: 'web' }, annotations: { note: 'n' } },
      data: { password: 'cGFzcw==' },
      status: { conditions: [{ reason: 'R', message: 'M' }] },
      spec: { host: 'h', image: 'i' },
    };
    expect(searchTerms(typeOf('', 'Secret'), objectOf('Secret', secret))).toEqual([
      { kind: 'label', text: 'app=web' },
      { kind: 'annotation', text: 'note=n' },
    ]);
  });

  const containers = (image: string): JsonObject => ({ containers: [{ name: 'c', image }] });

  test.each([
    ['apps', 'Deployment', { spec: { template: { spec: containers('a:1') } } }],
    ['batch', 'CronJob', { spec: { jobTemplate: { spec: { template: { spec: containers('a:1') } } } } }],
    ['', 'PodTemplate', { template: { spec: containers('a:1') } }],
    ['', 'Pod', { spec: { ephemeralContainers: [{ image: 'a:1' }] } }],
    ['', 'Pod', { status: { initContainerStatuses: [{ image: 'a:1' }] } }],
    ['argoproj.io', 'Workflow', { spec: { templates: [{ container: { image: 'a:1' } }] } }],
    ['serving.knative.dev', 'Service', { spec: { template: { spec: containers('a:1') } } }],
    ['example.com', 'Widget', { spec: { image: 'a:1' } }],
  ])('have the images of %s/%s %j', (group, kind, content) => {
    expect(texts('image', group, kind, content)).toEqual(['a:1']);
  });

  test('take an image only where it is text', () => {
    expect(texts('image', 'example.com', 'Chart', { spec: { image: { repository: 'r' } } })).toEqual([]);
    expect(texts('image', '', 'ConfigMap', { data: { image: 'a:1' } })).toEqual([]);
  });

  test('look for images of a custom resource no deeper and no wider than the bounds', () => {
    let deep: JsonObject = { image: 'deep:1' };
    for (let level = 0; level < 12; level += 1) deep = { next: deep };
    const wide = Array.from({ length: 5000 }, (_, index) => ({ image: `wide:${index}` }));
    expect(texts('image', 'example.com', 'Widget', { spec: { deep } })).toEqual([]);
    expect(texts('image', 'example.com', 'Widget', { spec: { wide } })).toHaveLength(1998);
  });

  test.each([
    ['', 'Service', { spec: { clusterIP: '10.0.0.9', clusterIPs: ['10.0.0.9', 'fd00::9'] } }, ['10.0.0.9', 'fd00::9']],
    ['', 'Service', { spec: { clusterIP: 'None', clusterIPs: ['None'], externalIPs: ['192.0.2.7'] } }, ['192.0.2.7']],
    ['', 'Service', { status: { loadBalancer: { ingress: [{ ip: '192.0.2.8' }] } } }, ['192.0.2.8']],
    ['', 'Node', { status: { addresses: [{ type: 'InternalIP', address: '192.0.2.1' }] } }, ['192.0.2.1']],
    [
      'gateway.networking.k8s.io',
      'Gateway',
      { status: { addresses: [{ type: 'IPAddress', value: '192.0.2.1' }] } },
      ['192.0.2.1'],
    ],
    [
      '',
      'Endpoints',
      { subsets: [{ addresses: [{ ip: '10.0.0.1' }], notReadyAddresses: [{ ip: '10.0.0.2' }] }] },
      ['10.0.0.1', '10.0.0.2'],
    ],
    [
      'discovery.k8s.io',
      'EndpointSlice',
      { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'] }] },
      ['10.0.0.1'],
    ],
    ['discovery.k8s.io', 'EndpointSlice', { addressType: 'FQDN', endpoints: [{ addresses: ['a.example'] }] }, []],
  ])('have the addresses of %s/%s %j', (group, kind, content, expected) => {
    expect(texts('ip', group, kind, content)).toEqual(expected);
  });

  test.each([
    [
      'networking.k8s.io',
      'Ingress',
      { spec: { rules: [{ host: 'a.example' }, {}], tls: [{ hosts: ['b.example'] }] } },
      ['a.example', 'b.example'],
    ],
    ['gateway.networking.k8s.io', 'HTTPRoute', { spec: { hostnames: ['a.example'], rules: [{}] } }, ['a.example']],
    ['gateway.networking.k8s.io', 'Gateway', { spec: { listeners: [{ hostname: '*.example' }] } }, ['*.example']],
    ['route.openshift.io', 'Route', { spec: { host: 'a.example', tls: { termination: 'edge' } } }, ['a.example']],
    ['networking.istio.io', 'VirtualService', { spec: { hosts: ['a.example'] } }, ['a.example']],
    ['networking.istio.io', 'Gateway', { spec: { servers: [{ hosts: ['a.example'] }] } }, ['a.example']],
    ['cert-manager.io', 'Certificate', { spec: { dnsNames: ['a.example'] } }, ['a.example']],
    ['', 'Service', { spec: { externalName: 'a.example' } }, ['a.example']],
    ['', 'Service', { status: { loadBalancer: { ingress: [{ hostname: 'lb.example' }] } } }, ['lb.example']],
    ['', 'Node', { status: { addresses: [{ type: 'Hostname', address: 'n1' }] } }, ['n1']],
    ['', 'Pod', { status: { nominatedNodeName: 'n2' } }, ['n2']],
    ['', 'Event', { source: { component: 'kubelet', host: 'n3' } }, ['n3']],
    [
      'discovery.k8s.io',
      'EndpointSlice',
      { addressType: 'FQDN', endpoints: [{ addresses: ['a.example'], nodeName: 'n4' }] },
      ['a.example', 'n4'],
    ],
  ])('have the hosts of %s/%s %j', (group, kind, content, expected) => {
    expect(texts('host', group, kind, content)).toEqual(expected);
  });

  test('have reason and message of events in both groups, and of no other top level', () => {
    expect(texts('reason', '', 'Event', { reason: 'Failed', message: 'm' })).toEqual(['Failed']);
    expect(texts('message', '', 'Event', { reason: 'Failed', message: 'm' })).toEqual(['m']);
    expect(texts('message', 'events.k8s.io', 'Event', { reason: 'Failed', note: 'n' })).toEqual(['n']);
    expect(texts('message', 'example.com', 'Event', { message: 'm' })).toEqual([]);
  });

  test('have reason and message of any status and its conditions', () => {
    const status = { message: 'own', conditions: [{ reason: 'R', message: 'M' }] };
    expect(texts('message', 'example.com', 'Widget', { status })).toEqual(['own', 'M']);
  });

  test('of an object of any shape are distinct, ordered and at most 1 KiB', () => {
    const json = fc.letrec<{ value: Json }>((tie) => {
      const keys = fc.constantFrom('containers', 'image', 'conditions', 'message', 'hosts', 'template', 'spec', 'ip');
      return {
        value: fc.oneof(
          { maxDepth: 5 },
          fc.constantFrom<Json>(null, 1, true, '', 'text', 'é'.repeat(700)),
          fc.array(tie('value'), { maxLength: 3 }),
          fc.dictionary(keys, tie('value'), { maxKeys: 4 }),
        ),
      };
    }).value;
    const fields = fc.constantFrom('spec', 'status', 'subsets', 'endpoints', 'template', 'message');
    const group = fc.constantFrom('', 'apps', 'example.com');
    fc.assert(
      fc.property(group, fc.dictionary(fields, json), fc.dictionary(fc.string(), json), (inGroup, content, labels) => {
        const metadata = { name: 'x', labels, annotations: labels };
        const terms = searchTerms(typeOf(inGroup, 'Event'), objectOf('Event', { ...content, metadata }));
        const ranks = terms.map((term) => TERM_KINDS.indexOf(term.kind));
        expect(ranks).toEqual(ranks.toSorted((left, right) => left - right));
        expect(new Set(terms.map((term) => `${term.kind} ${term.text}`)).size).toBe(terms.length);
        expect(terms.every((term) => term.text !== '' && Buffer.byteLength(term.text) <= 1024)).toBe(true);
      }),
    );
  });
});
