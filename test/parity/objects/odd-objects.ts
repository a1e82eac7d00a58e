import type { JsonObject } from '../../../src/core/json.ts';
import type { KubeObject } from '../../../src/core/kube-object.ts';
import { scalars } from '../../output/nasty-values.ts';
import type { StoredObject } from '../etcd-objects.ts';

const longText = 'the quick brown fox jumps over the lazy dog '.repeat(40);

function configMap(name: string, fields: JsonObject, metadata: JsonObject = {}): StoredObject {
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'odd', creationTimestamp: '2025-03-04T05:06:07Z', ...metadata },
    ...fields,
  };
  return { type: 'configmaps', object };
}

/** Characters that make YAML fail as a whole, kept out of the strings that are to be printed. */
const isPrintable = (text: string): boolean => !/[\u007F-\u009F\uFFFE\uFFFF]/.test(text);

function oddPod(name: string, fields: JsonObject, metadata: JsonObject = {}): StoredObject {
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'odd', creationTimestamp: '2024-07-01T00:00:00Z', ...metadata },
    ...fields,
  };
  return { type: 'pods', object };
}

/** Objects that hardly anybody has: unicode, empty, huge, without fields, with text that steers a terminal. */
export function oddObjects(): readonly StoredObject[] {
  const data = Object.fromEntries(scalars.filter(isPrintable).map((text, index) => [`k${index}`, text]));
  const labels = { y: 'yes', n: 'no', on: 'off', '123': '456', a10: '1', a2: '2', A: 'x', b: 'true', 'app-x': 'v' };
  return [
    configMap('scalars', { data }),
    configMap('huge', {
      data: Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`part-${index}`, longText])),
    }),
    configMap('empty', {}),
    configMap('empty-maps', { data: {}, binaryData: {} }),
    configMap('binary', { binaryData: { a: 'AAEC/w==', b: '' } }),
    configMap('labels', { data: { k: 'v' } }, { labels, annotations: { '': 'empty key', text: 'two\nlines' } }),
    configMap('zero-time', {}, { creationTimestamp: null }),
    configMap('far-future', {}, { creationTimestamp: '2199-01-01T00:00:00Z' }),
    configMap('very-old', {}, { creationTimestamp: '1990-01-01T00:00:00Z' }),
    configMap('deleting', {}, { deletionTimestamp: '2025-03-05T00:00:00Z', finalizers: ['example.com/wait'] }),
    configMap('unicode', { data: { 日本語: '本', 'e\u0301': 'é😀', '\u{1F600}': 'astral', '\uFF5E': 'full width' } }),
    configMap('control', { data: { bell: '\u0007', delete: '\u007F', next: 'a\u0085b' } }),
    configMap('html', { data: { '<a&b>': '<script>&amp;</script>\u2028\u2029' } }),
    configMap('escape', {}, { labels: { app: '\u001B[31mred', line: 'one\ntwo', tab: 'a\tb' } }),
    oddPod('bare', {}),
    oddPod('no-status', { spec: { containers: [{ name: 'c', image: 'i' }] } }),
    oddPod('no-containers', { spec: { containers: [] }, status: { phase: 'Running' } }),
    oddPod('reason', { spec: {}, status: { phase: 'Failed', reason: 'Line one\nline two' } }),
    oddPod(
      'unicode-label',
      { spec: {}, status: { phase: 'Größe' } },
      { labels: { 'app.kubernetes.io/name': '日本語' } },
    ),
    {
      type: 'nodes',
      object: {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name: 'node-bare', creationTimestamp: '2023-01-01T00:00:00Z' },
      },
    },
    {
      type: 'events',
      object: {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'nothing', namespace: 'odd', creationTimestamp: '2025-01-01T00:00:00Z' },
        involvedObject: {},
      },
    },
  ];
}
