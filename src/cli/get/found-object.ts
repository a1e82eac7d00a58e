import { canonicalJson, parseJson } from '../../core/canonical-json.ts';
import { eventsGroupForm } from '../../core/events-group-form.ts';
import { asObject, type JsonObject } from '../../core/json.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import type { ObjectDetail, ObjectRow } from '../../query/object-query.ts';
import { zlib } from '../../util/late-modules.ts';

/** An object on its way out, with the type it was asked for as. */
export interface FoundObject {
  readonly type: MirrorType;
  readonly row: ObjectRow;
}

/** The object without managedFields, keys in kubectl's order; a core Event asked for as events.k8s.io in that form. */
export function bodyText({ type, row }: FoundObject): string {
  const body = row.json ?? '';
  return type.retrieval === 'alias' ? canonicalJson(eventsGroupForm(asObject(parseJson(body)))) : body;
}

/** The whole object; with managedFields where the row was read with them. */
export function wholeObject(found: FoundObject): JsonObject {
  const object = asObject(parseJson(bodyText(found)));
  const { zstd } = found.row;
  if (zstd === null || zstd === undefined) return object;
  const managedFields = parseJson(zlib().zstdDecompressSync(zstd).toString('utf8'));
  return { ...object, metadata: { ...asObject(object['metadata']), managedFields } };
}

/** The object as a printer shows it, whatever was read of it: with managedFields only where `detail` is `whole`. */
export function shownObject(found: FoundObject, detail: ObjectDetail): JsonObject {
  return detail === 'whole' ? wholeObject(found) : asObject(parseJson(bodyText(found)));
}

/** `kind/name`, with the group behind the kind but for the core group: `-o name`. */
export function objectName(type: { readonly kind: string; readonly group: string }, name: string): string {
  const kind = type.kind.toLowerCase();
  return `${type.group === '' ? kind : `${kind}.${type.group}`}/${name}`;
}
