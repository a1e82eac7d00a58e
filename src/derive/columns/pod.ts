import type { Cell } from '../../core/cell.ts';
import { asArray, asObject, asString, type Json, type JsonObject } from '../../core/json.ts';
import type { KubeObject } from '../../core/kube-object.ts';
import type { PrinterColumn } from '../../core/printer-column.ts';
import { ageColumn, nameColumn, text, wide } from './column.ts';
import { firstCondition, isTrue } from './condition.ts';
import { specOf, statusOf, textOr } from './field.ts';
import { labelText } from './label-text.ts';
import { type ContainerSummary, countedContainers, summarizeContainers } from './pod-containers.ts';
import { containerCells } from './pod-template.ts';
import { ageCell, isTimeSet } from './since.ts';
import { table, type TableDefinition, type TableRegistry } from './table.ts';

const podColumns: readonly PrinterColumn[] = [
  nameColumn,
  text('Ready'),
  text('Status'),
  text('Restarts'),
  ageColumn,
  ...wide(text('IP'), text('Node'), text('Nominated Node'), text('Readiness Gates')),
];

/** The reason before the containers have theirs: a gate counts whatever the condition's status. */
function podReason(status: JsonObject): string {
  for (const item of asArray(status['conditions'])) {
    const condition = asObject(item);
    if (condition['reason'] === 'SchedulingGated' && condition['type'] === 'PodScheduled') return 'SchedulingGated';
  }
  return textOr(status['reason'], asString(status['phase']));
}

function deletedReason(status: JsonObject, reason: string): string {
  if (status['reason'] === 'NodeLost') return 'Unknown';
  const phase = status['phase'];
  return phase === 'Succeeded' || phase === 'Failed' ? reason : 'Terminating';
}

function restartsCell({ restartCount, restartedMs }: ContainerSummary): Cell {
  if (restartCount === 0 || restartedMs === null) return String(restartCount);
  // The count comes first: the column `restarts` of navi sql goes by that.
  return { before: `${restartCount} (`, sinceMs: restartedMs, after: ' ago)' };
}

/** status.podIP wins over a first entry of status.podIPs that differs from it. */
function podIp(status: JsonObject): string {
  return textOr(status['podIP'], textOr(asObject(asArray(status['podIPs'])[0])['ip'], '<none>'));
}

function readinessGatesCell(gates: readonly Json[], conditions: Json | undefined): string {
  if (gates.length === 0) return '<none>';
  const types = gates.map((gate) => asString(asObject(gate)['conditionType']));
  const trueCount = types.filter((type) => isTrue(firstCondition(conditions, type))).length;
  return `${trueCount}/${gates.length}`;
}

function podCells(pod: KubeObject, serverMinor: number): readonly Cell[] {
  const spec = specOf(pod);
  const status = statusOf(pod);
  const containers = summarizeContainers(pod, podReason(status), serverMinor);
  const { reason } = containers;
  return [
    pod.metadata.name,
    `${containers.readyCount}/${countedContainers(spec)}`,
    isTimeSet(pod.metadata.deletionTimestamp) ? deletedReason(status, reason) : reason,
    restartsCell(containers),
    ageCell(pod),
    podIp(status),
    textOr(spec['nodeName'], '<none>'),
    textOr(status['nominatedNodeName'], '<none>'),
    readinessGatesCell(asArray(spec['readinessGates']), status['conditions']),
  ];
}

function podTable(serverMinor: number): TableDefinition {
  return { columns: podColumns, cells: (pod) => podCells(pod, serverMinor) };
}

const podTemplateTable = table([nameColumn, text('Containers'), text('Images'), text('Pod Labels')], (object) => {
  const template = asObject(object['template']);
  return [object.metadata.name, ...containerCells(template), labelText(asObject(template['metadata'])['labels'])];
});

/** Pods and pod templates. */
export const podTables: TableRegistry = { pods: podTable, podtemplates: podTemplateTable };
