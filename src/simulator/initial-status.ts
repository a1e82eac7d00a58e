import { asObject, asString, type JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import type { ServedType } from './served-type.ts';

/** What kube-apiserver 1.36 sets at a create where the type's columns or its controllers need it. */
const statuses: Readonly<Record<string, JsonObject>> = {
  namespaces: { phase: 'Active' },
  persistentvolumeclaims: { phase: 'Pending' },
  persistentvolumes: { phase: 'Pending' },
  pods: { phase: 'Pending', qosClass: 'BestEffort' },
};

function namespaceSpec(object: KubeObject): KubeObject {
  const labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name };
  const spec = { finalizers: ['kubernetes'], ...asObject(object['spec']) };
  return { ...object, metadata: { ...object.metadata, labels }, spec };
}

function definitionSpec(object: KubeObject): KubeObject {
  const spec = asObject(object['spec']);
  const names = asObject(spec['names']);
  const kind = asString(names['kind']);
  const filled = { listKind: `${kind}List`, singular: kind.toLowerCase(), ...names };
  const versions = Array.isArray(spec['versions']) ? (spec['versions'] as readonly JsonObject[]) : [];
  const stored = versions.filter((version) => version['storage'] === true).map((version) => version['name'] ?? '');
  return {
    ...object,
    spec: { ...spec, names: filled, conversion: spec['conversion'] ?? { strategy: 'None' } },
    status: { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: stored },
  };
}

/** A new object as the API server would first store it; `keepStatus` leaves a given status alone. */
export function initialStatus(type: ServedType, object: KubeObject, keepStatus: boolean): KubeObject {
  if (type.resource === 'customresourcedefinitions') return definitionSpec(object);
  const made = type.resource === 'namespaces' && type.group === '' ? namespaceSpec(object) : object;
  if (keepStatus && made['status'] !== undefined) return made;
  const { status: _status, ...rest } = made;
  const name = type.group === '' ? type.resource : '';
  const status = statuses[name] ?? type.blank['status'];
  return (
    status === undefined || (keepStatus && statuses[name] === undefined) ? rest : { ...rest, status }
  ) as KubeObject;
}
