import type { Json } from '../json.ts';
import type { ArrayIndex } from './array-index.ts';

/** A parsed template: literal text and `{…}` actions in the order written. */
export interface JsonPathTemplate {
  /** The text it was parsed from. */
  readonly source: string;
  /** Only `text` and `action` nodes. */
  readonly nodes: readonly JsonPathNode[];
}

/** One step of a path, or one part of a template. Steps of an action apply left to right to a list of values. */
export type JsonPathNode =
  | { readonly kind: 'action'; readonly nodes: readonly JsonPathNode[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'identifier'; readonly name: string }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'recursive' }
  | { readonly kind: 'union'; readonly alternatives: readonly (readonly JsonPathNode[])[] }
  | JsonPathSlice
  | JsonPathFilter;

/** `[start:end:step]`; bounds count from the end when negative, undefined ones mean "as far as there is". */
export interface JsonPathSlice {
  readonly kind: 'slice';
  readonly start: ArrayIndex | undefined;
  /** Exclusive. */
  readonly end: ArrayIndex | undefined;
  /** True for `[n]`, whose end is only implied: an end of 0 then means the array's length. */
  readonly endImplied: boolean;
  readonly step: ArrayIndex | undefined;
}

/** `[?(left operator right)]`; the operator `exists` has no right side. */
export interface JsonPathFilter {
  readonly kind: 'filter';
  readonly left: readonly JsonPathNode[];
  readonly operator: string;
  readonly right: readonly JsonPathNode[];
}
