import { canonicalJson } from '../canonical-json.ts';
import { asArray, asObject, asString, isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { Action, ObjectNow, SentUpon, TouchedField } from './action.ts';

/** Whether an action may be sent: only while what it changes is as it was shown. */
export type BeforeVerdict =
  | { readonly kind: 'send'; readonly upon: SentUpon }
  | { readonly kind: 'conflict'; readonly reason: ConflictReason; readonly message: string };

/** How an object is another one than was shown. */
export type ConflictReason = 'gone' | 'replaced' | 'exists' | 'changed';

/** What became of a request whose answer nobody noted. `again`: it was not carried out, and never will be. */
export type AfterVerdict = 'done' | 'again' | 'unknown';

/** Judges an action by the object as it is now, before anything is sent. */
export function judgeBefore(action: Action, now: ObjectNow): BeforeVerdict {
  const { target, touched } = action;
  const conflict = (reason: ConflictReason, message: string): BeforeVerdict => ({ kind: 'conflict', reason, message });
  if (now === undefined) {
    return target.uid === ''
      ? { kind: 'send', upon: { resourceVersion: '', generation: 0 } }
      : conflict('gone', 'it no longer exists');
  }
  if (target.uid === '') return conflict('exists', 'it was made by somebody else meanwhile');
  const metadata = asObject(now['metadata']);
  if (asString(metadata['uid']) !== target.uid) return conflict('replaced', 'another object has its name now');
  const changed = touched.filter((field) => !isSame(valueAt(now, field.path), field.before));
  if (changed.length > 0) {
    const paths = changed.map(({ path }) => pathText(path)).join(', ');
    return conflict('changed', `somebody changed ${paths} meanwhile`);
  }
  const upon = sentUpon(now);
  // kube-apiserver 1.36 refuses its own deletion of an object that is going already where a version is demanded of it.
  const isGoing = action.change.kind === 'delete' && metadata['deletionTimestamp'] !== undefined;
  return { kind: 'send', upon: isGoing ? { ...upon, resourceVersion: '' } : upon };
}

/**
 * Judges by the object as it is now what became of a request that was sent, or was about to be. Every request carries the
 * resourceVersion that it was sent upon, so that one that is late can no longer succeed once that has moved on; and of two
 * that carry the same one only one can.
 */
export function judgeAfter(action: Action, now: ObjectNow, upon: SentUpon): AfterVerdict {
  const { target, change } = action;
  const metadata = asObject(now?.['metadata']);
  const isOther = now === undefined || asString(metadata['uid']) !== target.uid;
  if (change.kind === 'delete') {
    // A deletion that has begun is never taken back.
    return isOther || metadata['deletionTimestamp'] !== undefined ? 'done' : 'again';
  }
  if (target.uid === '') return now !== undefined && isAppliedBy(metadata, action.fieldManager) ? 'done' : 'unknown';
  if (isOther) return 'unknown';
  if (asString(metadata['resourceVersion']) === upon.resourceVersion) return 'again';
  if (action.touched.length > 0 && action.touched.every((field) => isDone(field, now))) return 'done';
  return isSpecUntouched(action, metadata, upon) ? 'again' : 'unknown';
}

/** What a request that is sent now is sent upon. */
export function sentUpon(now: JsonObject): SentUpon {
  const metadata = asObject(now['metadata']);
  const { generation } = metadata;
  return {
    resourceVersion: asString(metadata['resourceVersion']),
    generation: typeof generation === 'number' ? generation : 0,
  };
}

/** The value at a path; undefined where there is none. The empty path is the object without what servers and others keep in it. */
export function valueAt(object: JsonObject, path: readonly string[]): Json | undefined {
  if (path.length === 0) return lastingPart(object);
  let value: Json | undefined = object;
  for (const key of path) {
    if (Array.isArray(value)) value = asArray(value)[Number(key)];
    else value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}

/** `metadata.labels[app]`: keys that are no words stand in brackets. */
export function pathText(path: readonly string[]): string {
  if (path.length === 0) return 'the object';
  return path
    .map((key, at) => (/^[A-Za-z][A-Za-z0-9]*$/.test(key) ? `${at === 0 ? '' : '.'}${key}` : `[${key}]`))
    .join('');
}

/** Whether two values are the same, whatever the order of their keys. */
export function isSame(one: Json | undefined, other: Json | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return canonicalJson(one) === canonicalJson(other);
}

/** Every member and item of the one is in the other, which may have more members. */
function covers(value: Json | undefined, wanted: Json): boolean {
  if (isJsonObject(wanted)) {
    return isJsonObject(value) && Object.entries(wanted).every(([key, each]) => covers(value[key], each ?? null));
  }
  if (Array.isArray(wanted)) {
    const items = asArray(value);
    return items.length === wanted.length && asArray(wanted).every((each, at) => covers(items[at], each));
  }
  return isSame(value, wanted);
}

function isDone({ path, after, isAfterUnknown }: TouchedField, now: JsonObject): boolean {
  if (isAfterUnknown === true) return false;
  const value = valueAt(now, path);
  return after === undefined ? value === undefined : covers(value, after);
}

/** The server counts each change of a spec in `metadata.generation`: where it did not, nothing of a spec was changed. */
function isSpecUntouched({ touched }: Action, metadata: JsonObject, upon: SentUpon): boolean {
  const isOfSpec = touched.length > 0 && touched.every(({ path }) => path[0] === 'spec');
  return isOfSpec && upon.generation > 0 && metadata['generation'] === upon.generation;
}

function isAppliedBy(metadata: JsonObject, manager: string): boolean {
  return asArray(metadata['managedFields'])
    .map(asObject)
    .some((entry) => entry['manager'] === manager && entry['operation'] === 'Apply');
}

const bookkeeping = new Set(['resourceVersion', 'generation', 'managedFields', 'creationTimestamp', 'selfLink']);

function lastingPart({ status: _status, metadata, ...rest }: JsonObject): JsonObject {
  const kept = Object.entries(asObject(metadata)).filter(([key]) => !bookkeeping.has(key));
  return { ...rest, metadata: Object.fromEntries(kept) };
}
