import type { MirrorReader } from '../store/open-reader.ts';

/** SQL expression on `object`: its namespace, empty for a cluster-scoped object; see `namespaceOfKey`. */
export const namespaceSql = 'substr(object.key, 1, max(0, length(object.key) - length(object.name) - 1))';

/**
 * SQL condition on `object`: the user may read the row now. Rows in a place where the list is refused stay in the store,
 * hidden until the permission returns. A namespace with a scope of its own is decided by that one.
 */
export function isShown(sqlite: MirrorReader['sqlite']): string {
  const isAnyDenied = sqlite.prepare(`select exists (select 1 from scope where phase = 'denied')`).pluck().get() === 1;
  if (!isAnyDenied) return 'true';
  return `coalesce(
    (select phase from scope where scope.type_id = object.type_id and namespace = ${namespaceSql}),
    (select phase from scope where scope.type_id = object.type_id and namespace = ''), '') <> 'denied'`;
}

/** How many rows of each type may be read, by the id of the type; types without rows are left out. */
export function countShown(sqlite: MirrorReader['sqlite']): ReadonlyMap<number, number> {
  const rows = sqlite
    .prepare(`select type_id, count(*) as count from object where ${isShown(sqlite)} group by type_id`)
    .all() as { readonly type_id: number; readonly count: number }[];
  return new Map(rows.map((row) => [row.type_id, row.count]));
}
