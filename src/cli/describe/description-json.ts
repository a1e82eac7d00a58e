import { instantText } from '../../core/instant-text.ts';
import type { Cell } from '../../core/cell.ts';
import { asArray, asObject, type Json } from '../../core/json.ts';
import { cellText } from '../../output/cell-text.ts';
import type { Description } from '../../query/describe/read-description.ts';
import { containerJson } from '../listing/container-listing.ts';
import { nodeJson } from '../tree/tree-json.ts';

/** A description as `-o json` has it, besides where it comes from. */
export function descriptionJson(description: Description, nowMs: number): object {
  const { object, body, containers, conditions, related, changes, events } = description;
  const { apiVersion, kind, namespace, name, stored } = object;
  const metadata = asObject(body['metadata']);
  const cells = JSON.parse(stored?.cells ?? '[]') as Cell[];
  const columns = (stored?.type.columns ?? []).map((column, index) => [
    column.name,
    cellText(cells[index] ?? null, nowMs),
  ]);
  return {
    apiVersion,
    kind,
    namespace,
    name,
    uid: stored?.uid ?? '',
    createdAt: instantText(stored?.createdAtMs ?? null),
    labels: asObject(metadata['labels']),
    annotations: asObject(metadata['annotations']),
    finalizers: asArray(metadata['finalizers']),
    columns: Object.fromEntries(columns) as Record<string, string>,
    containers: containers.map(containerJson),
    conditions: conditions.map(({ sinceMs, ...each }) => ({ ...each, since: instantText(sinceMs) })),
    related: nodeJson(related, nowMs),
    changes: changes.map(({ atMs, operation, differences }) => ({
      seenAt: instantText(atMs),
      operation,
      differences: differences.map(({ path, before, after }) => ({ path, before: told(before), after: told(after) })),
    })),
    events: events.map(({ type, reason, message, count, lastAtMs }) => ({
      type,
      reason,
      message,
      repeatCount: count,
      lastAt: instantText(lastAtMs),
    })),
    object: body,
  };
}

function told(value: Json | undefined): Json {
  return value ?? null;
}
