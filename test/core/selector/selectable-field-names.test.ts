import { describe, expect, test } from 'vitest';
import {
  canonicalField,
  supportedFields,
  unsupportedFieldMessage,
} from '../../../src/core/selector/selectable-field-names.ts';

function typeOf(group: string, version: string, kind: string, namespaced = true) {
  return { group, version, kind, namespaced };
}

const pod = typeOf('', 'v1', 'Pod');
const node = typeOf('', 'v1', 'Node', false);
const deployment = typeOf('apps', 'v1', 'Deployment');
const widget = typeOf('example.com', 'v1', 'Widget');
const gadget = typeOf('example.com', 'v1', 'Gadget', false);

describe('supportedFields', () => {
  test('has the aliases of a kind beside its own labels', () => {
    expect(supportedFields(pod)).toEqual([
      'metadata.name',
      'metadata.namespace',
      'spec.nodeName',
      'spec.restartPolicy',
      'spec.schedulerName',
      'spec.serviceAccountName',
      'spec.hostNetwork',
      'status.phase',
      'status.podIP',
      'status.podIPs',
      'status.nominatedNodeName',
      'spec.host',
    ]);
  });

  test.each([
    ['a node', node, ['metadata.name', 'spec.unschedulable']],
    ['a deployment', deployment, ['metadata.name', 'metadata.namespace']],
    [
      'a cluster role',
      typeOf('rbac.authorization.k8s.io', 'v1', 'ClusterRole', false),
      ['metadata.name', 'metadata.namespace'],
    ],
    [
      'a resource slice',
      typeOf('resource.k8s.io', 'v1', 'ResourceSlice', false),
      ['metadata.name', 'spec.nodeName', 'spec.driver'],
    ],
    [
      'a pod certificate request',
      typeOf('certificates.k8s.io', 'v1beta1', 'PodCertificateRequest'),
      ['metadata.name', 'spec.signerName', 'spec.podName', 'spec.nodeName'],
    ],
  ])('knows what is accepted for %s', (_, type, fields) => {
    expect(supportedFields(type)).toEqual(fields);
  });

  test('accepts metadata.namespace for a custom resource only when it is namespaced', () => {
    expect(supportedFields(widget, ['spec.color'])).toEqual(['metadata.name', 'metadata.namespace', 'spec.color']);
    expect(supportedFields(gadget, [])).toEqual(['metadata.name']);
  });

  test('takes a custom resource of a built-in name for what it is', () => {
    expect(supportedFields(typeOf('example.com', 'v1', 'Pod'), [])).toEqual(['metadata.name', 'metadata.namespace']);
  });
});

describe('canonicalField', () => {
  const event = typeOf('events.k8s.io', 'v1', 'Event');

  test.each([
    [pod, 'spec.host', 'spec.nodeName'],
    [pod, 'spec.nodeName', 'spec.nodeName'],
    [event, 'regarding.name', 'involvedObject.name'],
    [event, 'reportingController', 'reportingComponent'],
    [event, 'reason', 'reason'],
    [widget, 'spec.host', 'spec.host'],
    [pod, 'toString', 'toString'],
  ])('of %j, %s is kept as %s', (type, field, canonical) => {
    expect(canonicalField(type, field)).toBe(canonical);
  });
});

describe('unsupportedFieldMessage', () => {
  const metadataOnly = 'is not a known field selector: only "metadata.name", "metadata.namespace"';

  test.each([
    [pod, undefined, 'field label not supported: x.y'],
    [node, undefined, 'field label not supported: x.y'],
    [typeOf('batch', 'v1', 'Job'), undefined, 'field label "x.y" not supported for Job'],
    [typeOf('batch', 'v1', 'CronJob'), undefined, `"x.y" ${metadataOnly}`],
    [deployment, undefined, `"x.y" ${metadataOnly}`],
    [
      typeOf('resource.k8s.io', 'v1', 'ResourceSlice', false),
      undefined,
      'field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: x.y',
    ],
    [widget, ['spec.color'], 'field label not supported: x.y'],
    [gadget, [], 'field label not supported: x.y'],
    [typeOf('metrics.k8s.io', 'v1beta1', 'PodMetrics'), undefined, `"x.y" ${metadataOnly}`],
  ])('says for %j, custom fields %j: %s', (type, customFields, message) => {
    expect(unsupportedFieldMessage(type, 'x.y', customFields)).toBe(message);
  });

  test('quotes the label as Go does where the server quotes it', () => {
    expect(unsupportedFieldMessage(deployment, 'a"b')).toBe(String.raw`"a\"b" ${metadataOnly}`);
  });
});
