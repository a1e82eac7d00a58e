import { asArray, isJsonObject, type Json, type JsonObject } from './json.ts';

/** A value that is another one than before; undefined where there is none. */
export interface JsonDifference {
  /** Such as `spec.containers[web].image`: a member of a list goes by its key where it has one. */
  readonly path: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** Members by which Kubernetes tells the items of lists apart (listMapKeys of its types). */
const itemKeys = ['name', 'type', 'key', 'uid', 'ip', 'mountPath', 'containerPort', 'port'] as const;

/**
 * Where two values differ, in the order of their keys. What is a whole object or list on one side only is one difference.
 * @param except paths that are left out with all below them
 */
export function jsonDifferences(
  before: Json | undefined,
  after: Json | undefined,
  except: ReadonlySet<string> = new Set(),
): readonly JsonDifference[] {
  return [...walk('', before, after, except)];
}

function* walk(
  path: string,
  before: Json | undefined,
  after: Json | undefined,
  except: ReadonlySet<string>,
): Iterable<JsonDifference> {
  if (except.has(path)) return;
  if (isJsonObject(before) && isJsonObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      yield* walk(path === '' ? key : `${path}.${key}`, before[key], after[key], except);
    }
    return;
  }
  const lists = Array.isArray(before) && Array.isArray(after) ? keyed(asArray(before), asArray(after)) : undefined;
  if (lists !== undefined) {
    for (const key of new Set([...lists.before.keys(), ...lists.after.keys()]))
      yield* walk(`${path}[${key}]`, lists.before.get(key), lists.after.get(key), except);
    return;
  }
  if (JSON.stringify(before) !== JSON.stringify(after)) yield { path, before, after };
}

interface KeyedLists {
  readonly before: ReadonlyMap<string, Json>;
  readonly after: ReadonlyMap<string, Json>;
}

/** The items of both lists by the member that tells them apart; undefined for lists of values. */
function keyed(before: readonly Json[], after: readonly Json[]): KeyedLists | undefined {
  const items = [...before, ...after];
  if (items.length === 0 || !items.every(isJsonObject)) return undefined;
  const member = itemKeys.find((key) => items.every((item) => isName(item[key])));
  const named = (list: readonly Json[]): ReadonlyMap<string, Json> =>
    new Map(
      list.map((item, index) => [member === undefined ? String(index) : nameIn(item as JsonObject, member), item]),
    );
  const lists = { before: named(before), after: named(after) };
  const isDistinct = lists.before.size === before.length && lists.after.size === after.length;
  return isDistinct ? lists : undefined;
}

function isName(value: Json | undefined): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

function nameIn(item: JsonObject, member: string): string {
  const value = item[member];
  return typeof value === 'string' ? value : JSON.stringify(value);
}
