import { describe, expect, test } from 'vitest';
import type { ApiResource } from '../../src/core/api-resource.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { KubeObject } from '../../src/core/kube-object.ts';
import { customFieldsOf, selectableFields } from '../../src/derive/selectable-fields.ts';

function typeOf(group: string, version: string, kind: string): ApiResource {
  const names = { resource: `${kind.toLowerCase()}s`, singular: kind.toLowerCase(), kind };
  return { group, version, ...names, namespaced: true, shortNames: [], categories: [], verbs: ['list', 'watch'] };
}

function fieldsOf(type: ApiResource, content: JsonObject, customFields?: readonly string[]): Record<string, string> {
  const object: KubeObject = { apiVersion: type.version, kind: type.kind, metadata: { name: 'x' }, ...content };
  return Object.fromEntries(selectableFields(type, object, customFields));
}

describe('selectableFields', () => {
  test('of a pod leaves out what is empty and what the server never fills', () => {
    const pod = {
      spec: { nodeName: 'n1', restartPolicy: 'Always', schedulerName: 's', serviceAccountName: 'a', host: 'old' },
      status: { phase: 'Running', podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }], nominatedNodeName: '' },
    };
    expect(fieldsOf(typeOf('', 'v1', 'Pod'), pod)).toEqual({
      'spec.nodeName': 'n1',
      'spec.restartPolicy': 'Always',
      'spec.schedulerName': 's',
      'spec.serviceAccountName': 'a',
      'spec.hostNetwork': 'false',
      'status.phase': 'Running',
      'status.podIP': '10.0.0.1',
    });
  });

  test.each([
    ['', 'Pod', { spec: { hostNetwork: true } }, { 'spec.hostNetwork': 'true' }],
    ['', 'Node', {}, { 'spec.unschedulable': 'false' }],
    ['', 'Node', { spec: { unschedulable: true } }, { 'spec.unschedulable': 'true' }],
    ['', 'Namespace', { status: { phase: 'Active' } }, { 'status.phase': 'Active' }],
    ['', 'Secret', { type: 'Opaque' }, { type: 'Opaque' }],
    ['', 'Secret', {}, {}],
    [
      '',
      'Service',
      { spec: { clusterIP: 'None', type: 'ClusterIP' } },
      { 'spec.clusterIP': 'None', 'spec.type': 'ClusterIP' },
    ],
    ['', 'ReplicationController', {}, { 'status.replicas': '0' }],
    ['', 'ReplicationController', { status: { replicas: 3 } }, { 'status.replicas': '3' }],
    ['batch', 'Job', {}, { 'status.successful': '0' }],
    ['batch', 'Job', { status: { succeeded: 2 } }, { 'status.successful': '2' }],
    ['certificates.k8s.io', 'CertificateSigningRequest', { spec: { signerName: 's/t' } }, { 'spec.signerName': 's/t' }],
    [
      'resource.k8s.io',
      'ResourceSlice',
      { spec: { nodeName: 'n', driver: 'd' } },
      { 'spec.nodeName': 'n', 'spec.driver': 'd' },
    ],
    ['apps', 'Deployment', { status: { replicas: 3, phase: 'x' } }, {}],
    ['', 'Pod', { spec: null, status: 'odd' }, { 'spec.hostNetwork': 'false' }],
  ])('of %s/%s %j', (group, kind, content, fields) => {
    expect(fieldsOf(typeOf(group, 'v1', kind), content)).toEqual(fields);
  });

  test('of an event falls back to the reporting component for its source', () => {
    const type = typeOf('', 'v1', 'Event');
    expect(fieldsOf(type, { reportingComponent: 'kubelet' })).toEqual({
      reportingComponent: 'kubelet',
      source: 'kubelet',
    });
    expect(fieldsOf(type, { source: { component: 'a' }, reportingComponent: 'b' })).toMatchObject({ source: 'a' });
  });

  test('of both event groups come under the same names', () => {
    const subject = {
      kind: 'Pod',
      namespace: 'd',
      name: 'p',
      uid: 'u',
      apiVersion: 'v1',
      resourceVersion: '7',
      fieldPath: 'spec.containers{a}',
    };
    const core = { involvedObject: subject, reason: 'Started', type: 'Normal', reportingComponent: 'c' };
    const events = { regarding: subject, reason: 'Started', type: 'Normal', reportingController: 'c' };
    const { source, ...rest } = fieldsOf(typeOf('', 'v1', 'Event'), core);
    expect(source).toBe('c');
    expect(fieldsOf(typeOf('events.k8s.io', 'v1', 'Event'), events)).toEqual(rest);
    expect(rest['involvedObject.fieldPath']).toBe('spec.containers{a}');
  });

  test('of a custom resource are the declared ones only, scalars as text and anything else empty', () => {
    const type = typeOf('example.com', 'v1', 'Widget');
    const content = {
      spec: { color: 'red', size: 5, on: false, big: JSON.rawJSON('9223372036854775807'), none: null, deep: { x: 1 } },
    };
    const declared = ['spec.color', 'spec.size', 'spec.on', 'spec.big', 'spec.none', 'spec.deep', 'spec.absent'];
    expect(fieldsOf(type, content, declared)).toEqual({
      'spec.color': 'red',
      'spec.size': '5',
      'spec.on': 'false',
      'spec.big': '9223372036854775807',
    });
    expect(fieldsOf(type, content, [])).toEqual({});
  });
});

describe('customFieldsOf', () => {
  const definition: KubeObject = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: {
      versions: [
        { name: 'v1alpha1' },
        { name: 'v1', selectableFields: [{ jsonPath: '.spec.color' }, { jsonPath: '.spec.size' }] },
      ],
    },
  };

  test('are the json paths of that version without their leading dot', () => {
    expect(customFieldsOf(definition, 'v1')).toEqual(['spec.color', 'spec.size']);
  });

  test('are none for a version that declares none, or that does not exist', () => {
    expect(customFieldsOf(definition, 'v1alpha1')).toEqual([]);
    expect(customFieldsOf(definition, 'v2')).toEqual([]);
  });
});
