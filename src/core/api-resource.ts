/** One type that the API server serves, in the version navi mirrors; from discovery. */
export interface ApiResource {
  /** API group, empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural resource name, such as `pods`. */
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** In the server's order. */
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** In the server's order, such as `list`, `watch`. */
  readonly verbs: readonly string[];
}

/** `plural.group`, or `plural` alone in the core group: the name of a type in messages and arguments. */
export function resourceName(type: { readonly group: string; readonly resource: string }): string {
  return type.group === '' ? type.resource : `${type.resource}.${type.group}`;
}

/** `group/version`, or `version` alone in the core group, as `apiVersion` has it. */
export function apiVersion(type: { readonly group: string; readonly version: string }): string {
  return type.group === '' ? type.version : `${type.group}/${type.version}`;
}
