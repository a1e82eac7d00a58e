import { asObject, asString } from '../../core/json.ts';
import type { KubeObject } from '../../core/kube-object.ts';
import { compareUtf8 } from '../../core/utf8-order.ts';
import { ageColumn, boolean, integer, nameColumn, text } from './column.ts';
import { firstCondition, isTrue } from './condition.ts';
import { integerCell, integerOf, itemCount, keyCount, quantityOf, specOf, statusOf } from './field.ts';
import { ageCell } from './since.ts';
import { table, type TableDefinition, type TableRegistry } from './table.ts';

const configMapTable = table([nameColumn, text('Data'), ageColumn], (object) => [
  object.metadata.name,
  keyCount(object['data']) + keyCount(object['binaryData']),
  ageCell(object),
]);

/** Secrets come without their data: `dataCount` is the number of its keys. */
const secretTable = table([nameColumn, text('Type'), text('Data'), ageColumn], (object) => [
  object.metadata.name,
  asString(object['type']),
  integerOf(object['dataCount']),
  ageCell(object),
]);

/** Servers before 1.35 count the secrets. */
function serviceAccountTable(serverMinor: number): TableDefinition {
  if (serverMinor >= 35) {
    return { columns: [nameColumn, ageColumn], cells: (object) => [object.metadata.name, ageCell(object)] };
  }
  return {
    columns: [nameColumn, text('Secrets'), ageColumn],
    cells: (object) => [object.metadata.name, itemCount(object['secrets']), ageCell(object)],
  };
}

const namespaceTable = table([nameColumn, text('Status'), ageColumn], (object) => [
  object.metadata.name,
  asString(statusOf(object)['phase']),
  ageCell(object),
]);

/** `name: used/hard` for every constrained resource, in UTF-8 order; those under `limits.` apart from the others. */
function quotaCells(object: KubeObject): readonly [request: string, limit: string] {
  const { hard, used } = statusOf(object);
  const requests: string[] = [];
  const limits: string[] = [];
  for (const name of Object.keys(asObject(hard)).toSorted(compareUtf8)) {
    const list = name.startsWith('limits.') ? limits : requests;
    list.push(`${name}: ${quantityOf(used, name)}/${quantityOf(hard, name)}`);
  }
  return [requests.join(', '), limits.join(', ')];
}

const resourceQuotaTable = table([nameColumn, text('Request'), text('Limit'), ageColumn], (object) => [
  object.metadata.name,
  ...quotaCells(object),
  ageCell(object),
]);

const priorityClassTable = table(
  [nameColumn, integer('Value'), boolean('Global-Default'), ageColumn, text('PreemptionPolicy')],
  (object) => [
    object.metadata.name,
    integerCell(object['value']),
    object['globalDefault'] === true,
    ageCell(object),
    asString(object['preemptionPolicy']),
  ],
);

const runtimeClassTable = table([nameColumn, text('Handler'), ageColumn], (object) => [
  object.metadata.name,
  asString(object['handler']),
  ageCell(object),
]);

const leaseTable = table([nameColumn, text('Holder'), ageColumn], (object) => [
  object.metadata.name,
  asString(specOf(object)['holderIdentity']),
  ageCell(object),
]);

const leaseCandidateTable = table(
  [nameColumn, text('LeaseName'), text('BinaryVersion'), text('EmulationVersion'), ageColumn],
  (object) => {
    const { leaseName, binaryVersion, emulationVersion } = specOf(object);
    return [
      object.metadata.name,
      asString(leaseName),
      asString(binaryVersion),
      asString(emulationVersion),
      ageCell(object),
    ];
  },
);

const componentStatusTable = table([nameColumn, text('Status'), text('Message'), text('Error')], (object) => {
  const healthy = firstCondition(object['conditions'], 'Healthy');
  const status = healthy === undefined ? 'Unknown' : isTrue(healthy) ? 'Healthy' : 'Unhealthy';
  return [object.metadata.name, status, asString(healthy?.['message']), asString(healthy?.['error'])];
});

/** What other objects are set up and limited by. */
export const configurationTables: TableRegistry = {
  configmaps: configMapTable,
  secrets: secretTable,
  serviceaccounts: serviceAccountTable,
  namespaces: namespaceTable,
  resourcequotas: resourceQuotaTable,
  componentstatuses: componentStatusTable,
  'priorityclasses.scheduling.k8s.io': priorityClassTable,
  'runtimeclasses.node.k8s.io': runtimeClassTable,
  'leases.coordination.k8s.io': leaseTable,
  'leasecandidates.coordination.k8s.io': leaseCandidateTable,
};
