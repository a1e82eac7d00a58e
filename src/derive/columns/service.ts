import { asArray, asObject, asString, type Json, type JsonObject } from '../../core/json.ts';
import { ageColumn, nameColumn, text, wide } from './column.ts';
import { integerOf, specOf, statusOf, stringsOf } from './field.ts';
import { labelText } from './label-text.ts';
import { loadBalancerAddresses } from './load-balancer.ts';
import { shortenedList, shortenedListOrUnset } from './shortened-list.ts';
import { ageCell } from './since.ts';
import { table, type TableRegistry } from './table.ts';

function externalIp(spec: JsonObject, status: JsonObject): string {
  const externalIps = stringsOf(spec['externalIPs']);
  const listOr = (addresses: readonly string[], none: string): string =>
    addresses.length === 0 ? none : addresses.join(',');
  switch (asString(spec['type'])) {
    case 'ClusterIP':
    case 'NodePort':
      return listOr(externalIps, '<none>');
    case 'LoadBalancer':
      return listOr([...loadBalancerAddresses(status), ...externalIps], '<pending>');
    case 'ExternalName':
      return asString(spec['externalName']);
    default:
      return '<unknown>';
  }
}

function portText(item: Json): string {
  const { port, nodePort, protocol } = asObject(item);
  const exposed = integerOf(nodePort) > 0 ? `:${integerOf(nodePort)}` : '';
  return `${integerOf(port)}${exposed}/${asString(protocol)}`;
}

const serviceTable = table(
  [
    nameColumn,
    text('Type'),
    text('Cluster-IP'),
    text('External-IP'),
    text('Port(s)'),
    ageColumn,
    ...wide(text('Selector')),
  ],
  (object) => {
    const spec = specOf(object);
    return [
      object.metadata.name,
      asString(spec['type']),
      stringsOf(spec['clusterIPs'])[0] ?? '<none>',
      externalIp(spec, statusOf(object)),
      asArray(spec['ports']).map(portText).join(',') || '<none>',
      ageCell(object),
      labelText(spec['selector']),
    ];
  },
);

/** `ip:port`, with brackets around an IPv6 address. */
function hostPort(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** Every ready address of a subset, once per port where it has ports. */
function subsetAddresses(item: Json): readonly string[] {
  const { addresses, ports } = asObject(item);
  const ips = asArray(addresses).map((address) => asString(asObject(address)['ip']));
  const numbers = asArray(ports).map((port) => integerOf(asObject(port)['port']));
  if (numbers.length === 0) return ips;
  return numbers.flatMap((port) => ips.map((ip) => hostPort(ip, port)));
}

const endpointsTable = table([nameColumn, text('Endpoints'), ageColumn], (object) => {
  const subsets = asArray(object['subsets']);
  const endpoints = subsets.length === 0 ? '<none>' : shortenedList(subsets.flatMap(subsetAddresses));
  return [object.metadata.name, endpoints, ageCell(object)];
});

/** The number, else the name, else a star for "every port". */
function endpointPortText(item: Json): string {
  const { port, name } = asObject(item);
  if (typeof port === 'number') return String(port);
  return typeof name === 'string' ? name : '*';
}

const endpointSliceTable = table(
  [nameColumn, text('AddressType'), text('Ports'), text('Endpoints'), ageColumn],
  (object) => [
    object.metadata.name,
    asString(object['addressType']),
    shortenedListOrUnset(asArray(object['ports']).map(endpointPortText)),
    shortenedListOrUnset(
      asArray(object['endpoints']).flatMap((endpoint) => stringsOf(asObject(endpoint)['addresses'])),
    ),
    ageCell(object),
  ],
);

/** Services and what stands behind them. */
export const serviceTables: TableRegistry = {
  services: serviceTable,
  endpoints: endpointsTable,
  'endpointslices.discovery.k8s.io': endpointSliceTable,
};
