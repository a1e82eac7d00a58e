import type { Cell } from '../../core/cell.ts';
import { asArray, asObject, asString, isJsonObject, type JsonObject } from '../../core/json.ts';
import type { KubeObject } from '../../core/kube-object.ts';
import { ageColumn, integer, nameColumn, text } from './column.ts';
import { isTrue } from './condition.ts';
import { integerOf, isPresent, itemCount, specOf, statusOf } from './field.ts';
import { ageCell, isTimeSet, sinceCell } from './since.ts';
import { table, type TableRegistry } from './table.ts';

/** Types that show their name and age only. */
export const nameAndAgeTable = table([nameColumn, ageColumn], (object) => [object.metadata.name, ageCell(object)]);

function claimState(object: KubeObject): string {
  const { allocation, reservedFor } = statusOf(object);
  const states = isTimeSet(object.metadata.deletionTimestamp) ? ['deleted'] : [];
  if (isPresent(allocation)) states.push('allocated', ...(itemCount(reservedFor) > 0 ? ['reserved'] : []));
  return states.join(',') || 'pending';
}

const claimTable = table([nameColumn, text('State'), ageColumn], (object) => [
  object.metadata.name,
  claimState(object),
  ageCell(object),
]);

const sliceTable = table([nameColumn, text('Node'), text('Driver'), text('Pool'), ageColumn], (object) => {
  const { nodeName, driver, pool } = specOf(object);
  return [
    object.metadata.name,
    asString(nodeName),
    asString(driver),
    asString(asObject(pool)['name']),
    ageCell(object),
  ];
});

const taintRuleTable = table(
  [nameColumn, text('Key'), text('Value'), text('Effect'), text('TimeAdded'), ageColumn],
  (object) => {
    const { key, value, effect, timeAdded } = asObject(specOf(object)['taint']);
    return [
      object.metadata.name,
      asString(key),
      asString(value),
      asString(effect),
      isTimeSet(timeAdded) ? sinceCell(timeAdded) : '',
      ageCell(object),
    ];
  },
);

const deviceCountFields = ['totalDevices', 'availableDevices', 'allocatedDevices', 'unavailableDevices'];

/** Devices over all pools, total, available, allocated and unavailable, then the number of invalid pools. */
function deviceCounts(pools: readonly JsonObject[]): readonly number[] {
  // The sums are int32: they overflow.
  const sum = (field: string): number => pools.reduce((total, pool) => (total + integerOf(pool[field])) | 0, 0);
  const invalidCount = pools.filter((pool) => isPresent(pool['validationError'])).length;
  return [...deviceCountFields.map(sum), invalidCount];
}

/** The condition that ended the request: the first true one of either type. */
function endCondition(status: JsonObject): JsonObject | undefined {
  return asArray(status['conditions'])
    .filter((condition) => isJsonObject(condition))
    .find((condition) => isTrue(condition) && ['Complete', 'Failed'].includes(asString(condition['type'])));
}

function poolStatusCells(object: KubeObject): readonly Cell[] {
  const unknown = ['-', '-', '-', '-', '-'];
  const status = object['status'];
  if (!isJsonObject(status)) return [...unknown, 0, 'Pending', '<none>'];
  const end = endCondition(status);
  const poolCount = integerOf(status['poolCount']);
  if (end?.['type'] === 'Failed') return [...unknown, poolCount, 'Failed', '<none>'];
  const pools = asArray(status['pools']).map(asObject);
  const counts = deviceCounts(pools).map(String);
  if (end === undefined) return [...counts, poolCount, 'Pending', '<none>'];
  const truncated = poolCount > pools.length ? ` (${pools.length}/${poolCount} pools)` : '';
  return [...counts, poolCount, `Complete${truncated}`, sinceCell(end['lastTransitionTime'])];
}

const poolStatusRequestTable = table(
  [
    nameColumn,
    text('Driver'),
    text('Total'),
    text('Available'),
    text('Allocated'),
    text('Unavailable'),
    text('Errors'),
    integer('Pools'),
    text('Status'),
    text('Completed'),
  ],
  (object) => [object.metadata.name, asString(specOf(object)['driver']), ...poolStatusCells(object)],
);

/** The group resource.k8s.io: devices and who claims them. */
export const resourceClaimTables: TableRegistry = {
  'deviceclasses.resource.k8s.io': nameAndAgeTable,
  'resourceclaims.resource.k8s.io': claimTable,
  'resourceclaimtemplates.resource.k8s.io': nameAndAgeTable,
  'resourceslices.resource.k8s.io': sliceTable,
  'devicetaintrules.resource.k8s.io': taintRuleTable,
  'resourcepoolstatusrequests.resource.k8s.io': poolStatusRequestTable,
};
