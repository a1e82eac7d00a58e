import type { Json, JsonObject } from './json.ts';

/** `metadata` as every Kubernetes object has it; only what navi itself reads is named. */
export interface ObjectMetadata extends JsonObject {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly creationTimestamp?: string | undefined;
  readonly deletionTimestamp?: string | undefined;
  readonly labels?: JsonObject | undefined;
  readonly annotations?: JsonObject | undefined;
  readonly ownerReferences?: readonly Json[] | undefined;
  readonly managedFields?: Json | undefined;
}

/** One stored thing, as the API server sends it, with `apiVersion` and `kind` always present. */
export interface KubeObject extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMetadata;
}
