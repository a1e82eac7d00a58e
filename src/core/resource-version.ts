const comparable = /^[1-9][0-9]*$/;

/**
 * Order of two resourceVersions of one timeline of one server: negative, 0 or positive, or undefined where they cannot
 * be compared (not decimal, or with leading zeros). By length, then by digits, as Kubernetes 1.35 promises for types that
 * kube-apiserver itself serves (KEP-5504). Never decides a resume point, only guards against replays.
 */
export function compareResourceVersions(a: string, b: string): number | undefined {
  if (!comparable.test(a) || !comparable.test(b)) return undefined;
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The later of two resourceVersions; what cannot be compared is passed over. Empty where neither can. */
export function laterResourceVersion(a: string, b: string): string {
  if (!comparable.test(a)) return comparable.test(b) ? b : '';
  return (compareResourceVersions(a, b) ?? 1) >= 0 ? a : b;
}

/**
 * The resourceVersion just before one that etcd gave; the same where there is none. A watch from it tells the whole
 * revision of the given one once more.
 */
export function previousResourceVersion(resourceVersion: string): string {
  return comparable.test(resourceVersion) && resourceVersion !== '1'
    ? String(BigInt(resourceVersion) - 1n)
    : resourceVersion;
}
