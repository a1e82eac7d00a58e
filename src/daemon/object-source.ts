import { createHash } from 'node:crypto';
import { canonicalJson } from '../core/canonical-json.ts';
import { certificateTerm } from '../core/certificate-text.ts';
import type { Cell } from '../core/cell.ts';
import { asObject, asString, type Json, type JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import type { MirroredType } from '../core/mirrored-type.ts';
import { servedSecrets, servedSecretTerm } from '../core/served-secrets.ts';
import { parseRfc3339 } from '../derive/columns/rfc3339.ts';
import { ownerReferences } from '../derive/owner-references.ts';
import { podContainers } from '../derive/pod-containers.ts';
import { searchTerms } from '../derive/search-terms.ts';
import { selectableFields } from '../derive/selectable-fields.ts';
import { showsCertificate } from '../derive/shown-certificate.ts';
import type { TableContext, TableDefinition } from '../derive/table-definition.ts';
import { serverCells } from '../derive/server-table.ts';
import { failure, RequestFailed } from '../kube/failure.ts';
import type { ObjectRecord, ObjectSource, StoredTerm } from '../store/object-record.ts';
import type { ServerPrinting } from './server-printing.ts';

/** A type with all that turns its objects into rows. */
export interface TypeRecipe {
  readonly type: MirroredType;
  readonly table: TableDefinition;
  /** What `table` was made of besides the type; undefined for a type that its server prints. */
  readonly tableContext?: TableContext | undefined;
  /** For a type whose cells only its API server knows: how it last printed them. */
  readonly printing?: ServerPrinting | undefined;
}

/** An object as it was received. */
export interface ReceivedObject {
  readonly object: KubeObject;
  /** What the server printed of it, in the order of the type's columns; undefined where navi prints it. */
  readonly cells?: readonly Json[] | undefined;
}

/** `namespace/name`, or the name of a cluster-scoped object: kubectl's list order is the order of its bytes. */
export function objectKey(metadata: { readonly name: string; readonly namespace?: string | undefined }): string {
  return metadata.namespace === undefined || metadata.namespace === ''
    ? metadata.name
    : `${metadata.namespace}/${metadata.name}`;
}

/** What the resourceVersions begin with that navi gives to objects of an API without any. */
export const hashPrefix = 'sha256-';

/**
 * An object on its way into the store; nothing is derived until the store asks. An API without resourceVersions gets
 * the hash of body and cells in its place, so that only real changes are written.
 * @param nowMs when the object was received, epoch ms
 */
export function objectSource(recipe: TypeRecipe, received: ReceivedObject, nowMs: number): ObjectSource {
  return recordSource(received.object.metadata, () => objectRecord(recipe, received, nowMs));
}

/** As `objectSource`, for an object of which everything was derived elsewhere. */
export function recordSource(metadata: KubeObject['metadata'], derive: () => ObjectRecord): ObjectSource {
  const { uid = '', resourceVersion = '' } = metadata;
  const key = objectKey(metadata);
  if (resourceVersion !== '') return { key, uid, resourceVersion, record: derive };
  const record = derive();
  const hash = createHash('sha256').update(record.body).update(record.cells).digest('hex').slice(0, 32);
  return { key, uid, resourceVersion: `${hashPrefix}${hash}`, record: () => record };
}

/**
 * Everything the store keeps of an object, derived from what the server sent of it and from nothing else.
 * @throws RequestFailed (malformed) for one that is nested deeper than navi walks
 */
export function objectRecord(recipe: TypeRecipe, received: ReceivedObject, nowMs: number): ObjectRecord {
  try {
    return derivedRecord(recipe, received, nowMs);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const what = `${recipe.type.resource} ${objectKey(received.object.metadata)}`;
    throw new RequestFailed(failure('malformed', `${what} is nested too deeply`), error);
  }
}

function derivedRecord(recipe: TypeRecipe, received: ReceivedObject, nowMs: number): ObjectRecord {
  const { object } = received;
  const { managedFields, ...metadata } = object.metadata;
  // dataCount is the number of keys of a Secret: for its DATA cell, no part of the object.
  const { dataCount: _count, ...stored } = object;
  return {
    name: object.metadata.name,
    createdAtMs: parseRfc3339(asString(object.metadata.creationTimestamp)) ?? null,
    body: canonicalJson({ ...stored, metadata } as unknown as JsonObject),
    // Rarely read: put into kubectl's key order only when it is.
    managedFields: managedFields === undefined ? '' : JSON.stringify(managedFields),
    labels: canonicalJson(asObject(object.metadata.labels)),
    cells: JSON.stringify(printedCells(recipe, received, nowMs)),
    terms: terms(recipe, object),
    owners: ownerReferences(object),
    containers: podContainers(recipe.type, object),
  };
}

/** The server's own cells where it sent any. */
function printedCells(recipe: TypeRecipe, { object, cells }: ReceivedObject, nowMs: number): readonly Cell[] {
  if (cells === undefined) return recipe.table.cells(object);
  return serverCells(recipe.type.columns, { cells, object }, nowMs);
}

function terms(recipe: TypeRecipe, object: KubeObject): readonly StoredTerm[] {
  const found: StoredTerm[] = [...searchTerms(recipe.type, object)];
  for (const [field, value] of selectableFields(recipe.type, object, recipe.type.customFields)) {
    found.push({ kind: 'field', text: `${field}=${value}` });
  }
  if (showsCertificate(recipe.type, object)) found.push({ kind: 'field', text: certificateTerm });
  const { group, kind } = recipe.type;
  for (const { namespace, name } of servedSecrets(`${group}/${kind}`, object, object.metadata.namespace ?? '')) {
    found.push({ kind: 'field', text: `${servedSecretTerm}${namespace}/${name}` });
  }
  return found;
}
