import { type Json, isJsonObject } from '../json.ts';
import { compareUtf8 } from '../utf8-order.ts';
import type { JsonPathNode } from './template.ts';
import { textBytes } from './unlike-json.ts';

/** What one step made of its input. A failed step still has values: `exists` filters look at them (kubectl 1.36). */
export interface PathStep {
  readonly values: readonly Json[];
  /** Why the evaluation fails; undefined when it goes on. */
  readonly message?: string | undefined;
  /** After a union, the steps of the alternative that gave the first value. */
  readonly alternative?: readonly JsonPathNode[] | undefined;
}

/** The member `name` of every map in `input`; anything that is not a map gives nothing. */
export function fieldValues(input: readonly Json[], name: string, allowMissingKeys: boolean): PathStep {
  const values: Json[] = [];
  for (const value of input) {
    if (isJsonObject(value) && Object.hasOwn(value, name) && value[name] !== undefined) {
      values.push(value[name]);
    }
  }
  const failed = values.length === 0 && input.length > 0 && !allowMissingKeys;
  return failed ? { values, message: `${name} is not found` } : { values };
}

/** The members of a map in key order, the items of an array, the UTF-8 bytes of a string; nothing of anything else. */
export function childValues(value: Json): readonly Json[] {
  if (typeof value === 'string') {
    return textBytes(value);
  }
  if (Array.isArray(value)) {
    return value as readonly Json[];
  }
  if (!isJsonObject(value)) {
    return [];
  }
  const keys = Object.keys(value).sort(compareUtf8);
  return keys.map((key) => value[key] ?? null);
}

/** `value` and everything below it that has members itself, parents before children. */
export function descendants(value: Json): readonly Json[] {
  const children = typeof value === 'string' ? [] : childValues(value);
  const has = children.length > 0 || (typeof value === 'string' && value !== '');
  return has ? [value, ...children.flatMap(descendants)] : [];
}
