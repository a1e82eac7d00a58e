/**
 * The keys `NAMESPACE/NAME` of a namespace: from the first, up to and without the second. '0' is the character after '/', so
 * that no other key lies between.
 */
export function keyRange(namespace: string): { readonly from: string; readonly to: string } {
  return { from: `${namespace}/`, to: `${namespace}0` };
}
