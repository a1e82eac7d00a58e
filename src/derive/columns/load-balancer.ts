import { asArray, asObject, asString, type JsonObject } from '../../core/json.ts';
import { sortedUnique } from './sorted-unique.ts';

/** The addresses of status.loadBalancer.ingress, each an IP or else a host name, distinct and in UTF-8 order. */
export function loadBalancerAddresses(status: JsonObject): readonly string[] {
  const addresses = asArray(asObject(status['loadBalancer'])['ingress']).map((entry) => {
    const { ip, hostname } = asObject(entry);
    return asString(ip) || asString(hostname);
  });
  return sortedUnique(addresses.filter((address) => address !== ''));
}
