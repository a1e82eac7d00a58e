import { resourceName } from '../../core/api-resource.ts';
import { oneLine, terminalJson } from '../../core/terminal-text.ts';
import { errorText } from '../../errors/error-text.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { asFault, errorOfAll, exitCodeOf, ofContext } from '../../errors/of-contexts.ts';
import type { ResolvedContext } from '../../kubeconfig/resolve-context.ts';
import { tableStyle, type ColorMode } from '../../output/navi-table.ts';
import { judgeFreshness } from '../../query/freshness.ts';
import { readTypes, type MirrorType } from '../../query/mirror-type.ts';
import { buildTree, type TreeNode } from '../../query/tree/build-tree.ts';
import { eventsAbout, type ObjectEvent } from '../../query/tree/object-events.ts';
import { ObjectGraph, type GraphObject } from '../../query/tree/object-graph.ts';
import { objectState } from '../../query/tree/object-state.ts';
import { whyNot, type Cause } from '../../query/tree/why.ts';
import { readableParts, typeAt } from '../../query/type-places.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { dueNotice } from '../due-notice.ts';
import { namedType } from '../named-type.ts';
import { inSnapshot, openMirror } from '../open-mirror.ts';
import { treeText } from './tree-lines.ts';
import { whyText } from './why-lines.ts';

/** What `navi tree` was asked for. */
export interface TreeRun {
  /** As typed: a name of a type, and a name. */
  readonly type: string;
  readonly name: string;
  /** Undefined for that of the context. */
  readonly namespace: string | undefined;
  readonly isAll: boolean;
  /** Why the object is not well, in place of the tree. */
  readonly isWhy: boolean;
  readonly output: 'json' | undefined;
  readonly color: ColorMode;
  readonly contexts: readonly ResolvedContext[];
  /** Of contexts that were asked for with these and cannot be used. */
  readonly faults: readonly NaviError[];
  readonly noticeAfterMs: number;
  readonly write: (text: string) => void;
  readonly notice: (text: string) => void;
}

interface ContextTree {
  readonly context: string;
  readonly asked: GraphObject;
  readonly root: TreeNode;
  /** Undefined where it was not asked for. */
  readonly why: readonly Cause[] | undefined;
  readonly ageMs: number | null;
  readonly isStale: boolean;
}

/**
 * `navi tree`: resolves with the exit code. Contexts that have no such object are told, and the others print.
 * @throws NaviError where none has
 */
export async function runTree(run: TreeRun): Promise<number> {
  const trees: ContextTree[] = [];
  const faults = [...run.faults];
  for (const context of run.contexts) {
    const tree = await treeOf(run, context).catch(asFault);
    if (!(tree instanceof NaviError)) trees.push(tree);
    else faults.push(run.contexts.length === 1 ? tree : ofContext(context.name, tree));
  }
  if (trees.length === 0) throw errorOfAll(faults);
  const nowMs = Date.now();
  if (run.output === 'json') {
    const shown = trees.map(({ context, ageMs, isStale, root, why }) => ({
      context,
      ageMs,
      isStale,
      tree: nodeJson(root, nowMs),
      why: why?.map(causeJson) ?? null,
    }));
    run.write(terminalJson(`${JSON.stringify({ trees: shown }, null, 2)}\n`));
  } else {
    const style = tableStyle(process.stdout, process.env, run.color);
    for (const { context, asked, root, why } of trees) {
      if (run.contexts.length > 1) run.write(`${style.color.bold(oneLine(context))}\n`);
      const printing = { style, nowMs, isAll: run.isAll };
      run.write(why === undefined ? treeText(root, printing) : whyText(asked, why, printing));
    }
  }
  for (const fault of faults) run.notice(errorText(fault));
  return exitCodeOf([0, ...faults.map(({ exitCode }) => exitCode)]);
}

async function treeOf(run: TreeRun, context: ResolvedContext): Promise<ContextTree> {
  const reader = openMirror(context);
  try {
    return await inSnapshot(reader, async () => {
      const all = await readTypes(reader);
      const stored = all.filter(
        ({ version, storedVersion, retrieval }) => version === storedVersion && retrieval !== 'alias',
      );
      const type = namedType(run.type, all);
      const graph = new ObjectGraph(reader, stored);
      const namespace = type.namespaced ? (run.namespace ?? context.namespace) : '';
      const asked = graph.find({ group: type.group, kind: type.kind, namespace, name: run.name });
      if (asked.state !== 'present') throw absent(run, type, namespace, asked.state);
      const root = buildTree(graph, asked);
      const why = run.isWhy ? whyNot({ graph, eventsOf: eventsOf(reader, stored) }, asked) : undefined;
      const from = readableParts(graph.usedTypes);
      const nowMs = Date.now();
      const notice = dueNotice(context, from, { nowMs, noticeAfterMs: run.noticeAfterMs });
      if (notice !== undefined) run.notice(notice);
      const { ageMs, isDue } = judgeFreshness(from, nowMs, run.noticeAfterMs);
      return { context: context.name, asked, root, why, ageMs, isStale: isDue };
    });
  } finally {
    reader.close();
  }
}

/** The events about an object; none where these are not mirrored or may not be read. */
function eventsOf(reader: MirrorReader, types: readonly MirrorType[]): (object: GraphObject) => readonly ObjectEvent[] {
  const type = types.find(({ group, kind }) => group === '' && kind === 'Event');
  return ({ stored, namespace }) => {
    const isRead = type !== undefined && stored !== undefined && typeAt(type, namespace).scope?.phase !== 'denied';
    return isRead ? eventsAbout(reader, type, stored.uid) : [];
  };
}

function absent(run: TreeRun, type: MirrorType, namespace: string, state: 'missing' | 'unknown'): NaviError {
  const name = `${resourceName(type)} "${run.name}"`;
  if (state === 'unknown') {
    const { scope } = typeAt(type, namespace === '' ? undefined : namespace);
    if (scope?.phase === 'denied') return new NaviError('NAVI_REFUSED', scope.refusal ?? `${name} may not be read`);
    return new NaviError('NAVI_INCOMPLETE', `${name} is not mirrored`, {
      hints: ['navi status says how far the mirror is'],
    });
  }
  const place = namespace === '' ? '' : ` in namespace ${namespace}`;
  return new NaviError('NAVI_NOT_FOUND', `${name} does not exist${place}`, {
    hints: [
      `navi search ${run.name} looks for it everywhere`,
      ...(type.namespaced && run.namespace === undefined ? ['-n NAMESPACE looks in another namespace'] : []),
    ],
  });
}

/** A cause as `-o json` has it. */
function causeJson({ object, what, alikeCount, event }: Cause): unknown {
  const { apiVersion, kind, namespace, name } = object;
  const said = event && {
    reason: event.reason,
    message: event.message,
    repeatCount: event.count,
    lastAt: event.lastAtMs === null ? null : new Date(event.lastAtMs).toISOString(),
  };
  return { apiVersion, kind, namespace, name, what, alikeCount, event: said ?? null };
}

/** A node as `-o json` has it. */
function nodeJson(node: TreeNode, nowMs: number): unknown {
  const { object, relation, isOptional, isAsked, isRepeated, children } = node;
  const { apiVersion, kind, namespace, name, state, stored } = object;
  return {
    relation,
    apiVersion,
    kind,
    namespace,
    name,
    existence: state,
    isOptional,
    isAsked,
    isRepeated,
    state: objectState(object, nowMs).text,
    createdAt: stored?.createdAtMs === null || stored === undefined ? null : new Date(stored.createdAtMs).toISOString(),
    children: children.map((child) => nodeJson(child, nowMs)),
  };
}
