import type { Cell } from '../../core/cell.ts';
import { asObject, asString, isJsonObject, type JsonObject } from '../../core/json.ts';
import { ageColumn, nameColumn, text } from './column.ts';
import { firstCondition } from './condition.ts';
import { integerOf, isPresent, specOf, statusOf } from './field.ts';
import { ageCell } from './since.ts';
import { table, type TableRegistry } from './table.ts';

/** `?` where the server has not looked yet whether the priority level exists. */
function missingLevelText(status: JsonObject): string {
  const dangling = firstCondition(status['conditions'], 'Dangling');
  return dangling === undefined ? '?' : asString(dangling['status']);
}

const flowSchemaTable = table(
  [
    nameColumn,
    text('PriorityLevel'),
    text('MatchingPrecedence'),
    text('DistinguisherMethod'),
    ageColumn,
    text('MissingPL'),
  ],
  (object) => {
    const { priorityLevelConfiguration, matchingPrecedence, distinguisherMethod } = specOf(object);
    return [
      object.metadata.name,
      asString(asObject(priorityLevelConfiguration)['name']),
      integerOf(matchingPrecedence),
      isPresent(distinguisherMethod) ? asString(asObject(distinguisherMethod)['type']) : '<none>',
      ageCell(object),
      missingLevelText(statusOf(object)),
    ];
  },
);

/** Shares, queues, hand size and queue length, `<none>` where the level has no such limit. */
function limitCells(spec: JsonObject): readonly Cell[] {
  const limited = spec['limited'];
  if (!isJsonObject(limited)) return ['<none>', '<none>', '<none>', '<none>'];
  const shares = integerOf(limited['nominalConcurrencyShares']);
  const queuing = asObject(limited['limitResponse'])['queuing'];
  if (!isJsonObject(queuing)) return [shares, '<none>', '<none>', '<none>'];
  return [shares, ...['queues', 'handSize', 'queueLengthLimit'].map((field) => integerOf(queuing[field]))];
}

const priorityLevelTable = table(
  [
    nameColumn,
    text('Type'),
    text('NominalConcurrencyShares'),
    text('Queues'),
    text('HandSize'),
    text('QueueLengthLimit'),
    ageColumn,
  ],
  (object) => {
    const spec = specOf(object);
    return [object.metadata.name, asString(spec['type']), ...limitCells(spec), ageCell(object)];
  },
);

/** The group flowcontrol.apiserver.k8s.io. A list of flow schemas prints by precedence, which is the reader's to do. */
export const flowControlTables: TableRegistry = {
  'flowschemas.flowcontrol.apiserver.k8s.io': flowSchemaTable,
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io': priorityLevelTable,
};
