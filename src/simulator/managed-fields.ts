import { asArray, asObject, isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';

/** Who writes, and through which subresource. */
export interface FieldManager {
  /** The first word of the user agent, as the API server takes it. */
  readonly manager: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  /** RFC 3339, to the second. */
  readonly time: string;
}

/** How deep fields are named. A real server goes on to every leaf. */
const depthLimit = 4;

const identityFields = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
]);

function fieldSet(value: Json | undefined, depth: number): JsonObject {
  if (!isJsonObject(value) || depth === 0) return {};
  const set: Record<string, Json> = {};
  for (const [key, member] of Object.entries(value)) set[`f:${key}`] = fieldSet(member, depth - 1);
  return depth < depthLimit && Object.keys(set).length > 0 ? { '.': {}, ...set } : set;
}

function ownedFields(object: KubeObject, subresource: string): JsonObject {
  // A Scale of none has no field.
  if (subresource === 'scale')
    return asObject(object['spec'])['replicas'] === 0 ? {} : { 'f:spec': { 'f:replicas': {} } };
  if (subresource !== '') return fieldSet({ [subresource]: object[subresource] }, depthLimit);
  const { apiVersion: _apiVersion, kind: _kind, metadata, status: _status, ...rest } = object;
  const named = Object.entries(metadata).filter(([key]) => !identityFields.has(key));
  const fields = fieldSet(rest as JsonObject, depthLimit);
  if (named.length === 0) return fields;
  const { '.': _own, ...ofMetadata } = fieldSet(Object.fromEntries(named) as JsonObject, depthLimit - 1);
  return { ...fields, 'f:metadata': ofMetadata };
}

/**
 * `metadata.managedFields` after a write: one entry per manager and subresource. A plausible entry, not the real
 * algorithm: the writer owns every field that the object has. Undefined when nobody owns anything.
 */
export function managedFields(object: KubeObject, by: FieldManager): Json | undefined {
  const isOwn = (entry: JsonObject): boolean =>
    entry['manager'] === by.manager && (entry['subresource'] ?? '') === by.subresource;
  const others = asArray(object.metadata.managedFields).filter((entry) => !isOwn(asObject(entry)));
  const fields = ownedFields(object, by.subresource);
  const own: JsonObject = {
    manager: by.manager,
    operation: 'Update',
    apiVersion: object.apiVersion,
    time: by.time,
    fieldsType: 'FieldsV1',
    fieldsV1: fields,
    ...(by.subresource === '' ? {} : { subresource: by.subresource }),
  };
  const entries = Object.keys(fields).length === 0 ? others : [...others, own];
  return entries.length === 0 ? undefined : entries;
}
