import type { ApiResource } from '../core/api-resource.ts';
import type { JsonObject } from '../core/json.ts';
import type { CustomColumn } from '../derive/table-definition.ts';

/** A path below an object, such as `status`, as discovery lists it. */
export interface Subresource {
  readonly name: string;
  /** Group and version of `kind` where they differ from the type's own; otherwise both empty. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

/** What makes a type a custom one. */
interface CustomType {
  /** Name of its CustomResourceDefinition: `plural.group`. */
  readonly definition: string;
  /** Version its objects are stored in. */
  readonly storageVersion: string;
  readonly listKind: string;
  /** Printed columns of this version, and the fields that its field selectors know besides name and namespace. */
  readonly columns: readonly CustomColumn[];
  readonly selectableFields: readonly string[];
}

/** A type in one version, as the simulated API server serves it. */
export interface ServedType extends ApiResource {
  /** Key of the objects in the store. Types with the same key show the same objects, as both `events` do. */
  readonly storage: string;
  /** False for the types that a real API server reads from etcd, without a watch cache: events. */
  readonly watchCached: boolean;
  /** True where the API server counts `metadata.generation`. */
  readonly countsGeneration: boolean;
  readonly subresources: readonly Subresource[];
  /** What stands beside kind, apiVersion and metadata when an object is empty: the body of a bookmark. */
  readonly blank: JsonObject;
  /** Text of the `Warning` header of a deprecated type. */
  readonly warning?: string | undefined;
  /** Undefined for a built-in type. */
  readonly custom?: CustomType | undefined;
}

/** True when the type has the subresource, such as `status`. */
export function hasSubresource(type: ServedType, name: string): boolean {
  return type.subresources.some((subresource) => subresource.name === name);
}
