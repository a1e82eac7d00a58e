import { asObject, asString, isJsonObject, type Json } from '../core/json.ts';

/**
 * The `group/version` entries that another server than kube-apiserver answers: those of APIService objects with
 * `spec.service` (kube-aggregator 1.36). Each with a text that changes when it is registered anew or moves to another
 * service, and not when that is away.
 */
export function aggregatedApisOf(services: readonly Json[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const item of services) {
    const { metadata, spec } = asObject(item);
    const { group, version, service } = asObject(spec);
    if (!isJsonObject(service)) continue;
    const { namespace, name, port } = service;
    const identity = [asObject(metadata)['uid'], namespace, name, port ?? 443];
    found.set(`${asString(group)}/${asString(version)}`, JSON.stringify(identity));
  }
  return found;
}
