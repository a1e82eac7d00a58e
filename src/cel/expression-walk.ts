import type { CelNode } from './cel-library.ts';

/** A path of fields from a variable on: `metadata.labels["app"]` is `['metadata', 'labels', 'app']`. */
export interface Reference {
  readonly path: readonly string[];
  readonly node: CelNode;
}

/** Macros whose first argument names a variable that only their other arguments know. */
const bindingMacros: ReadonlySet<string> = new Set([
  'all',
  'exists',
  'exists_one',
  'filter',
  'map',
  'optFlatMap',
  'optMap',
  'sortBy',
]);

/** Macros whose first two arguments name variables; the first ones do so with three arguments. */
const loopMacros: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'existsOne']);
const transformMacros: ReadonlySet<string> = new Set(['transformList', 'transformMap', 'transformMapEntry']);

/**
 * The path that a node is, and the node that its first field is; undefined where it is none: `f(x).y`, `list[i]`.
 */
export function pathOf(node: CelNode): readonly string[] | undefined {
  if (node.op === 'id') return [node.args];
  if (node.op === '.' || node.op === '.?') {
    const before = pathOf(node.args[0]);
    return before === undefined ? undefined : [...before, node.args[1]];
  }
  if (node.op !== '[]' && node.op !== '[?]') return undefined;
  const [of, key] = node.args;
  const before = pathOf(of);
  return before === undefined || key.op !== 'value' || typeof key.args !== 'string' ? undefined : [...before, key.args];
}

/** The longest paths that an expression reads, in order, without those of variables that a macro binds. */
export function referencesOf(node: CelNode, bound: ReadonlySet<string> = new Set()): readonly Reference[] {
  const path = pathOf(node);
  if (path !== undefined) return bound.has(path[0] ?? '') ? [] : [{ path, node }];
  if (node.op !== 'rcall') return childrenOf(node).flatMap((child) => referencesOf(child, bound));
  const [name, receiver, args] = node.args;
  const count = variableCount(node);
  const inner = new Set([...bound, ...args.slice(0, count).flatMap((each) => (each.op === 'id' ? each.args : []))]);
  // Names of the language itself, and no fields.
  const isName = receiver.op === 'id' && (receiver.args === 'optional' || (receiver.args === 'cel' && name === 'bind'));
  const outer = isName ? [] : referencesOf(receiver, bound);
  return [...outer, ...args.slice(count).flatMap((each) => referencesOf(each, inner))];
}

/** How many variables a method binds, each named by one of its first arguments. */
function variableCount({ args: [name, receiver, args] }: CelNode & { readonly op: 'rcall' }): 0 | 1 | 2 {
  if (transformMacros.has(name) || (loopMacros.has(name) && args.length === 3)) return 2;
  const isBind = name === 'bind' && receiver.op === 'id' && receiver.args === 'cel';
  return isBind || bindingMacros.has(name) ? 1 : 0;
}

/** The nodes that a node is made of, in order. */
export function childrenOf(node: CelNode): readonly CelNode[] {
  if (node.op === 'value' || node.op === 'id') return [];
  if (node.op === '.' || node.op === '.?') return [node.args[0]];
  if (node.op === 'call') return node.args[1];
  if (node.op === 'rcall') return [node.args[1], ...node.args[2]];
  if (node.op === 'map') return node.args.flat();
  return node.op === '!_' || node.op === '-_' ? [node.args] : node.args;
}
