import type { MirrorReader } from '../store/open-reader.ts';

/**
 * SQL expression on what has a `key` under this alias: its namespace, empty for a cluster-scoped object; see
 * `namespaceOfKey`. No name has a slash. From the key alone, which the index has.
 */
export function namespaceSql(alias = 'object'): string {
  return `substr(${alias}.key, 1, max(0, instr(${alias}.key, '/') - 1))`;
}

/**
 * SQL condition on what has a `type_id` and a `key` under this alias: the user may read the row now. Rows in a place where
 * the list is refused stay in the store, hidden until the permission returns. A namespace with a scope of its own is
 * decided by that one.
 */
export function isShown(sqlite: MirrorReader['sqlite'], alias = 'object'): string {
  const isAnyDenied =
    sqlite.prepare(`select exists (select 1 from main.scope where phase = 'denied')`).pluck().get() === 1;
  if (!isAnyDenied) return 'true';
  const phaseIn = (namespace: string): string =>
    `(select phase from main.scope where scope.type_id = ${alias}.type_id and scope.namespace = ${namespace})`;
  return `coalesce(${phaseIn(namespaceSql(alias))}, ${phaseIn("''")}, '') <> 'denied'`;
}

/** How many rows of each type may be read, by the id of the type; types without rows are left out. */
export function countShown(sqlite: MirrorReader['sqlite']): ReadonlyMap<number, number> {
  const rows = sqlite
    .prepare(`select type_id, count(*) as count from object where ${isShown(sqlite)} group by type_id`)
    .all() as { readonly type_id: number; readonly count: number }[];
  return new Map(rows.map((row) => [row.type_id, row.count]));
}
