import { asObject } from '../../core/json.ts';
import type { KubeObject } from '../../core/kube-object.ts';

/** True where one of these annotations is `"true"`: the class serves whoever names none. */
export function isDefault(object: KubeObject, annotations: readonly string[]): boolean {
  const present = asObject(object.metadata.annotations);
  return annotations.some((annotation) => present[annotation] === 'true');
}
