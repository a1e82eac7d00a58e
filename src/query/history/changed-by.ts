import { asArray, asObject, asString, type Json } from '../../core/json.ts';

/**
 * Who made a change, as managedFields tell: the managers whose entries are new or other ones than before, `kubelet (status)` with
 * the subresource that they wrote through, each once. None where no entry differs, as with deletions.
 * Source: FieldManager of apimachinery 0.36, which gives an entry a new time with each write that changes its fields.
 */
export function changedBy(before: Json | undefined, after: Json | undefined): readonly string[] {
  const known = new Set(asArray(before).map((entry) => JSON.stringify(entry)));
  const changed = asArray(after).filter((entry) => !known.has(JSON.stringify(entry)));
  return [...new Set(changed.map(managerOf))];
}

function managerOf(entry: Json): string {
  const { manager, subresource } = asObject(entry);
  const name = asString(manager) === '' ? '<unknown>' : asString(manager);
  return asString(subresource) === '' ? name : `${name} (${asString(subresource)})`;
}
