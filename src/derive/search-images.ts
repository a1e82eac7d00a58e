/** The images an object runs or would run. */
import type { ApiResource } from '../core/api-resource.ts';
import { type Json, type JsonObject, asArray, asObject, isJsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import type { TermCollector } from './term-collector.ts';

const CONTAINER_LISTS = ['containers', 'initContainers', 'ephemeralContainers'];
const CONTAINER_STATUS_LISTS = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'];

/** Bounds the walk over one custom resource: its depth under `spec`, and the values looked at. */
const MAX_DEPTH = 10;
const MAX_VALUES = 2000;

/**
 * Adds the images of the pod, or of the pod template, and those that the containers report. In a custom resource, whose
 * layout nobody knows, every string named `image` under `spec` counts.
 */
export function collectImages(type: ApiResource, object: KubeObject, terms: TermCollector): void {
  const spec = asObject(object['spec']);
  if (isKubernetesGroup(type.group)) {
    for (const podSpec of podSpecs(object, spec)) collectPodImages(podSpec, terms);
  } else {
    collectNamedImages(spec, terms);
  }
  const status = asObject(object['status']);
  for (const list of CONTAINER_STATUS_LISTS) {
    for (const container of asArray(status[list])) terms.add('image', asObject(container)['image']);
  }
}

/** Groups that Kubernetes keeps for its own APIs: bare names and `*.k8s.io`. */
function isKubernetesGroup(group: string): boolean {
  return !group.includes('.') || group.endsWith('.k8s.io');
}

function podSpecs(object: KubeObject, spec: JsonObject): readonly JsonObject[] {
  const jobSpec = asObject(asObject(spec['jobTemplate'])['spec']);
  return [
    spec,
    asObject(asObject(spec['template'])['spec']),
    asObject(asObject(jobSpec['template'])['spec']),
    asObject(asObject(object['template'])['spec']),
  ];
}

function collectPodImages(podSpec: JsonObject, terms: TermCollector): void {
  for (const list of CONTAINER_LISTS) {
    for (const container of asArray(podSpec[list])) terms.add('image', asObject(container)['image']);
  }
}

function collectNamedImages(spec: JsonObject, terms: TermCollector): void {
  const queue: { readonly value: Json | undefined; readonly depth: number }[] = [{ value: spec, depth: 0 }];
  for (let index = 0; index < queue.length; index += 1) {
    const { value, depth } = queue[index] ?? { value: undefined, depth: 0 };
    const members = isJsonObject(value) ? Object.values(value) : asArray(value);
    if (isJsonObject(value)) terms.add('image', value['image']);
    if (depth === MAX_DEPTH) continue;
    for (const member of members) {
      if (typeof member !== 'object' || member === null || queue.length >= MAX_VALUES) continue;
      queue.push({ value: member, depth: depth + 1 });
    }
  }
}
