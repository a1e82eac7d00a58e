import type { Json, JsonObject } from './json.ts';

/** Fields of a core Event by their names in events.k8s.io/v1, as kube-apiserver 1.36 converts them. */
const renamed: Readonly<Record<string, string>> = {
  involvedObject: 'regarding',
  message: 'note',
  source: 'deprecatedSource',
  firstTimestamp: 'deprecatedFirstTimestamp',
  lastTimestamp: 'deprecatedLastTimestamp',
  count: 'deprecatedCount',
  reportingComponent: 'reportingController',
};

/** Fields that the events.k8s.io form leaves out where they are empty, and the core form does not. */
const omittedWhenEmpty: ReadonlySet<string> = new Set(['reportingController', 'reportingInstance']);

/** A core Event as events.k8s.io/v1 shows the same object. Key order is not kept. */
export function eventsGroupForm(event: JsonObject): JsonObject {
  const fields = Object.entries(event).map(([name, value]): [string, Json | undefined] => [
    renamed[name] ?? name,
    value,
  ]);
  const kept = fields.filter(([name, value]) => !(value === '' && omittedWhenEmpty.has(name)));
  return { ...Object.fromEntries(kept), apiVersion: 'events.k8s.io/v1' };
}
