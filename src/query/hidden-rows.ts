import type { MirrorReader } from '../store/open-reader.ts';

/**
 * SQL condition on `object`: the user may read the row now. Rows in a place where the list is refused stay in the store,
 * hidden until the permission returns. A namespace with a scope of its own is decided by that one.
 */
export function isShown(sqlite: MirrorReader['sqlite']): string {
  const isAnyDenied = sqlite.prepare(`select exists (select 1 from scope where phase = 'denied')`).pluck().get() === 1;
  if (!isAnyDenied) return 'true';
  const namespace = 'substr(object.key, 1, max(0, length(object.key) - length(object.name) - 1))';
  return `coalesce(
    (select phase from scope where scope.type_id = object.type_id and namespace = ${namespace}),
    (select phase from scope where scope.type_id = object.type_id and namespace = ''), '') <> 'denied'`;
}
