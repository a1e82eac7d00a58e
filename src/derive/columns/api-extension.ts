import type { Cell } from '../../core/cell.ts';
import { asArray, asObject, asString, isJsonObject, type JsonObject } from '../../core/json.ts';
import type { KubeObject } from '../../core/kube-object.ts';
import type { PrinterColumn } from '../../core/printer-column.ts';
import { compareUtf8 } from '../../core/utf8-order.ts';
import { ageColumn, boolean, date, nameColumn, text, wide } from './column.ts';
import { conditionTypes, firstCondition, isTrue } from './condition.ts';
import { createdAtCell, defaultTable } from './default.ts';
import { presentOr, specOf, statusOf, stringsOf } from './field.ts';
import { shortenedListOrUnset } from './shortened-list.ts';
import { ageCell } from './since.ts';
import { table, type TableDefinition, type TableRegistry } from './table.ts';

/** `True` alone, any other status with its reason. */
function availabilityText(status: JsonObject): string {
  const available = firstCondition(status['conditions'], 'Available');
  if (available === undefined) return 'Unknown';
  const { status: value, reason } = available;
  if (isTrue(available) || asString(reason) === '') return asString(value);
  return `${asString(value)} (${asString(reason)})`;
}

function serviceText({ service }: JsonObject): string {
  if (!isJsonObject(service)) return 'Local';
  return `${asString(service['namespace'])}/${asString(service['name'])}`;
}

const apiServiceTable = table([nameColumn, text('Service'), text('Available'), ageColumn], (object) => [
  object.metadata.name,
  serviceText(specOf(object)),
  availabilityText(statusOf(object)),
  ageCell(object),
]);

/** Served versions, the stored one marked, in UTF-8 order. */
function servedVersions(spec: JsonObject): string {
  return asArray(spec['versions'])
    .map(asObject)
    .filter(({ served }) => served === true)
    .map(({ name, storage }) => (storage === true ? `${asString(name)}(storage)` : asString(name)))
    .toSorted(compareUtf8)
    .join(',');
}

const definitionColumns: readonly PrinterColumn[] = [
  nameColumn,
  text('Scope'),
  text('Versions'),
  date('Created At'),
  ...wide(text('Group'), text('Kind'), text('ShortNames'), boolean('Established')),
];

function definitionCells(object: KubeObject): readonly Cell[] {
  const spec = specOf(object);
  const names = asObject(spec['names']);
  return [
    object.metadata.name,
    asString(spec['scope']),
    servedVersions(spec),
    createdAtCell(object.metadata.creationTimestamp),
    asString(spec['group']),
    asString(names['kind']),
    stringsOf(names['shortNames']).join(','),
    isTrue(firstCondition(statusOf(object)['conditions'], 'Established')),
  ];
}

/** Servers before 1.37 have the default table for it. */
function definitionTable(serverMinor: number): TableDefinition {
  return serverMinor >= 37 ? { columns: definitionColumns, cells: definitionCells } : defaultTable(serverMinor);
}

const storageVersionTable = table(
  [nameColumn, text('CommonEncodingVersion'), text('StorageVersions'), ageColumn],
  (object) => {
    const { commonEncodingVersion, storageVersions } = statusOf(object);
    const perServer = asArray(storageVersions)
      .map(asObject)
      .map(({ apiServerID, encodingVersion }) => `${asString(apiServerID)}=${asString(encodingVersion)}`);
    return [
      object.metadata.name,
      presentOr(commonEncodingVersion, '<unset>'),
      shortenedListOrUnset(perServer),
      ageCell(object),
    ];
  },
);

function migratedResource(object: KubeObject): string {
  const { resource, group } = asObject(specOf(object)['resource']);
  return asString(group) === '' ? asString(resource) : `${asString(resource)}.${asString(group)}`;
}

function migratedResourceWithVersion(object: KubeObject): string {
  const { resource, version, group } = asObject(specOf(object)['resource']);
  return [resource, version, group].map(asString).join('.');
}

const migrationStates = ['Running', 'Failed', 'Succeeded'];

/** Since 1.35 the state shows, and the resource without its version. The name has no Format, so it gets no prefix. */
function migrationTable(serverMinor: number): TableDefinition {
  if (serverMinor < 35) {
    return {
      columns: [text('Name'), text('Resource')],
      cells: (object) => [object.metadata.name, migratedResourceWithVersion(object)],
    };
  }
  return {
    columns: [text('Name'), text('Resource'), text('Status')],
    cells: (object) => {
      const types = conditionTypes(statusOf(object)['conditions'], true);
      const state = types.findLast((type) => migrationStates.includes(type)) ?? 'Unknown';
      return [object.metadata.name, migratedResource(object), state];
    },
  };
}

/** The types by which the API itself is extended and stored. */
export const apiExtensionTables: TableRegistry = {
  'apiservices.apiregistration.k8s.io': apiServiceTable,
  'customresourcedefinitions.apiextensions.k8s.io': definitionTable,
  'storageversions.internal.apiserver.k8s.io': storageVersionTable,
  'storageversionmigrations.storagemigration.k8s.io': migrationTable,
};
