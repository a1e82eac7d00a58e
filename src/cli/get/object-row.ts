import { canonicalJson } from '../../core/canonical-json.ts';
import { asObject, asString, type JsonObject } from '../../core/json.ts';
import type { ObjectRow } from '../../query/object-query.ts';
import { plainRow } from './plain-table.ts';
import { zlib } from '../../util/late-modules.ts';

/** An object that does not come from the store, as a row of `plainColumns`. */
export function givenRow(object: JsonObject): ObjectRow {
  return plainRow(objectRow(object));
}

/** An object, or the metadata of one, as the store would have it, without cells. */
export function objectRow(object: JsonObject): ObjectRow {
  const { managedFields, ...metadata } = asObject(object['metadata']);
  return {
    ...narrowRow(object),
    json: canonicalJson({ ...object, metadata }),
    zstd: managedFields === undefined ? null : zlib().zstdCompressSync(canonicalJson(managedFields)),
  };
}

/** The same without the object itself: all that a table needs. */
export function narrowRow(object: JsonObject): ObjectRow {
  const metadata = asObject(object['metadata']);
  const name = asString(metadata['name']);
  const namespace = asString(metadata['namespace']);
  const created = Date.parse(asString(metadata['creationTimestamp']));
  return {
    key: namespace === '' ? name : `${namespace}/${name}`,
    name,
    labels: canonicalJson(asObject(metadata['labels'])),
    cells: '[]',
    created_at: Number.isNaN(created) ? null : created,
  };
}
