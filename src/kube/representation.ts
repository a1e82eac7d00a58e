import { apiVersion, type ApiResource } from '../core/api-resource.ts';
import { asArray, asObject, asString, isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import { failure, RequestFailed } from './failure.ts';

/**
 * In which form objects are asked for: whole; only their metadata; or, for Secrets, as rows of a Table with their
 * metadata, so that no value of a Secret ever reaches this process.
 */
export type Representation = 'full' | 'metadata' | 'secret';

const metadataOnly = (kind: string): string => `application/json;as=${kind};g=meta.k8s.io;v=v1`;

/** Accept header of a list (`PartialObjectMetadataList`) or of a watch (`PartialObjectMetadata`): not the same kind. */
export function acceptHeader(representation: Representation, verb: 'list' | 'watch'): string {
  switch (representation) {
    case 'full':
      return 'application/json';
    case 'metadata':
      return metadataOnly(verb === 'list' ? 'PartialObjectMetadataList' : 'PartialObjectMetadata');
    case 'secret':
      return metadataOnly('Table');
  }
}

/** The representation a type is stored from. */
export function storedRepresentation(type: { readonly group: string; readonly resource: string }): Representation {
  return type.group === '' && type.resource === 'secrets' ? 'secret' : 'full';
}

/**
 * The objects of a list body, with `apiVersion` and `kind` on each (lists of built-in types leave them out).
 * @throws RequestFailed (malformed) when an item has no name; (not-acceptable) when Secrets come in another form.
 */
export function listItems(type: ApiResource, representation: Representation, body: JsonObject): readonly KubeObject[] {
  if (representation === 'secret') {
    if (body['kind'] !== 'Table') throw notATable();
    return asArray(body['rows']).map((row) => secretFromRow(asObject(row)));
  }
  return asArray(body['items']).map((item) => named(type, item));
}

/** The object of a watch event; see `listItems`. */
export function eventObject(type: ApiResource, representation: Representation, object: JsonObject): KubeObject {
  if (representation !== 'secret') return named(type, object);
  if (object['kind'] !== 'Table') throw notATable();
  return secretFromRow(asObject(asArray(object['rows'])[0]));
}

/** resourceVersion of a bookmark's object, in any representation. */
export function bookmarkVersion(representation: Representation, object: JsonObject): string {
  const holder = representation === 'secret' ? asObject(asObject(asArray(object['rows'])[0])['object']) : object;
  return (
    asString(asObject(holder['metadata'])['resourceVersion']) ||
    asString(asObject(object['metadata'])['resourceVersion'])
  );
}

function named(type: ApiResource, item: Json): KubeObject {
  const object = asObject(item);
  if (!isJsonObject(object['metadata']) || asString(object['metadata']['name']) === '') {
    throw new RequestFailed(failure('malformed', `an object of ${type.resource} has no metadata.name`));
  }
  return { ...object, apiVersion: apiVersion(type), kind: type.kind } as unknown as KubeObject;
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** A Secret as navi keeps it: metadata without what repeats or names its data, its type, and how many keys it has. */
function secretFromRow(row: JsonObject): KubeObject {
  const cells = asArray(row['cells']);
  const { managedFields: _managed, annotations, ...metadata } = asObject(asObject(row['object'])['metadata']);
  if (asString(metadata['name']) === '') throw new RequestFailed(failure('malformed', 'a Secret has no metadata.name'));
  const { [lastApplied]: _applied, ...kept } = asObject(annotations);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...metadata, ...(Object.keys(kept).length > 0 ? { annotations: kept } : {}) },
    type: asString(cells[1]),
    dataCount: cells[2] ?? 0,
  } as unknown as KubeObject;
}

function notATable(): RequestFailed {
  return new RequestFailed(
    failure('not-acceptable', 'the server does not send Secrets as a Table; they are not mirrored'),
  );
}
