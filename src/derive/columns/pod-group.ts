import { asObject, asString, type JsonObject } from '../../core/json.ts';
import { ageColumn, nameColumn, text } from './column.ts';
import { isTrue, lastCondition } from './condition.ts';
import { isPresent, specOf, statusOf } from './field.ts';
import { nameAndAgeTable } from './resource-claim.ts';
import { ageCell } from './since.ts';
import { table, type TableRegistry } from './table.ts';

/** A disruption outranks the scheduling; its reason shows, whatever the condition's status. */
function groupStatus(status: JsonObject): string {
  const disruption = lastCondition(status['conditions'], 'DisruptionTarget');
  if (disruption !== undefined) return asString(disruption['reason']);
  const scheduled = lastCondition(status['conditions'], 'PodGroupScheduled');
  if (scheduled === undefined) return 'Pending';
  return isTrue(scheduled) ? 'Scheduled' : 'Unschedulable';
}

function workloadName(templateRef: JsonObject): string {
  return asString(asObject(templateRef['workload'])['workloadName']);
}

const podGroupTable = table([nameColumn, text('Policy'), text('Workload'), text('Status'), ageColumn], (object) => {
  const { schedulingPolicy, podGroupTemplateRef } = specOf(object);
  return [
    object.metadata.name,
    isPresent(asObject(schedulingPolicy)['gang']) ? 'Gang' : 'Basic',
    isPresent(podGroupTemplateRef) ? workloadName(asObject(podGroupTemplateRef)) : '<none>',
    groupStatus(statusOf(object)),
    ageCell(object),
  ];
});

/** Gang scheduling: workloads and the groups of pods made from them (scheduling.k8s.io/v1alpha2). */
export const podGroupTables: TableRegistry = {
  'podgroups.scheduling.k8s.io': podGroupTable,
  'workloads.scheduling.k8s.io': nameAndAgeTable,
};
