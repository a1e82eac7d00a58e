/** Reasons and messages: what happened to an object, in its own words. */
import { type JsonObject, asArray, asObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import type { TermCollector } from './term-collector.ts';

const CONTAINER_STATUS_LISTS = ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'];

/** Adds the reason and message of the status itself and of its conditions. */
export function collectConditions(status: JsonObject, terms: TermCollector): void {
  collectReason(status, terms);
  for (const condition of asArray(status['conditions'])) collectReason(asObject(condition), terms);
}

/** Adds why containers wait or have ended, now and the last time. */
export function collectContainerStates(status: JsonObject, terms: TermCollector): void {
  for (const list of CONTAINER_STATUS_LISTS) {
    for (const entry of asArray(status[list])) {
      const container = asObject(entry);
      for (const state of [asObject(container['state']), asObject(container['lastState'])]) {
        collectReason(asObject(state['waiting']), terms);
        collectReason(asObject(state['terminated']), terms);
      }
    }
  }
}

/** Adds what an Event tells, in the shape of core or of events.k8s.io, and the node it was seen on. */
export function collectEvent(event: KubeObject, terms: TermCollector): void {
  collectReason(event, terms);
  terms.add('message', event['note']);
  terms.add('host', asObject(event['source'])['host']);
  terms.add('host', asObject(event['deprecatedSource'])['host']);
}

function collectReason(holder: JsonObject, terms: TermCollector): void {
  terms.add('reason', holder['reason']);
  terms.add('message', holder['message']);
}
