import type { EventFacts } from './event-facts.ts';

/** The object that events are wanted about, whether it still exists or not. Its namespace is that of its events (kube-apiserver). */
export interface WantedObject {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** Which events are wanted. All conditions hold together. */
export interface EventFilter {
  /** That of the events themselves; undefined: all namespaces. */
  readonly namespace: string | undefined;
  /** In lower case; empty: every type. */
  readonly types: readonly string[];
  readonly about: WantedObject | undefined;
  /** Only events whose last time is not before this (epoch ms). */
  readonly sinceMs: number | undefined;
}

/** Whether an event is wanted. */
export function isWanted({ namespace, types, about, sinceMs }: EventFilter, event: EventFacts): boolean {
  if (namespace !== undefined && event.namespace !== namespace) return false;
  if (types.length > 0 && !types.includes(event.type.toLowerCase())) return false;
  if (sinceMs !== undefined && (event.lastAtMs ?? 0) < sinceMs) return false;
  return about === undefined || isAbout(event, about);
}

/** The version that a controller knows an object by need not be the one that is asked for; some name none at all. */
function isAbout({ object }: EventFacts, { group, kind, name }: WantedObject): boolean {
  if (object.name !== name || object.kind !== kind) return false;
  return object.apiVersion === '' || groupOf(object.apiVersion) === group;
}

function groupOf(apiVersion: string): string {
  return apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')));
}
