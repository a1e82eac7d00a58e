import { UnsignedInt } from '@marcbachmann/cel-js/evaluator';
import { celFailure } from './cel-failure.ts';

/** A key as numbers of all types share it: 1, 1u and 1.0 are one key. */
function sharedKey(key: unknown): unknown {
  if (key instanceof UnsignedInt) return key.value;
  return typeof key === 'number' && Number.isInteger(key) ? BigInt(key) : key;
}

/**
 * A map as expressions have it: an object where all keys are texts, else a Map that finds a number by each of its types.
 * @throws for a key that is given twice or that cannot be one
 */
export function celMap(entries: readonly (readonly [unknown, unknown])[]): unknown {
  const keys = new Map<unknown, unknown>();
  for (const [key] of entries) {
    const isKey = ['string', 'boolean', 'bigint'].includes(typeof key) || key instanceof UnsignedInt;
    if (!isKey) throw celFailure('a key is a text, a whole number or a bool');
    if (keys.has(sharedKey(key))) throw celFailure('a map has each key once');
    keys.set(sharedKey(key), key);
  }
  if (entries.every(([key]) => typeof key === 'string')) return Object.fromEntries(entries);
  const made = new Map(entries);
  const find = made.get.bind(made);
  // The library knows Map itself and none of its children.
  made.get = (key) => find(keys.get(sharedKey(key)));
  made.has = (key) => keys.has(sharedKey(key));
  return made;
}
