import { asArray, asObject, asString, type Json, type JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import { customFieldsOf } from '../derive/selectable-fields.ts';
import { customColumnsOf } from '../derive/table-definition.ts';
import type { ServedType, Subresource } from './served-type.ts';

/** In the order in which discovery names them for custom resources. */
const customVerbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'] as const;

function strings(value: Json | undefined): readonly string[] {
  return asArray(value).map(asString);
}

function subresourcesOf(version: JsonObject, kind: string): readonly Subresource[] {
  const declared = asObject(version['subresources']);
  const verbs = ['get', 'patch', 'update'];
  return [
    ...(declared['status'] === undefined ? [] : [{ name: 'status', group: '', version: '', kind, verbs }]),
    ...(declared['scale'] === undefined
      ? []
      : [{ name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs }]),
  ];
}

/** The types that a CustomResourceDefinition makes, one per served version, in the order of the definition. */
export function customTypesOf(definition: KubeObject): readonly ServedType[] {
  const spec = asObject(definition['spec']);
  const names = asObject(spec['names']);
  const versions = asArray(spec['versions']).map(asObject);
  const group = asString(spec['group']);
  const kind = asString(names['kind']);
  const storageVersion = asString(versions.find((version) => version['storage'] === true)?.['name']);
  return versions
    .filter((version) => version['served'] === true)
    .map((version) => ({
      group,
      version: asString(version['name']),
      resource: asString(names['plural']),
      singular: asString(names['singular']) || kind.toLowerCase(),
      kind,
      namespaced: spec['scope'] === 'Namespaced',
      shortNames: strings(names['shortNames']),
      categories: strings(names['categories']),
      verbs: customVerbs,
      storage: definition.metadata.name,
      watchCached: true,
      countsGeneration: true,
      subresources: subresourcesOf(version, kind),
      blank: {},
      custom: {
        definition: definition.metadata.name,
        storageVersion,
        listKind: asString(names['listKind']) || `${kind}List`,
        columns: customColumnsOf(definition, asString(version['name'])),
        selectableFields: customFieldsOf(definition, asString(version['name'])),
      },
    }));
}
