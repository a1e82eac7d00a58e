import type { CelNode } from './cel-library.ts';
import { fieldName } from './expression-names.ts';
import { pathOf } from './expression-walk.ts';
import { ownVariables } from './own-variables.ts';

/** Texts of which at least one stands in the stored JSON of each object that matches. */
export type TextChoice = readonly string[];

/** Texts that JSON writes as they are. */
const plainText = /^[\w ./:@-]{1,1000}$/;

/** Most texts of one choice: more take longer to look for than an object takes to be judged. */
const textCountMax = 20;

/**
 * What the stored JSON of an object must have for the expression to be true: one text of each choice. It never leaves out an
 * object that matches. Looking for a text takes a hundredth of the time that parsing the object takes.
 * @param others variables that are neither a field of the object nor of `ownVariables`
 */
export function requiredTexts(ast: CelNode, others: ReadonlySet<string> = new Set()): readonly TextChoice[] {
  const isOther = (name: string): boolean =>
    others.has(name) || (name !== 'object' && Object.hasOwn(ownVariables, name));
  return choicesOf(ast, { isOther, bound: new Set() });
}

/** Whether a stored JSON has a text of each choice. */
export function hasTexts(json: string, choices: readonly TextChoice[]): boolean {
  return choices.every((choice) => choice.some((text) => json.includes(text)));
}

interface Scope {
  readonly isOther: (name: string) => boolean;
  /** Variables that stand for a part of the object. */
  readonly bound: ReadonlySet<string>;
}

function choicesOf(node: CelNode, scope: Scope): readonly TextChoice[] {
  if (node.op === '&&') return node.args.flatMap((each) => choicesOf(each, scope));
  if (node.op === '||') {
    const [one, other] = node.args.map((each) => choicesOf(each, scope)[0]);
    if (one === undefined || other === undefined || one.length + other.length > textCountMax) return [];
    return [[...new Set([...one, ...other])]];
  }
  if (node.op === '==') {
    const [left, right] = node.args;
    return equal(left, right, scope) ?? equal(right, left, scope) ?? [];
  }
  if (node.op === 'in') {
    const [of, among] = node.args;
    if (among.op !== 'list' || !isInObject(of, scope)) return [];
    return choice(among.args.map(textOf));
  }
  return node.op === 'rcall' ? within(node, scope) : [];
}

function equal(of: CelNode, to: CelNode, scope: Scope): readonly TextChoice[] | undefined {
  return isInObject(of, scope) && textOf(to) !== undefined ? choice([textOf(to)]) : undefined;
}

/** What one element of a list of the object has, the object has. */
function within(node: CelNode & { readonly op: 'rcall' }, scope: Scope): readonly TextChoice[] {
  const [name, receiver, [variable, condition, ...more]] = node.args;
  if (name !== 'exists' || variable?.op !== 'id' || condition === undefined || more.length > 0) return [];
  if (!isInObject(receiver, scope)) return [];
  return choicesOf(condition, { ...scope, bound: new Set([...scope.bound, variable.args]) });
}

/** It is read from the object as it is stored. */
function isInObject(node: CelNode, { isOther, bound }: Scope): boolean {
  const [root, ...deeper] = pathOf(node) ?? [];
  if (root === undefined) return false;
  if (bound.has(root)) return true;
  // `metadata` itself has labels and annotations also where the object has none.
  return !isOther(fieldName(root)) && (root !== 'metadata' || deeper.length > 0);
}

function choice(texts: readonly (string | undefined)[]): readonly TextChoice[] {
  const known = texts.flatMap((text) => (text !== undefined && plainText.test(text) ? `"${text}"` : []));
  return known.length < texts.length || known.length === 0 || known.length > textCountMax ? [] : [known];
}

function textOf(node: CelNode): string | undefined {
  return node.op === 'value' && typeof node.args === 'string' ? node.args : undefined;
}
