/** IP addresses and host names, from the places where Kubernetes and widespread custom resources keep them. */
import { type Json, type JsonObject, asArray, asObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import type { TermCollector } from './term-collector.ts';

/** Adds the addresses and host names of `object`, whose `spec` and `status` are given. */
export function collectAddresses(object: KubeObject, spec: JsonObject, status: JsonObject, terms: TermCollector): void {
  collectSpecAddresses(spec, terms);
  collectSpecHosts(spec, terms);
  collectStatusAddresses(status, terms);
  for (const subset of asArray(object['subsets'])) collectSubset(asObject(subset), terms);
  const addressKind = object['addressType'] === 'FQDN' ? 'host' : 'ip';
  for (const endpoint of asArray(object['endpoints'])) collectEndpoint(asObject(endpoint), addressKind, terms);
}

function collectSpecAddresses(spec: JsonObject, terms: TermCollector): void {
  addIp(spec['clusterIP'], terms);
  for (const ip of asArray(spec['clusterIPs'])) addIp(ip, terms);
  for (const ip of asArray(spec['externalIPs'])) terms.add('ip', ip);
  terms.add('ip', spec['loadBalancerIP']);
}

/** Headless services have the word `None` for an address. */
function addIp(value: Json | undefined, terms: TermCollector): void {
  if (value !== 'None') terms.add('ip', value);
}

/** Hosts of pods, services, ingresses, routes, gateways, virtual services and certificates. */
function collectSpecHosts(spec: JsonObject, terms: TermCollector): void {
  for (const field of ['nodeName', 'hostname', 'externalName', 'host']) terms.add('host', spec[field]);
  for (const field of ['hosts', 'hostnames', 'dnsNames']) addHosts(spec[field], terms);
  for (const rule of asArray(spec['rules'])) terms.add('host', asObject(rule)['host']);
  for (const entry of asArray(spec['tls'])) addHosts(asObject(entry)['hosts'], terms);
  for (const listener of asArray(spec['listeners'])) terms.add('host', asObject(listener)['hostname']);
  for (const server of asArray(spec['servers'])) addHosts(asObject(server)['hosts'], terms);
}

function addHosts(hosts: Json | undefined, terms: TermCollector): void {
  for (const host of asArray(hosts)) terms.add('host', host);
}

/** Addresses of pods, nodes, gateways and load balancers. */
function collectStatusAddresses(status: JsonObject, terms: TermCollector): void {
  terms.add('ip', status['podIP']);
  for (const entry of asArray(status['podIPs'])) terms.add('ip', asObject(entry)['ip']);
  terms.add('ip', status['hostIP']);
  for (const entry of asArray(status['hostIPs'])) terms.add('ip', asObject(entry)['ip']);
  terms.add('host', status['nominatedNodeName']);
  for (const entry of asArray(status['addresses'])) {
    const address = asObject(entry);
    const kind = typeof address['type'] === 'string' && address['type'].includes('IP') ? 'ip' : 'host';
    terms.add(kind, address['address'] ?? address['value']);
  }
  for (const entry of asArray(asObject(status['loadBalancer'])['ingress'])) {
    const ingress = asObject(entry);
    terms.add('ip', ingress['ip']);
    terms.add('host', ingress['hostname']);
  }
}

function collectSubset(subset: JsonObject, terms: TermCollector): void {
  for (const field of ['addresses', 'notReadyAddresses']) {
    for (const entry of asArray(subset[field])) {
      const address = asObject(entry);
      terms.add('ip', address['ip']);
      terms.add('host', address['hostname']);
      terms.add('host', address['nodeName']);
    }
  }
}

function collectEndpoint(endpoint: JsonObject, addressKind: 'ip' | 'host', terms: TermCollector): void {
  for (const address of asArray(endpoint['addresses'])) terms.add(addressKind, address);
  terms.add('host', endpoint['hostname']);
  terms.add('host', endpoint['nodeName']);
}
