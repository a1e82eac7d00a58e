import { asObject, asString, type JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import { hexDigits, hourMs, placeOf, timeText, type World } from './world.ts';

/** Something to be told about an object. */
export interface Occurrence {
  readonly about: KubeObject;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** `kubelet`, `default-scheduler` … */
  readonly component: string;
  readonly host?: string | undefined;
  /** So often, the first time so long ago; once and now unless given. */
  readonly count?: number | undefined;
  readonly sinceMs?: number | undefined;
  /** How long ago the last time was. */
  readonly agoMs?: number | undefined;
}

/** More events than this are not kept, nor any that is older than an API server keeps them by default. */
const eventsMax = 60;
const eventLifeMs = hourMs;

/** Records an event: a new one, or one time more of the same reason about the same object. */
export function recordEvent(world: World, occurrence: Occurrence): void {
  const { about, reason, message } = occurrence;
  const nowMs = world.clock.now();
  const known = world.state
    .list('events')
    .find((event) => event['reason'] === reason && asObject(event['involvedObject'])['uid'] === about.metadata.uid);
  if (known !== undefined) {
    const count = Number(known['count'] ?? 1) + 1;
    world.state.patch('events', placeOf(known), { count, message, lastTimestamp: timeText(nowMs) });
    return;
  }
  const firstMs = nowMs - (occurrence.sinceMs ?? 0);
  const lastMs = nowMs - (occurrence.agoMs ?? 0);
  const namespace = about.metadata.namespace ?? 'default';
  world.state.create('events', {
    metadata: {
      namespace,
      name: `${about.metadata.name}.${hexDigits(world, 16)}`,
      creationTimestamp: timeText(firstMs),
    },
    involvedObject: referenceTo(about),
    reason,
    message,
    type: occurrence.type,
    source: { component: occurrence.component, ...(occurrence.host === undefined ? {} : { host: occurrence.host }) },
    reportingComponent: occurrence.component,
    reportingInstance: occurrence.host ?? '',
    firstTimestamp: timeText(firstMs),
    lastTimestamp: timeText(lastMs),
    count: occurrence.count ?? 1,
  });
}

function referenceTo({ apiVersion, kind, metadata }: KubeObject): JsonObject {
  const { namespace, name, uid, resourceVersion } = metadata;
  return { kind, ...(namespace === undefined ? {} : { namespace }), name, uid, apiVersion, resourceVersion };
}

/** Removes what is too old or too much, the longest unseen first. */
export function forgetOldEvents(world: World): void {
  const seenMs = (event: KubeObject): number => Date.parse(asString(event['lastTimestamp']));
  const events = world.state.list('events').toSorted((a, b) => seenMs(b) - seenMs(a));
  const oldestMs = world.clock.now() - eventLifeMs;
  for (const [index, event] of events.entries()) {
    if (index >= eventsMax || seenMs(event) < oldestMs) world.state.delete('events', placeOf(event));
  }
}
