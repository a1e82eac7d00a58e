import { asObject, asString, type JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import { mergePatch } from './merge-patch.ts';
import { hasSubresource, type ServedType } from './served-type.ts';

/** Whether a request is for the `scale` of an object that has one; that of a custom type is not served. */
export function isScale(type: ServedType, subresource: string): boolean {
  return subresource === 'scale' && type.custom === undefined && hasSubresource(type, subresource);
}

/** The Scale of an object, as kube-apiserver 1.36 answers it. */
export function scaleOf(object: KubeObject): JsonObject {
  const { name, namespace = '', uid, resourceVersion, creationTimestamp } = object.metadata;
  const spec = asObject(object['spec']);
  const replicas = Number(spec['replicas'] ?? 0);
  const selector = asObject(spec['selector']);
  const labels = asObject(selector['matchLabels'] ?? selector);
  const labelTexts = Object.keys(labels)
    .sort()
    .map((key) => `${key}=${asString(labels[key])}`);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    // Go leaves zero out.
    spec: replicas === 0 ? {} : { replicas },
    status: {
      replicas: Number(asObject(object['status'])['replicas'] ?? 0),
      ...(labelTexts.length === 0 ? {} : { selector: labelTexts.join(',') }),
    },
  };
}

/** The patch of an object that a patch of its Scale comes to. */
export function patchOfScale(object: KubeObject, patch: JsonObject): JsonObject {
  const patched = asObject(mergePatch(scaleOf(object), patch));
  const { uid, resourceVersion } = asObject(asObject(patch)['metadata']);
  return {
    metadata: { ...(uid === undefined ? {} : { uid }), ...(resourceVersion === undefined ? {} : { resourceVersion }) },
    spec: { replicas: Number(asObject(patched['spec'])['replicas'] ?? 0) },
  };
}
