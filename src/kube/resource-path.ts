/** URL path of a type, in one namespace or (empty) in all: `/api/v1/…` for the core group, `/apis/G/V/…` otherwise. */
export function resourcePath(
  type: { readonly group: string; readonly version: string; readonly resource: string },
  namespace: string,
  name = '',
): string {
  const root = type.group === '' ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`;
  const scoped = namespace === '' ? root : `${root}/namespaces/${encodeURIComponent(namespace)}`;
  const collection = `${scoped}/${type.resource}`;
  return name === '' ? collection : `${collection}/${encodeURIComponent(name)}`;
}

/** `path?key=value…` with every value escaped, in the order given; undefined values are left out. */
export function withQuery(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const parts = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`);
  return parts.length === 0 ? path : `${path}?${parts.join('&')}`;
}
