import type { KubeObject } from '../../src/core/kube-object.ts';
import type { TypeRecipe } from '../../src/daemon/object-source.ts';
import { tableDefinition } from '../../src/derive/table-definition.ts';
import { podType } from './temporary-mirror.ts';

/** How pods become rows. */
export const podRecipe: TypeRecipe = {
  type: podType,
  table: tableDefinition(podType, { serverMinor: 36 }),
  tableContext: { serverMinor: 36 },
};

/** What a test says about a pod; the rest follows from its name. */
export interface PodDescription {
  readonly uid?: string | undefined;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A pod in the namespace `a`. */
export function pod(name: string, resourceVersion: string, given: PodDescription = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'a', uid: `uid-${name}`, resourceVersion, ...given },
    spec: { containers: [{ name: 'main', image: 'shop:1' }] },
    status: {},
  } as unknown as KubeObject;
}
