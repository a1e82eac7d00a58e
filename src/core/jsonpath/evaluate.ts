import type { Json } from '../json.ts';
import { filterValues } from './filter.ts';
import { sliceValues } from './slice.ts';
import { type PathStep, childValues, descendants, fieldValues } from './steps.ts';
import type { JsonPathNode, JsonPathTemplate } from './template.ts';
import { noValue } from './unlike-json.ts';

/**
 * What one part of a template gave: its literal text, or the values of one action (possibly none) with the steps that
 * made the first of them: those of the action, or of one alternative of the union that it ends in.
 */
export type JsonPathResult =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'values'; readonly values: readonly Json[]; readonly steps: readonly JsonPathNode[] };

/**
 * The results in template order, or the reason why there are none, such as `array index out of bounds: index 5, length
 * 3`.
 */
export type JsonPathEvaluation =
  | { readonly ok: true; readonly results: readonly JsonPathResult[] }
  | { readonly ok: false; readonly message: string };

/**
 * Runs a template over `root`, ranges included, as kubectl 1.36 does. Results come in template order, those of a range
 * once per item. A missing field gives nothing, or fails when `allowMissingKeys` is false; an index out of range always
 * fails.
 *
 * Wildcards and recursive descent visit the members of a map in key order, where kubectl's order is random.
 */
export function evaluateJsonPath(
  template: JsonPathTemplate,
  root: Json,
  allowMissingKeys: boolean,
): JsonPathEvaluation {
  return createJsonPathRun(template, allowMissingKeys)(root);
}

/**
 * Runs a template over one root after the other, as kubectl 1.36 does where it keeps one parser for a list of objects:
 * once a range has begun, the roots after it see only what the template has behind the range's beginning.
 */
export function createJsonPathRun(
  template: JsonPathTemplate,
  allowMissingKeys: boolean,
): (root: Json) => JsonPathEvaluation {
  const run: Run = {
    nodes: template.nodes,
    allowMissingKeys,
    first: 0,
    rangesBegun: 0,
    rangesOpen: 0,
    ends: 0,
    lastEnd: -1,
  };
  return (root) => {
    const results: JsonPathResult[] = [];
    const message = runFrom(run, { root, results });
    return message === undefined ? { ok: true, results } : { ok: false, message };
  };
}

interface Run {
  readonly nodes: readonly JsonPathNode[];
  readonly allowMissingKeys: boolean;
  /** Index of the node with which the next root begins: behind the range that began last. */
  first: number;
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

function runFrom(run: Run, target: Target): string | undefined {
  for (let index = run.first; index < run.nodes.length; index += 1) {
    const node = run.nodes[index];
    if (node === undefined) {
      break;
    }
    const { values, message, alternative } = walk(run, [target.root], node);
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
      const steps = alternative ?? (node.kind === 'action' ? node.nodes : []);
      target.results.push(node.kind === 'text' ? { kind: 'text', text: node.text } : { kind: 'values', values, steps });
    }
  }
  return undefined;
}

/** How deep ranges may lie in each other; each takes a piece of the stack. */
const rangeDepthMax = 500;

function runRange(
  run: Run,
  first: number,
  range: { readonly items: readonly Json[]; readonly results: JsonPathResult[] },
): string | undefined {
  if (run.rangesOpen === rangeDepthMax) return `more than ${rangeDepthMax} ranges lie in each other`;
  run.rangesBegun -= 1;
  run.rangesOpen += 1;
  // A range over nothing still runs its body once, unheard, to find its end.
  const targets: readonly Target[] =
    range.items.length > 0
      ? range.items.map((item) => ({ root: item ?? noValue, results: range.results }))
      : [{ root: noValue, results: [] }];
  for (const target of targets) {
    run.first = first;
    const message = runFrom(run, target);
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
  let alternative: readonly JsonPathNode[] | undefined;
  for (const nodes of alternatives) {
    const step = walkAll(run, input, nodes);
    if (step.message !== undefined) {
      return { values: input, message: step.message };
    }
    if (values.length === 0 && step.values.length > 0) {
      alternative = step.alternative ?? nodes;
    }
    for (const value of step.values) {
      values.push(value);
    }
  }
  return { values, alternative };
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
