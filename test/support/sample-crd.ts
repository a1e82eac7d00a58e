import type { JsonObject } from '../../src/core/json.ts';
import type { SampleType } from './sample-objects.ts';

/** A custom resource definition to make: its plural is `<singular>s`, its version `v1`. */
export interface SampleCrd {
  readonly group: string;
  /** Lower case; the kind is the same with a capital. */
  readonly singular: string;
  readonly namespaced: boolean;
  /** How many fields and printer columns beyond the first; a schema change adds one. */
  readonly extraFieldCount: number;
}

/** `<plural>.<group>`: the name of the definition. */
export function crdName(crd: SampleCrd): string {
  return `${crd.singular}s.${crd.group}`;
}

function kindOf(crd: SampleCrd): string {
  return crd.singular.charAt(0).toUpperCase() + crd.singular.slice(1);
}

/** The definition, as the body of a POST, or of a merge patch that changes its schema and printer columns. */
export function crdBody(crd: SampleCrd): JsonObject {
  const extra = Array.from({ length: crd.extraFieldCount }, (_, index) => `extra${index}`);
  const properties = Object.fromEntries(extra.map((name) => [name, { type: 'string' }]));
  const columns = extra.map((name) => ({ name: `Extra-${name}`, type: 'string', jsonPath: `.spec.${name}` }));
  const schema = {
    type: 'object',
    properties: {
      spec: { type: 'object', properties: { size: { type: 'integer' }, color: { type: 'string' }, ...properties } },
      status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    },
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: crdName(crd) },
    spec: {
      group: crd.group,
      scope: crd.namespaced ? 'Namespaced' : 'Cluster',
      names: { plural: `${crd.singular}s`, singular: crd.singular, kind: kindOf(crd), listKind: `${kindOf(crd)}List` },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: schema },
          subresources: { status: {} },
          additionalPrinterColumns: [
            { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
            { name: 'Color', type: 'string', jsonPath: '.spec.color', priority: 1 },
            ...columns,
            { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
          ],
        },
      ],
    },
  };
}

/** The type that the definition adds, with samples of it. */
export function crdType(crd: SampleCrd): SampleType {
  const colors = ['red', 'green', 'blue'] as const;
  return {
    apiVersion: `${crd.group}/v1`,
    resource: `${crd.singular}s`,
    kind: kindOf(crd),
    namespaced: crd.namespaced,
    weight: 8,
    content: (index) => ({ spec: { size: index, color: colors[index % colors.length] } }),
  };
}
