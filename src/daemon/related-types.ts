/** Of each type (`plural.group`) those that whoever asks for it asks for next. */
const related: ReadonlyMap<string, readonly string[]> = new Map([
  ['pods', ['events', 'deployments.apps']],
  ['events', ['pods']],
  ['replicasets.apps', ['pods', 'events']],
  ['deployments.apps', ['replicasets.apps', 'pods', 'events']],
  ['statefulsets.apps', ['pods', 'persistentvolumeclaims', 'events']],
  ['daemonsets.apps', ['pods', 'events']],
  ['replicationcontrollers', ['pods', 'events']],
  ['jobs.batch', ['pods', 'events']],
  ['cronjobs.batch', ['jobs.batch', 'pods', 'events']],
  ['services', ['pods', 'endpointslices.discovery.k8s.io', 'events']],
  ['ingresses.networking.k8s.io', ['secrets', 'services']],
  ['gateways.gateway.networking.k8s.io', ['secrets', 'httproutes.gateway.networking.k8s.io']],
  ['certificates.cert-manager.io', ['secrets', 'certificaterequests.cert-manager.io']],
  ['persistentvolumeclaims', ['persistentvolumes', 'events']],
  ['nodes', ['pods', 'events']],
  ['horizontalpodautoscalers.autoscaling', ['deployments.apps', 'events']],
]);

/** Types that are asked for after this one, the likeliest first; none for most. */
export function relatedTypes(name: string): readonly string[] {
  return related.get(name) ?? [];
}
