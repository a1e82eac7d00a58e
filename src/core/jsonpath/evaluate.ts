import type { Json } from '../json.ts';
import { filterValues } from './filter.ts';
import { sliceValues } from './slice.ts';
import { type PathStep, childValues, descendants, fieldValues } from './steps.ts';
import type { JsonPathNode, JsonPathTemplate } from './template.ts';

/** What one part of a template gave: its literal text, or the values of one action (possibly none). */
export type JsonPathResult =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'values'; readonly values: readonly Json[] };

/** What Go prints for a root that is no value at all: the body of a range over a null. */
const noValue = '<no value>';

/**
 * Runs a template over `root`, ranges included, as kubectl 1.36 does. Results come in template order, those of a range
 * once per item. A missing field gives nothing, or fails when `allowMissingKeys` is false; an index out of range always
 * fails. The message of a failure is the reason alone, such as `array index out of bounds: index 5, length 3`.
 *
 * Wildcards and recursive descent visit the members of a map in key order, where kubectl's order is random.
 */
export function evaluateJsonPath(
  template: JsonPathTemplate,
  root: Json,
  allowMissingKeys: boolean,
):
  | { readonly ok: true; readonly results: readonly JsonPathResult[] }
  | { readonly ok: false; readonly message: string } {
  const run: Run = { nodes: template.nodes, allowMissingKeys, rangesBegun: 0, rangesOpen: 0, ends: 0, lastEnd: -1 };
  const results: JsonPathResult[] = [];
  const message = runFrom(run, 0, { root, results });
  return message === undefined ? { ok: true, results } : { ok: false, message };
}

interface Run {
  readonly nodes: readonly JsonPathNode[];
  readonly allowMissingKeys: boolean;
  rangesBegun: number;
  rangesOpen: number;
  ends: number;
  /** Index of the `{end}` met last: where a range goes on after its last item. */
  lastEnd: number;
}

interface Target {
  readonly root: Json;
  readonly results: JsonPathResult[];
}

function runFrom(run: Run, first: number, target: Target): string | undefined {
  for (let index = first; index < run.nodes.length; index += 1) {
    const node = run.nodes[index];
    if (node === undefined) {
      break;
    }
    const { values, message } = walk(run, [target.root], node);
    if (message !== undefined) {
      return message;
    }
    if (run.ends > 0 && run.ends <= run.rangesOpen) {
      run.ends -= 1;
      run.lastEnd = index;
      break;
    }
    if (run.rangesBegun > 0) {
      const failure = runRange(run, index + 1, { items: values, results: target.results });
      if (failure !== undefined) {
        return failure;
      }
      // Without an `{end}` the body runs once more, on the outer root, as in kubectl.
      index = Math.max(index, run.lastEnd);
    } else {
      target.results.push(node.kind === 'text' ? { kind: 'text', text: node.text } : { kind: 'values', values });
    }
  }
  return undefined;
}

function runRange(
  run: Run,
  first: number,
  range: { readonly items: readonly Json[]; readonly results: JsonPathResult[] },
): string | undefined {
  run.rangesBegun -= 1;
  run.rangesOpen += 1;
  // A range over nothing still runs its body once, unheard, to find its end.
  const targets: readonly Target[] =
    range.items.length > 0
      ? range.items.map((item) => ({ root: item ?? noValue, results: range.results }))
      : [{ root: noValue, results: [] }];
  for (const target of targets) {
    const message = runFrom(run, first, target);
    if (message !== undefined) {
      return message;
    }
  }
  run.rangesOpen -= 1;
  return undefined;
}

function walkAll(run: Run, input: readonly Json[], nodes: readonly JsonPathNode[]): PathStep {
  let step: PathStep = { values: input };
  for (const node of nodes) {
    step = walk(run, step.values, node);
    if (step.message !== undefined) {
      break;
    }
  }
  return step;
}

function walk(run: Run, input: readonly Json[], node: JsonPathNode): PathStep {
  switch (node.kind) {
    case 'action':
      return walkAll(run, input, node.nodes);
    case 'text':
      return { values: [node.text] };
    case 'literal':
      return { values: input.map(() => node.value) };
    case 'field':
      return fieldValues(input, node.name, run.allowMissingKeys);
    case 'slice':
      return sliceValues(input, node);
    case 'wildcard':
      return { values: input.flatMap(childValues) };
    case 'recursive':
      return { values: input.flatMap(descendants) };
    case 'union':
      return walkUnion(run, input, node.alternatives);
    case 'filter':
      return filterValues(input, node, (values, nodes) => walkAll(run, values, nodes));
    case 'identifier':
      return walkIdentifier(run, input, node.name);
  }
}

function walkUnion(run: Run, input: readonly Json[], alternatives: readonly (readonly JsonPathNode[])[]): PathStep {
  const values: Json[] = [];
  for (const nodes of alternatives) {
    const step = walkAll(run, input, nodes);
    if (step.message !== undefined) {
      return { values: input, message: step.message };
    }
    values.push(...step.values);
  }
  return { values };
}

function walkIdentifier(run: Run, input: readonly Json[], name: string): PathStep {
  if (name === 'range') {
    run.rangesBegun += 1;
    return { values: input };
  }
  if (name !== 'end') {
    return { values: input, message: `unrecognized identifier ${name}` };
  }
  if (run.rangesOpen === 0) {
    return { values: [], message: 'not in range, nothing to end' };
  }
  run.ends += 1;
  return { values: [] };
}
