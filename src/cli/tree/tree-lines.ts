import { humanDuration } from '../../core/human-duration.ts';
import { oneLine } from '../../core/terminal-text.ts';
import { caution, naviTable, type TableStyle } from '../../output/navi-table.ts';
import { objectState, type ObjectState, type Tone } from '../../query/tree/object-state.ts';
import type { TreeNode } from '../../query/tree/build-tree.ts';

/** Objects of one kind and relation from which on only some are shown, and how many these are. */
const foldFrom = 12;
const foldedTo = 8;

/** So many ReplicaSets without pods are no longer shown. */
const foldFromEmpty = 2;

/** How a tree is printed. */
export interface TreePrinting {
  readonly style: TableStyle;
  readonly nowMs: number;
  /** Objects that are many are shown one by one. */
  readonly isAll: boolean;
}

interface Line {
  readonly tree: string;
  readonly state: ObjectState;
  readonly age: string;
}

/** A tree as text: an object on each line, its state and its age beside it. */
export function treeText(root: TreeNode, printing: TreePrinting): string {
  const lines = [...linesOf(root, { first: '', rest: '' }, root.object.namespace, printing)];
  const { style } = printing;
  const rows = lines.map(({ tree, state, age }) => [tree, painted(state, printing), style.color.dim(age)]);
  return naviTable([], rows, style);
}

/** What stands before the first line of a node, and before those of what is below it. */
interface Indent {
  readonly first: string;
  readonly rest: string;
}

function* linesOf(
  node: TreeNode,
  indent: Indent,
  namespace: string,
  printing: TreePrinting,
): Generator<Line, undefined> {
  yield nodeLine(node, indent, namespace, printing);
  const groups = foldedGroups(node.children, printing);
  for (const [index, { children, rest }] of groups.entries()) {
    const isLastGroup = index === groups.length - 1;
    for (const [at, child] of children.entries()) {
      const isLast = isLastGroup && at === children.length - 1 && rest === undefined;
      yield* linesOf(child, below(indent, isLast), namespace, printing);
    }
    if (rest !== undefined) {
      yield { tree: `${below(indent, isLastGroup).first}${rest}`, state: { text: '', tone: 'none' }, age: '' };
    }
  }
}

function below({ rest }: Indent, isLast: boolean): Indent {
  return { first: `${rest}${isLast ? '└─ ' : '├─ '}`, rest: `${rest}${isLast ? '   ' : '│  '}` };
}

function nodeLine(
  { object, relation, isOptional, isAsked, isRepeated }: TreeNode,
  { first }: Indent,
  namespace: string,
  { style, nowMs }: TreePrinting,
): Line {
  const { color } = style;
  const place = object.namespace === '' || object.namespace === namespace ? '' : ` in ${oneLine(object.namespace)}`;
  const title = oneLine(`${object.kind}/${object.name}`);
  const name = isAsked ? color.bold(title) : title;
  const tree = `${first}${relation === '' ? '' : `${color.dim(relation)} `}${name}${place}${isRepeated ? color.dim(' (above)') : ''}`;
  const state = objectState(object, nowMs);
  const made = object.stored?.createdAtMs;
  const isExpected = isOptional && object.state === 'missing';
  return {
    tree,
    state: isExpected ? { text: 'missing, optional', tone: 'none' } : { ...state, text: oneLine(state.text) },
    age: typeof made === 'number' ? humanDuration(nowMs - made) : '',
  };
}

function painted({ text, tone }: ObjectState, { style: { color } }: TreePrinting): string {
  const paint: Readonly<Record<Tone, (text: string) => string>> = {
    good: color.green,
    busy: caution(color),
    bad: color.red,
    none: (each) => each,
  };
  return paint[tone](text);
}

interface FoldedGroup {
  readonly children: readonly TreeNode[];
  /** What is said of those that are not shown. */
  readonly rest: string | undefined;
}

/** Of objects that are many those in trouble and the first of the others; of those that a rollout left empty the last. */
function mostTelling(all: readonly TreeNode[], stateOf: ReadonlyMap<TreeNode, ObjectState>): readonly TreeNode[] {
  const isEmpty = (each: TreeNode): boolean => stateOf.get(each)?.text === '0/0' && each.children.length === 0;
  const full = all.filter((each) => !isEmpty(each));
  if (all.length - full.length >= foldFromEmpty) return mostTelling(full, stateOf);
  if (all.length < foldFrom) return all;
  const isBad = (each: TreeNode): boolean => stateOf.get(each)?.tone === 'bad' || each.children.length > 0;
  return [...all.filter(isBad), ...all.filter((each) => !isBad(each))].slice(0, foldedTo);
}

/** Children of a kind that are many: those in trouble, and the first of the others. */
function foldedGroups(children: readonly TreeNode[], { nowMs, isAll }: TreePrinting): readonly FoldedGroup[] {
  const groups = Map.groupBy(children, ({ relation, object }) => `${relation} ${object.group}/${object.kind}`);
  return [...groups.values()].map((all): FoldedGroup => {
    const stateOf = new Map(all.map((each) => [each, objectState(each.object, nowMs)]));
    const shown = new Set(isAll ? all : mostTelling(all, stateOf));
    if (shown.size === all.length) return { children: all, rest: undefined };
    const counts = new Map<string, number>();
    for (const each of all) {
      const text = stateOf.get(each)?.text ?? '';
      if (!shown.has(each)) counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    const states = [...counts].map(([text, count]) => (text === '' ? '' : `${count} ${oneLine(text)}`));
    const rest = `… ${all.length - shown.size} more ${all[0]?.object.kind ?? ''}${states.join('') === '' ? '' : `: ${states.join(', ')}`} (--all)`;
    return { children: all.filter((each) => shown.has(each)), rest };
  });
}
