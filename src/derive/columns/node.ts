import type { Cell } from '../../core/cell.ts';
import { asArray, asObject, asString, type JsonObject } from '../../core/json.ts';
import type { KubeObject } from '../../core/kube-object.ts';
import type { PrinterColumn } from '../../core/printer-column.ts';
import { sortedUnique } from './sorted-unique.ts';
import { ageColumn, nameColumn, text, wide } from './column.ts';
import { isTrue, lastCondition } from './condition.ts';
import { specOf, statusOf, textOr } from './field.ts';
import { ageCell } from './since.ts';
import type { TableDefinition, TableRegistry } from './table.ts';

const columns: readonly PrinterColumn[] = [
  nameColumn,
  text('Status'),
  text('Roles'),
  ageColumn,
  text('Version'),
  ...wide(
    text('Internal-IP'),
    text('External-IP'),
    text('OS-Image'),
    text('Kernel-Version'),
    text('Container-Runtime'),
  ),
];

const rolePrefix = 'node-role.kubernetes.io/';
const roleLabel = 'kubernetes.io/role';

function nodeStatus(spec: JsonObject, status: JsonObject): string {
  const ready = lastCondition(status['conditions'], 'Ready');
  const readiness = ready === undefined ? 'Unknown' : isTrue(ready) ? 'Ready' : 'NotReady';
  return spec['unschedulable'] === true ? `${readiness},SchedulingDisabled` : readiness;
}

/** Roles named by label keys, and the one that the older label has as its value. */
function nodeRoles(labels: JsonObject): string {
  const named = Object.keys(labels)
    .filter((key) => key.startsWith(rolePrefix))
    .map((key) => key.slice(rolePrefix.length));
  const roles = [...named, asString(labels[roleLabel])].filter((role) => role !== '');
  return sortedUnique(roles).join(',') || '<none>';
}

function firstAddress(status: JsonObject, type: string): string {
  const found = asArray(status['addresses']).find((address) => asObject(address)['type'] === type);
  return found === undefined ? '<none>' : asString(asObject(found)['address']);
}

/** The architecture stands behind the kernel since 1.36. */
function kernelVersion(nodeInfo: JsonObject, serverMinor: number): string {
  const kernel = textOr(nodeInfo['kernelVersion'], '<unknown>');
  const architecture = asString(nodeInfo['architecture']);
  return architecture === '' || serverMinor < 36 ? kernel : `${kernel} (${architecture})`;
}

function nodeCells(node: KubeObject, serverMinor: number): readonly Cell[] {
  const status = statusOf(node);
  const nodeInfo = asObject(status['nodeInfo']);
  return [
    node.metadata.name,
    nodeStatus(specOf(node), status),
    nodeRoles(asObject(node.metadata.labels)),
    ageCell(node),
    asString(nodeInfo['kubeletVersion']),
    firstAddress(status, 'InternalIP'),
    firstAddress(status, 'ExternalIP'),
    textOr(nodeInfo['osImage'], '<unknown>'),
    kernelVersion(nodeInfo, serverMinor),
    textOr(nodeInfo['containerRuntimeVersion'], '<unknown>'),
  ];
}

function nodeTable(serverMinor: number): TableDefinition {
  return { columns, cells: (node) => nodeCells(node, serverMinor) };
}

/** Nodes. */
export const nodeTables: TableRegistry = { nodes: nodeTable };
