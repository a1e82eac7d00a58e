import { asArray, asObject, asString } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';

/** One owner of an object, in the same namespace or cluster-scoped. */
export interface OwnerReference {
  readonly uid: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** True for at most one owner of an object: the one that manages it. */
  readonly controller: boolean;
}

/** The owners an object names, in its order; an entry without uid names nothing and is left out. */
export function ownerReferences(object: KubeObject): readonly OwnerReference[] {
  return asArray(object.metadata.ownerReferences)
    .map(asObject)
    .filter((reference) => asString(reference['uid']) !== '')
    .map((reference) => ({
      uid: asString(reference['uid']),
      apiVersion: asString(reference['apiVersion']),
      kind: asString(reference['kind']),
      name: asString(reference['name']),
      controller: reference['controller'] === true,
    }));
}
