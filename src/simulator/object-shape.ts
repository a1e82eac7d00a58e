import { apiVersion } from '../core/api-resource.ts';
import { asObject, type Json, type JsonObject } from '../core/json.ts';
import type { KubeObject, ObjectMetadata } from '../core/kube-object.ts';
import { sortKeys } from './go-json.ts';
import type { ServedType } from './served-type.ts';

/** Key order of built-in metadata on the wire. */
const metadataOrder = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
] as const;

/** Fields that stand at the end of a built-in object, in this order. What stands before keeps the sender's order. */
const lastFields = ['spec', 'data', 'type', 'status'] as const;

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '' || Object.keys(value).length === 0;
}

/** Empty labels, finalizers and the like are not written, as in Go. */
function orderMetadata(metadata: JsonObject): ObjectMetadata {
  const ordered: Record<string, Json> = {};
  for (const key of metadataOrder) {
    const value = metadata[key];
    if (value !== undefined && (typeof value === 'number' || !isEmpty(value))) ordered[key] = value;
  }
  return ordered as ObjectMetadata;
}

/** A built-in object starts with kind, apiVersion and metadata; a custom one has all its keys in byte order. */
export function inWireOrder(custom: boolean, object: KubeObject): KubeObject {
  const metadata = orderMetadata(object.metadata);
  if (custom) return sortKeys({ ...object, metadata }) as KubeObject;
  const { kind, apiVersion: version, metadata: _metadata, ...rest } = object;
  const ordered: Record<string, Json | undefined> = rest;
  for (const key of lastFields) {
    const value = ordered[key];
    delete ordered[key];
    if (value !== undefined) ordered[key] = value;
  }
  return { kind, apiVersion: version, metadata, ...ordered };
}

/** `metadata` alone, as the API server sends it where metadata is asked for. */
export function partialMetadata(object: KubeObject, formVersion: string): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: formVersion, metadata: orderMetadata(object.metadata) };
}

/** Fields of core events (left) and of events.k8s.io (right) that hold the same thing. */
const eventFields: readonly (readonly [string, string])[] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
];

function renameFields(object: KubeObject, from: 0 | 1): KubeObject {
  const names = new Map(eventFields.map((pair) => [pair[from], pair[1 - from] ?? '']));
  const renamed = Object.entries(object).map(([key, value]) => [names.get(key) ?? key, value] as const);
  return Object.fromEntries(renamed) as KubeObject;
}

/** The version in which objects of a storage key are kept. */
function storedVersion(type: ServedType): string {
  if (type.custom !== undefined) return apiVersion({ group: type.group, version: type.custom.storageVersion });
  return type.storage === 'events' ? 'v1' : apiVersion(type);
}

/** What a client sent, as it is kept. */
export function toStored(type: ServedType, object: KubeObject): KubeObject {
  const isNewEvent = type.storage === 'events' && type.group !== '';
  return { ...(isNewEvent ? renameFields(object, 1) : object), apiVersion: storedVersion(type), kind: type.kind };
}

const converted = new WeakMap<KubeObject, Map<string, KubeObject>>();

function convert(type: ServedType, object: KubeObject): KubeObject {
  const renamed = type.storage === 'events' ? renameFields(object, 0) : object;
  return { ...renamed, apiVersion: apiVersion(type) };
}

/**
 * A kept object as a type serves it. Only the version text changes, and the field names of events: other versions of a
 * built-in type are not really converted, and custom resources have no conversion webhooks here.
 */
export function toServed(type: ServedType, object: KubeObject): KubeObject {
  const version = apiVersion(type);
  if (object.apiVersion === version) return object;
  const versions = converted.get(object) ?? new Map<string, KubeObject>();
  converted.set(object, versions);
  const known = versions.get(version);
  if (known !== undefined) return known;
  const made = convert(type, object);
  versions.set(version, made);
  return made;
}

/** The object with another resource version, in the same key order. */
export function withResourceVersion(object: KubeObject, revision: number): KubeObject {
  const metadata = { ...object.metadata, resourceVersion: String(revision) };
  return { ...object, metadata: asObject(metadata) as ObjectMetadata };
}

/** `namespace/name`, or the name alone. */
export function objectKey(namespaced: boolean, namespace: string, name: string): string {
  return namespaced ? `${namespace}/${name}` : name;
}
