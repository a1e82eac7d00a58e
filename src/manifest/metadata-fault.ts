/**
 * Why kubectl 1.36 cannot take a manifest's `apiVersion`, `kind` and `metadata`: what names an object and its labels and
 * annotations must be texts, although the rest may be anything.
 */
import { type Json, type JsonObject, isJsonObject } from '../core/json.ts';

/** Go types of the fields of ObjectMeta that are texts or maps of texts. */
const fieldTypes: ReadonlyMap<string, string> = new Map([
  ...['name', 'generateName', 'namespace', 'selfLink', 'resourceVersion'].map((name) => [name, 'string'] as const),
  ['uid', 'types.UID'],
  ...['labels', 'annotations'].map((name) => [name, 'map[string]string'] as const),
]);

/** The first fault as kubectl tells it, or undefined. */
export function metadataFault(object: JsonObject): string | undefined {
  for (const [key, value = null] of Object.entries(object)) {
    const fault = key === 'metadata' ? faultOfMetadata(value) : faultOfType(key, value);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultOfType(key: string, value: Json): string | undefined {
  const counts = key === 'apiVersion' || key === 'kind';
  return counts && !isText(value) ? mismatch(value, `metadataOnlyObject.TypeMeta.${key}`, 'string') : undefined;
}

function faultOfMetadata(metadata: Json): string | undefined {
  if (metadata === null) return undefined;
  if (!isJsonObject(metadata)) return mismatch(metadata, 'metadataOnlyObject.metadata', 'v1.ObjectMeta');
  for (const [key, value = null] of Object.entries(metadata)) {
    const type = fieldTypes.get(key);
    const field = `ObjectMeta.metadata.${key}`;
    if (type === undefined || value === null) continue;
    if (!type.startsWith('map') || !isJsonObject(value)) {
      if (type.startsWith('map') || !isText(value)) return mismatch(value, field, type);
      continue;
    }
    const wrong = Object.values(value).find((member) => !isText(member ?? null));
    if (wrong !== undefined) return mismatch(wrong, field, 'string');
  }
  return undefined;
}

function isText(value: Json): boolean {
  return value === null || typeof value === 'string';
}

function mismatch(value: Json, field: string, type: string): string {
  return `json: cannot unmarshal ${jsonTypeName(value)} into Go struct field ${field} of type ${type}`;
}

/** The type of a JSON value as Go's `encoding/json` names it. */
export function jsonTypeName(value: Json): string {
  if (Array.isArray(value)) return 'array';
  if (isJsonObject(value)) return 'object';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'number';
}
