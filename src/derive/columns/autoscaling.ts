import { asArray, asObject, asString, type Json, type JsonObject } from '../../core/json.ts';
import type { KubeObject } from '../../core/kube-object.ts';
import { ageColumn, integer, nameColumn, text } from './column.ts';
import { integerOf, isPresent, specOf, statusOf } from './field.ts';
import { ageCell } from './since.ts';
import { table, type TableRegistry } from './table.ts';

const shownMax = 2;

/** The field of autoscaling/v2 that holds a metric of each type. */
const blockFields: Readonly<Record<string, string>> = {
  Resource: 'resource',
  ContainerResource: 'containerResource',
  Pods: 'pods',
  Object: 'object',
  External: 'external',
};

/** The current side of a metric: undefined where the status has no block of the same type at the same place. */
type Current = JsonObject | undefined;

/** A quantity of a block that exists; Go prints the missing pointer. */
function plainQuantity(current: Current, field: string): string {
  if (current === undefined) return '<unknown>';
  return typeof current[field] === 'string' ? current[field] : '<nil>';
}

function percentage(value: Json | undefined, absent: string): string {
  return isPresent(value) ? `${integerOf(value)}%` : absent;
}

function resourceText(name: string, target: JsonObject, current: Current): string {
  if (isPresent(target['averageValue'])) {
    return `${name}: ${plainQuantity(current, 'averageValue')}/${asString(target['averageValue'])}`;
  }
  const used = percentage(current?.['averageUtilization'], '<unknown>');
  return `${name}: ${used}/${percentage(target['averageUtilization'], '<auto>')}`;
}

/** Metrics of an object or from outside: an average where the target is one. */
function valueText(target: JsonObject, current: Current): string {
  if (!isPresent(target['averageValue'])) return `${plainQuantity(current, 'value')}/${plainQuantity(target, 'value')}`;
  const average = current?.['averageValue'];
  return `${isPresent(average) ? asString(average) : '<unknown>'}/${asString(target['averageValue'])} (avg)`;
}

function metricText(spec: JsonObject, currentMetric: Json | undefined): string {
  const type = asString(spec['type']);
  const field = blockFields[type];
  if (field === undefined) return '<unknown type>';
  const block = asObject(spec[field]);
  const target = asObject(block['target']);
  const status = asObject(currentMetric)[field];
  const current = isPresent(status) ? asObject(asObject(status)['current']) : undefined;
  switch (type) {
    case 'Resource':
    case 'ContainerResource':
      return resourceText(asString(block['name']), target, current);
    case 'Pods':
      return `${plainQuantity(current, 'averageValue')}/${plainQuantity(target, 'averageValue')}`;
    default:
      return valueText(target, current);
  }
}

/** The first two metrics; the current value is the one at the same index, not of the same name. */
function targetsText(object: KubeObject): string {
  const metrics = asArray(specOf(object)['metrics']);
  if (metrics.length === 0) return '<none>';
  const current = asArray(statusOf(object)['currentMetrics']);
  const shown = metrics.slice(0, shownMax).map((metric, index) => metricText(asObject(metric), current[index]));
  const hiddenCount = metrics.length - shown.length;
  return hiddenCount === 0 ? shown.join(', ') : `${shown.join(', ')} + ${hiddenCount} more...`;
}

const autoscalerTable = table(
  [nameColumn, text('Reference'), text('Targets'), text('MinPods'), text('MaxPods'), text('Replicas'), ageColumn],
  (object) => {
    const spec = specOf(object);
    const { kind, name } = asObject(spec['scaleTargetRef']);
    return [
      object.metadata.name,
      `${asString(kind)}/${asString(name)}`,
      targetsText(object),
      isPresent(spec['minReplicas']) ? String(integerOf(spec['minReplicas'])) : '<unset>',
      integerOf(spec['maxReplicas']),
      integerOf(statusOf(object)['currentReplicas']),
      ageCell(object),
    ];
  },
);

const scaleTable = table([text('Name'), integer('Desired'), integer('Available'), ageColumn], (object) => [
  object.metadata.name,
  integerOf(specOf(object)['replicas']),
  integerOf(statusOf(object)['replicas']),
  ageCell(object),
]);

function intOrPercentage(value: Json | undefined): string {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : 'N/A';
}

const disruptionBudgetTable = table(
  [nameColumn, text('Min Available'), text('Max Unavailable'), integer('Allowed Disruptions'), ageColumn],
  (object) => {
    const { minAvailable, maxUnavailable } = specOf(object);
    return [
      object.metadata.name,
      intOrPercentage(minAvailable),
      intOrPercentage(maxUnavailable),
      integerOf(statusOf(object)['disruptionsAllowed']),
      ageCell(object),
    ];
  },
);

/** How many replicas there may be. The scale subresource stands here under the plural of its kind. */
export const autoscalingTables: TableRegistry = {
  'horizontalpodautoscalers.autoscaling': autoscalerTable,
  'scales.autoscaling': scaleTable,
  'poddisruptionbudgets.policy': disruptionBudgetTable,
};
