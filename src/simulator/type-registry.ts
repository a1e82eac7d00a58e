import { resourceName } from '../core/api-resource.ts';
import { builtInTypes } from './built-in-types.ts';
import type { ServedType } from './served-type.ts';

/** One API group as discovery lists it: its versions by preference, each with its types. */
export interface ServedGroup {
  /** Empty for the core group. */
  readonly name: string;
  readonly versions: readonly { readonly version: string; readonly types: readonly ServedType[] }[];
}

const versionForm = /^v(\d+)(?:(alpha|beta)(\d+))?$/;
const stabilityRank: Readonly<Record<string, number>> = { alpha: 1, beta: 2 };

/** GA before beta before alpha, newer first; other names last, by name. The order of Kubernetes API versions. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [versionForm.exec(a), versionForm.exec(b)];
  if (left === null || right === null) {
    if (left === null && right === null) return a < b ? -1 : 1;
    return left === null ? 1 : -1;
  }
  const rank = (match: RegExpExecArray): number => stabilityRank[match[2] ?? ''] ?? 3;
  const numbers = (match: RegExpExecArray): readonly [number, number] => [Number(match[1]), Number(match[3] ?? 0)];
  return rank(right) - rank(left) || numbers(right)[0] - numbers(left)[0] || numbers(right)[1] - numbers(left)[1];
}

/** The types that the simulated API server serves now: the built-in ones, those of definitions, and a test's own. */
export class TypeRegistry {
  #types: readonly ServedType[] = builtInTypes;
  readonly #builtInGroups = new Set(builtInTypes.map((type) => type.group));

  /** Adds types, or replaces those with the same group, version and plural name. */
  serve(types: readonly ServedType[]): void {
    const key = (type: ServedType): string => `${type.group}/${type.version}/${type.resource}`;
    const added = new Set(types.map(key));
    this.#types = [...this.#types.filter((type) => !added.has(key(type))), ...types];
  }

  /** Removes every version of what a definition made; returns those types. */
  removeCustom(definition: string): readonly ServedType[] {
    const removed = this.#types.filter((type) => type.custom?.definition === definition);
    this.#types = this.#types.filter((type) => type.custom?.definition !== definition);
    return removed;
  }

  /** True for the groups that kube-apiserver itself brings; they answer an unknown type with a Status. */
  isBuiltInGroup(group: string): boolean {
    return this.#builtInGroups.has(group);
  }

  find(group: string, version: string, resource: string): ServedType | undefined {
    return this.#types.find((type) => type.group === group && type.version === version && type.resource === resource);
  }

  /** The type called `plural` or `plural.group`, in its preferred version. */
  named(name: string): ServedType | undefined {
    return this.#types.filter((type) => resourceName(type) === name).toSorted((a, b) => this.#preference(a, b))[0];
  }

  /** Every type of one storage key, in no particular order. */
  ofStorage(storage: string): readonly ServedType[] {
    return this.#types.filter((type) => type.storage === storage);
  }

  /** All groups in discovery order: the built-in ones, then the others by name. */
  groups(): readonly ServedGroup[] {
    const names = [...new Set(this.#types.map((type) => type.group))];
    const builtIn = names.filter((name) => this.isBuiltInGroup(name));
    const others = names.filter((name) => !this.isBuiltInGroup(name)).toSorted();
    return [...builtIn, ...others].map((name) => this.#group(name));
  }

  #group(name: string): ServedGroup {
    const types = this.#types.filter((type) => type.group === name).toSorted((a, b) => this.#preference(a, b));
    const versions = [...new Set(types.map((type) => type.version))];
    return {
      name,
      versions: versions.map((version) => ({ version, types: types.filter((type) => type.version === version) })),
    };
  }

  #preference(a: ServedType, b: ServedType): number {
    if (a.version !== b.version) return compareVersions(a.version, b.version);
    return a.resource < b.resource ? -1 : 1;
  }
}
