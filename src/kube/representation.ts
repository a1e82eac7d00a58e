import { apiVersion, type ApiResource } from '../core/api-resource.ts';
import { asArray, asObject, asString, isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import { printerColumn, type PrinterColumn } from '../core/printer-column.ts';
import { failure, RequestFailed } from './failure.ts';

/**
 * In which form objects are asked for: whole; only their metadata; for Secrets as rows of a Table with their metadata,
 * so that no value of a Secret ever reaches this process; or as rows of a Table, each with its whole object, where only
 * the server knows the cells.
 */
export type Representation = 'full' | 'metadata' | 'secret' | 'table';

/** What a server prints of objects. */
export interface ServerTable {
  /** Undefined where the Table does not say them, as all events of a watch but the first. */
  readonly columns: readonly PrinterColumn[] | undefined;
  /** Of each row, in the order of the objects and of the columns. */
  readonly cells: readonly (readonly Json[])[];
}

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
    case 'table':
      return `${metadataOnly('Table')},application/json`;
  }
}

/** Value of the parameter `includeObject`, undefined for what is no Table. */
export function includedObject(representation: Representation): string | undefined {
  if (representation === 'secret') return 'Metadata';
  return representation === 'table' ? 'Object' : undefined;
}

/** The representation a type is stored from, unless its server prints it. */
export function storedRepresentation(type: { readonly group: string; readonly resource: string }): Representation {
  return type.group === '' && type.resource === 'secrets' ? 'secret' : 'full';
}

/**
 * The objects of a list body, with `apiVersion` and `kind` on each (lists of built-in types leave them out). A server
 * asked for the form `table` may answer with a plain list.
 * @throws RequestFailed (malformed) when an item has no name; (not-acceptable) when Secrets come in another form, or
 * rows of the form `table` without their whole objects.
 */
export function listItems(type: ApiResource, representation: Representation, body: JsonObject): readonly KubeObject[] {
  if (representation === 'secret') {
    if (!isTable(body)) throw notATable();
    return asArray(body['rows']).map((row) => secretFromRow(asObject(row)));
  }
  if (representation === 'table' && isTable(body)) return asArray(body['rows']).map((row) => wholeObject(type, row));
  return asArray(body['items']).map((item) => named(type, item));
}

/** The object of a watch event; see `listItems`. */
export function eventObject(type: ApiResource, representation: Representation, object: JsonObject): KubeObject {
  if (representation === 'table' && isTable(object)) return wholeObject(type, asArray(object['rows'])[0]);
  if (representation !== 'secret') return named(type, object);
  if (!isTable(object)) throw notATable();
  return secretFromRow(asObject(asArray(object['rows'])[0]));
}

/** What a list body or the object of a watch event prints; undefined for what is no Table. */
export function serverTable(object: JsonObject): ServerTable | undefined {
  if (!isTable(object)) return undefined;
  const { columnDefinitions, rows } = object;
  return {
    columns: Array.isArray(columnDefinitions) ? asArray(columnDefinitions).map(printerColumn) : undefined,
    cells: asArray(rows).map((row) => asArray(asObject(row)['cells'])),
  };
}

function isTable(object: JsonObject): boolean {
  return object['kind'] === 'Table';
}

/** resourceVersion of a bookmark's object, in any representation. */
export function bookmarkVersion(object: JsonObject): string {
  return (
    asString(bookmarkMetadata(object)['resourceVersion']) || asString(asObject(object['metadata'])['resourceVersion'])
  );
}

/** True for the object of the bookmark that ends a streaming list, in any representation. */
export function isListEnd(object: JsonObject): boolean {
  return asString(asObject(bookmarkMetadata(object)['annotations'])['k8s.io/initial-events-end']) === 'true';
}

function bookmarkMetadata(object: JsonObject): JsonObject {
  const holder = isTable(object) ? asObject(asObject(asArray(object['rows'])[0])['object']) : object;
  return asObject(holder['metadata']);
}

function named(type: ApiResource, item: Json): KubeObject {
  const object = asObject(item);
  const metadata = identified(object['metadata'], `an object of ${type.resource}`);
  return { ...object, metadata, apiVersion: apiVersion(type), kind: type.kind } as unknown as KubeObject;
}

/** What of `metadata` says which object this is, and in which state. */
const identity = ['name', 'namespace', 'uid', 'resourceVersion'] as const;

/** The metadata of an object that rows can be kept of. @throws RequestFailed */
function identified(value: Json | undefined, what: string): JsonObject {
  const metadata = asObject(value);
  if (asString(metadata['name']) === '') throw new RequestFailed(failure('malformed', `${what} has no metadata.name`));
  const members = identity.map((key) => metadata[key]);
  if (members.every((member) => member === undefined || typeof member === 'string')) return metadata;
  const wrong = identity.find((key) => metadata[key] !== null && typeof (metadata[key] ?? '') !== 'string');
  if (wrong !== undefined) throw new RequestFailed(failure('malformed', `metadata.${wrong} of ${what} is no text`));
  // Go reads null as what is not there.
  const kept = Object.entries(metadata).filter(([key, member]) => member !== null || !isIdentity(key));
  return Object.fromEntries(kept);
}

function isIdentity(key: string): boolean {
  return identity.some((each) => each === key);
}

function wholeObject(type: ApiResource, row: Json | undefined): KubeObject {
  const { object } = asObject(row);
  if (!isJsonObject(object) || object['kind'] === 'PartialObjectMetadata') {
    const text = `the server prints rows of ${type.resource} without their objects`;
    throw new RequestFailed(failure('not-acceptable', text));
  }
  return named(type, object);
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** A Secret as navi keeps it: metadata without what repeats or names its data, its type, and how many keys it has. */
function secretFromRow(row: JsonObject): KubeObject {
  const cells = asArray(row['cells']);
  const object = asObject(row['object']);
  const { managedFields: _managed, annotations, ...metadata } = identified(object['metadata'], 'a Secret');
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
