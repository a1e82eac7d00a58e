import type { CelNode } from './cel-library.ts';
import { rename } from './cel-internals.ts';
import { childrenOf, pathOf } from './expression-walk.ts';

/** Fields of objects that the language takes for its own types: Events and Secrets have a `type`. */
const typeFields: ReadonlySet<string> = new Set(['type']);

/** What a column is called where it is asked for as the text that is printed: no column has such a name. */
const textSuffix = ' as text';

const fieldSuffix = ' as field';

/**
 * Renames in a parsed expression what the language would take for something else: a field that is called as a type is,
 * and each column that is compared with a text, or asked what only a text can answer. It is changed in place.
 */
export function renameAmbiguous(node: CelNode): void {
  if (node.op === 'id' && typeFields.has(node.args)) rename(node, `${node.args}${fieldSuffix}`);
  const children = childrenOf(node);
  if (comparisons.has(node.op) && children.some(isText)) children.forEach(askAsText);
  if (node.op === 'rcall') askAsText(node.args[1]);
  children.forEach(renameAmbiguous);
}

/** The name of a field as the object has it. */
export function fieldName(name: string): string {
  return name.endsWith(fieldSuffix) ? name.slice(0, -fieldSuffix.length) : name;
}

/** The name of a column as it is printed, and whether it is asked for as text. */
export function columnUse(name: string): { readonly column: string; readonly isText: boolean } {
  const isText = name.endsWith(textSuffix);
  return { column: isText ? name.slice(0, -textSuffix.length) : name, isText };
}

const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', 'in']);

function askAsText(node: CelNode): void {
  const path = pathOf(node);
  if (path?.[0] !== 'cols' || path.length !== 2) return;
  const name = `${path[1] ?? ''}${textSuffix}`;
  if (node.op === '.' || node.op === '.?') (node.args as unknown as [CelNode, string])[1] = name;
  if ((node.op === '[]' || node.op === '[?]') && node.args[1].op === 'value') rename(node.args[1], name);
}

function isText(node: CelNode): boolean {
  if (node.op === 'list') return node.args.some(isText);
  return node.op === 'value' && typeof node.args === 'string';
}
