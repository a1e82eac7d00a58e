import { asArray, asObject, asString, type JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import type { ClusterState } from '../simulator/cluster-state.ts';
import type { Clock } from '../util/clock.ts';

/** What the company of the demo is made of: the cluster it lives in, its time, and its chances. */
export interface World {
  readonly state: ClusterState;
  readonly clock: Pick<Clock, 'now'>;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Milliseconds of a minute, an hour and a day. */
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

const nameLetters = 'bcdfghjklmnpqrstvwxz2456789'.split('');

/** An instant as Kubernetes writes it: RFC 3339 in UTC, to the second. */
export function timeText(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** The instant so many milliseconds ago. */
export function timeAgo(world: World, agoMs: number): string {
  return timeText(world.clock.now() - agoMs);
}

/** A random part of a name, in the letters that Kubernetes takes for it. */
export function nameSuffix(world: World, length: number): string {
  return Array.from({ length }, () => pick(world, nameLetters)).join('');
}

/** So many random hexadecimal digits. */
export function hexDigits(world: World, length: number): string {
  return Array.from({ length }, () => Math.floor(world.random() * 16).toString(16)).join('');
}

/** A whole number from `low` to below `high`. */
export function between(world: World, low: number, high: number): number {
  return low + Math.floor(world.random() * (high - low));
}

/** One of the values. @throws when there is none */
export function pick<T>(world: World, values: readonly T[]): T {
  const value = values[between(world, 0, values.length)];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
}

/** `metadata` of something made a while ago; the name of a namespace is left empty for cluster-scoped things. */
export function metadata(
  world: World,
  identity: { readonly namespace?: string | undefined; readonly name: string },
  ageMs: number,
  more: JsonObject = {},
): JsonObject {
  return { ...identity, creationTimestamp: timeAgo(world, ageMs), ...more };
}

/** The owner reference by which `owner` controls an object. */
export function controlledBy(owner: KubeObject): readonly JsonObject[] {
  const { apiVersion, kind } = owner;
  const { name, uid } = owner.metadata;
  return [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }];
}

/** The objects of a type that are controlled by the object of that uid, in order of their names. */
export function controlledObjects(world: World, type: string, ownerUid: string | undefined): readonly KubeObject[] {
  return world.state
    .list(type)
    .filter((object) => asArray(object.metadata.ownerReferences).some((entry) => asObject(entry)['uid'] === ownerUid));
}

/** The object's place, as the state's methods take it. */
export function placeOf(object: KubeObject): { readonly namespace: string | undefined; readonly name: string } {
  return { namespace: object.metadata.namespace, name: object.metadata.name };
}

/** The object, or undefined where it is gone. */
export function findObject(world: World, type: string, namespace: string, name: string): KubeObject | undefined {
  return world.state
    .list(type)
    .find((object) => object.metadata.name === name && (object.metadata.namespace ?? '') === namespace);
}

/** `namespace/name`: how the company's happenings name things. */
export function spoken(object: KubeObject): string {
  return `${asString(object.metadata.namespace)}/${object.metadata.name}`;
}
