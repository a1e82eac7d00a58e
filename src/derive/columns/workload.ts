import { asArray, asObject, asString, isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import type { KubeObject } from '../../core/kube-object.ts';
import { ageColumn, integer, nameColumn, text, wide } from './column.ts';
import { integerCell, integerOf, specOf, statusOf } from './field.ts';
import { labelText } from './label-text.ts';
import { goLowerCase } from './go-lower-case.ts';
import { containerCells, containerColumns } from './pod-template.ts';
import { selectorRequirements, selectorText } from './selector-text.ts';
import { ageCell } from './since.ts';
import { table, type TableRegistry } from './table.ts';

const selectorColumn = wide(text('Selector'));

/** Replication controllers and replica sets differ in the kind of selector only. */
function replicaTable(selector: (selector: Json | undefined) => string): ReturnType<typeof table> {
  return table(
    [
      nameColumn,
      integer('Desired'),
      integer('Current'),
      integer('Ready'),
      ageColumn,
      ...containerColumns,
      ...selectorColumn,
    ],
    (object) => {
      const spec = specOf(object);
      const status = statusOf(object);
      return [
        object.metadata.name,
        integerOf(spec['replicas']),
        integerOf(status['replicas']),
        integerOf(status['readyReplicas']),
        ageCell(object),
        ...containerCells(spec['template']),
        selector(spec['selector']),
      ];
    },
  );
}

function readyOfReplicas(spec: JsonObject, status: JsonObject): string {
  return `${integerOf(status['readyReplicas'])}/${integerOf(spec['replicas'])}`;
}

const deploymentTable = table(
  [nameColumn, text('Ready'), text('Up-to-date'), text('Available'), ageColumn, ...containerColumns, ...selectorColumn],
  (object) => {
    const spec = specOf(object);
    const status = statusOf(object);
    return [
      object.metadata.name,
      readyOfReplicas(spec, status),
      integerOf(status['updatedReplicas']),
      integerOf(status['availableReplicas']),
      ageCell(object),
      ...containerCells(spec['template']),
      selectorRequirements(spec['selector']) ?? '<invalid>',
    ];
  },
);

const statefulSetTable = table([nameColumn, text('Ready'), ageColumn, ...containerColumns], (object) => {
  const spec = specOf(object);
  return [
    object.metadata.name,
    readyOfReplicas(spec, statusOf(object)),
    ageCell(object),
    ...containerCells(spec['template']),
  ];
});

const daemonSetTable = table(
  [
    nameColumn,
    integer('Desired'),
    integer('Current'),
    integer('Ready'),
    integer('Up-to-date'),
    integer('Available'),
    text('Node Selector'),
    ageColumn,
    ...containerColumns,
    ...selectorColumn,
  ],
  (object) => {
    const spec = specOf(object);
    const status = statusOf(object);
    return [
      object.metadata.name,
      integerOf(status['desiredNumberScheduled']),
      integerOf(status['currentNumberScheduled']),
      integerOf(status['numberReady']),
      integerOf(status['updatedNumberScheduled']),
      integerOf(status['numberAvailable']),
      labelText(specOf(asObject(spec['template']))['nodeSelector']),
      ageCell(object),
      ...containerCells(spec['template']),
      selectorText(spec['selector']),
    ];
  },
);

/** The owner that manages the object, as `kind.group/name` in lower case but for the name. */
function controllerName(object: KubeObject): string {
  const owner = asArray(object.metadata.ownerReferences)
    .filter((reference) => isJsonObject(reference))
    .find((reference) => reference['controller'] === true);
  if (owner === undefined) return '<none>';
  const [group = '', version] = asString(owner['apiVersion']).split('/');
  const kind = asString(owner['kind']);
  const qualified = version === undefined || group === '' ? kind : `${kind}.${group}`;
  const name = asString(owner['name']);
  return qualified === '' ? name : `${goLowerCase(qualified)}/${name}`;
}

const controllerRevisionTable = table([nameColumn, text('Controller'), text('Revision'), ageColumn], (object) => [
  object.metadata.name,
  controllerName(object),
  integerCell(object['revision']),
  ageCell(object),
]);

/** The kinds that keep pods running. */
export const workloadTables: TableRegistry = {
  replicationcontrollers: replicaTable(labelText),
  'replicasets.apps': replicaTable(selectorText),
  'deployments.apps': deploymentTable,
  'statefulsets.apps': statefulSetTable,
  'daemonsets.apps': daemonSetTable,
  'controllerrevisions.apps': controllerRevisionTable,
};
