/**
 * The keys `NAMESPACE/NAME` of a namespace: from the first, up to and without the second. '0' is the character after '/', so
 * that no other key lies between.
 */
export function keyRange(namespace: string): { readonly from: string; readonly to: string } {
  return { from: `${namespace}/`, to: `${namespace}0` };
}

/** Namespace of a key `namespace/name`, empty for a cluster-scoped object. */
export function namespaceOfKey(row: { readonly key: string; readonly name: string }): string {
  return row.key.slice(0, Math.max(0, row.key.length - row.name.length - 1));
}
