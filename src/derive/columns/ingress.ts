import { asArray, asObject, asString, type Json } from '../../core/json.ts';
import { ageColumn, nameColumn, text } from './column.ts';
import { isDefault } from './default-class.ts';
import { isPresent, itemCount, presentOr, specOf, statusOf, stringsOf } from './field.ts';
import { goLowerCase } from './go-lower-case.ts';
import { loadBalancerAddresses } from './load-balancer.ts';
import { selectorText } from './selector-text.ts';
import { ageCell } from './since.ts';
import { table, type TableDefinition, type TableRegistry } from './table.ts';

const hostsMax = 3;

/**
 * The first three hosts. "More" counts every rule beyond three, those without a host included, and shows only where
 * rules follow the third host.
 */
function hosts(rules: readonly Json[]): string {
  const shown: string[] = [];
  for (const rule of rules) {
    if (shown.length === hostsMax) return `${shown.join(',')} + ${rules.length - hostsMax} more...`;
    const host = asString(asObject(rule)['host']);
    if (host !== '') shown.push(host);
  }
  return shown.join(',') || '*';
}

const ingressTable = table(
  [nameColumn, text('Class'), text('Hosts'), text('Address'), text('Ports'), ageColumn],
  (object) => {
    const spec = specOf(object);
    return [
      object.metadata.name,
      presentOr(spec['ingressClassName'], '<none>'),
      hosts(asArray(spec['rules'])),
      loadBalancerAddresses(statusOf(object)).join(','),
      itemCount(spec['tls']) > 0 ? '80, 443' : '80',
      ageCell(object),
    ];
  },
);

function parametersText(parameters: Json | undefined): string {
  if (!isPresent(parameters)) return '<none>';
  const { kind, apiGroup, name } = asObject(parameters);
  const group = typeof apiGroup === 'string' ? `.${apiGroup}` : '';
  return `${asString(kind)}${group}/${asString(name)}`;
}

const defaultClassAnnotations = ['ingressclass.kubernetes.io/is-default-class'];
const ingressClassColumns = [nameColumn, text('Controller'), text('Parameters'), ageColumn];

/** The default class is marked since 1.36. */
function ingressClassTable(serverMinor: number): TableDefinition {
  return {
    columns: ingressClassColumns,
    cells: (object) => {
      const { controller, parameters } = specOf(object);
      const marked = serverMinor >= 36 && isDefault(object, defaultClassAnnotations);
      return [
        marked ? `${object.metadata.name} (default)` : object.metadata.name,
        asString(controller),
        parametersText(parameters),
        ageCell(object),
      ];
    },
  };
}

const networkPolicyTable = table([nameColumn, text('Pod-Selector'), ageColumn], (object) => [
  object.metadata.name,
  selectorText(specOf(object)['podSelector']),
  ageCell(object),
]);

const serviceCidrTable = table([nameColumn, text('CIDRs'), ageColumn], (object) => [
  object.metadata.name,
  stringsOf(specOf(object)['cidrs']).join(','),
  ageCell(object),
]);

function parentText(parent: Json | undefined): string {
  if (!isPresent(parent)) return '<none>';
  const { group, resource, namespace, name } = asObject(parent);
  const qualified = asString(group) === '' ? asString(resource) : `${asString(resource)}.${asString(group)}`;
  const place = asString(namespace) === '' ? '' : `${asString(namespace)}/`;
  return `${goLowerCase(qualified)}/${place}${asString(name)}`;
}

/** The server sends the age too, without a column: it shows only where columns of labels follow (kube-apiserver 1.36). */
const ipAddressTable = table([nameColumn, text('ParentRef')], (object) => [
  object.metadata.name,
  parentText(specOf(object)['parentRef']),
  ageCell(object),
]);

/** The group networking.k8s.io. */
export const ingressTables: TableRegistry = {
  'ingresses.networking.k8s.io': ingressTable,
  'ingressclasses.networking.k8s.io': ingressClassTable,
  'networkpolicies.networking.k8s.io': networkPolicyTable,
  'servicecidrs.networking.k8s.io': serviceCidrTable,
  'ipaddresses.networking.k8s.io': ipAddressTable,
};
