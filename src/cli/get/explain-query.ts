import { resourceName } from '../../core/api-resource.ts';
import { oneLine } from '../../core/terminal-text.ts';
import { objectStatement } from '../../query/object-query.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import type { GetPlan, GetStep } from './get-plan.ts';
import type { RowQuery } from './row-query.ts';

/** How the store answers a filter: for each type what SQLite looks up and how, and what is judged object by object. */
export function explainQuery(reader: MirrorReader, plan: GetPlan, query: RowQuery): string {
  return plan.steps.map((step) => explainStep(reader, step, query)).join('\n');
}

function explainStep(
  reader: MirrorReader,
  { type, namespace, name, labels, fields }: GetStep,
  query: RowQuery,
): string {
  const detail = query.detail('row');
  // One object is looked up by its name alone.
  const { condition, parts } = name === undefined ? query.candidates(type, detail) : noCandidates;
  const objects = { typeId: type.rowTypeId, namespace, name, labels, fields, condition };
  const { text, parameters } = objectStatement(objects, detail);
  const steps = reader.sqlite.prepare(`explain query plan ${text}`).all(...parameters) as {
    readonly id: number;
    readonly parent: number;
    readonly detail: string;
  }[];
  const depths = new Map<number, number>();
  for (const { id, parent } of steps) depths.set(id, (depths.get(parent) ?? -1) + 1);
  const { where } = query.flags;
  return [
    resourceName(type),
    ...(parts.length === 0
      ? ['  looked up: every object that the arguments name']
      : parts.map((part) => `  looked up: ${oneLine(part)}`)),
    ...(where === '' ? [] : [`  judged:    ${oneLine(where)}, ${judgedBy[detail]}`]),
    ...steps.map((step) => `  plan:      ${'  '.repeat(depths.get(step.id) ?? 0)}${step.detail}`),
    '',
  ].join('\n');
}

const noCandidates = { condition: undefined, parts: [] } as const;

const judgedBy = {
  row: 'for each of these, without its body',
  body: 'for each of these, with its body',
  whole: 'for each of these, with its body',
} as const;
