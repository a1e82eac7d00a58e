import { instantText } from '../../core/instant-text.ts';
import { cpuMillicores, summedUsage, type UsageAmounts } from '../../core/usage.ts';
import type { PartialAmounts, Reserves } from '../../query/usage/pod-reserves.ts';
import { keyOf, type MeasuredObject } from '../../query/usage/read-usage.ts';
import type { TopAnswer } from './read-top.ts';
import { orderedObjects } from './top-order.ts';
import type { TopRequest } from './top-request.ts';

/** The rows of a context as `-o json` has them. */
export function topRows(answer: TopAnswer, request: TopRequest): readonly object[] {
  return orderedObjects(answer.measured, request).map((object) => {
    const past = answer.past.get(keyOf(object)) ?? [];
    const history = past.map(({ atMs, ...amounts }) => ({ at: instantText(atMs), ...amounts }));
    return {
      ...(request.kind === 'pods' ? podRow(object, answer) : nodeRow(object, answer)),
      sampledAt: instantText(object.atMs),
      ...(request.pastMs === undefined ? {} : { history }),
    };
  });
}

function podRow(object: MeasuredObject, { reserves }: TopAnswer): object {
  const own = reserves.get(keyOf(object));
  return {
    namespace: object.namespace,
    name: object.name,
    ...amountsJson(summedUsage(object.containers)),
    ...reservesJson(own),
    containers: object.containers.map((container) => ({
      name: container.name,
      ...amountsJson(container),
      ...reservesJson(own?.containers.get(container.name)),
    })),
  };
}

function nodeRow(object: MeasuredObject, { available }: TopAnswer): object {
  return {
    name: object.name,
    ...amountsJson(summedUsage(object.containers)),
    available: partialJson(available.get(object.name)),
  };
}

function amountsJson(amounts: UsageAmounts) {
  return { cpuMillicores: cpuMillicores(amounts), memoryBytes: amounts.memoryBytes };
}

function reservesJson(reserves: Reserves | undefined) {
  return { requests: partialJson(reserves?.requests), limits: partialJson(reserves?.limits) };
}

function partialJson(amounts: PartialAmounts | undefined) {
  const { cpuNanocores = null, memoryBytes = null } = amounts ?? {};
  return { cpuMillicores: cpuNanocores === null ? null : cpuMillicores({ cpuNanocores }), memoryBytes };
}
