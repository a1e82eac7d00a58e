/** What a field selector compares an object with, as kube-apiserver 1.36 derives it when it lists. */
import type { ApiResource } from '../core/api-resource.ts';
import { type Json, asArray, asObject, asString, isJsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import { canonicalField, supportedFields } from '../core/selector/selectable-field-names.ts';

/** Where a built-in field is not simply the text at its own path; keyed by `group/Kind field`. */
const READERS: Readonly<Record<string, (object: KubeObject) => string>> = {
  '/Pod spec.hostNetwork': (object) => String(valueAt(object, 'spec.hostNetwork') === true),
  // Accepted by the server, which never fills it.
  '/Pod status.podIPs': () => '',
  '/Node spec.unschedulable': (object) => String(valueAt(object, 'spec.unschedulable') === true),
  '/ReplicationController status.replicas': (object) => fieldText(valueAt(object, 'status.replicas')) || '0',
  '/Event source': (object) => asString(valueAt(object, 'source.component')) || asString(object['reportingComponent']),
  'batch/Job status.successful': (object) => fieldText(valueAt(object, 'status.succeeded')) || '0',
};

/**
 * The selectable values of an object by canonical field name, without `metadata.name` and `metadata.namespace`, and
 * without empty values: a field that is missing here compares as the empty text. `customFields` come from
 * `customFieldsOf` and are undefined for types that no CustomResourceDefinition defines.
 */
export function selectableFields(
  type: ApiResource,
  object: KubeObject,
  customFields?: readonly string[],
): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const field of supportedFields(type, customFields)) {
    if (field.startsWith('metadata.')) continue;
    const name = canonicalField(type, field);
    const reader = customFields === undefined ? READERS[`${type.group}/${type.kind} ${field}`] : undefined;
    const value = reader === undefined ? fieldText(valueAt(object, field)) : reader(object);
    if (value !== '' && !values.has(name)) values.set(name, value);
  }
  return values;
}

/**
 * The field labels that a CustomResourceDefinition declares for one of its versions, in its order and without the
 * leading dot of their jsonPath; empty where it declares none.
 */
export function customFieldsOf(definition: KubeObject, version: string): readonly string[] {
  const declared = asArray(asObject(definition['spec'])['versions'])
    .map(asObject)
    .find((candidate) => candidate['name'] === version);
  return asArray(declared?.['selectableFields'])
    .map((entry) => asString(asObject(entry)['jsonPath']).replace(/^\./, ''))
    .filter((path) => path !== '');
}

/** A scalar as the server compares it; anything else is the empty text. */
function fieldText(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return JSON.isRawJSON(value) ? (value as { readonly rawJSON: string }).rawJSON : '';
}

function valueAt(object: KubeObject, path: string): Json | undefined {
  let value: Json | undefined = object;
  for (const name of path.split('.')) {
    if (!isJsonObject(value)) return undefined;
    value = value[name];
  }
  return value;
}
