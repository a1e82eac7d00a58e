import { resourceName } from '../../core/api-resource.ts';
import { oneLine, terminalJson } from '../../core/terminal-text.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { ResolvedContext } from '../../kubeconfig/resolve-context.ts';
import { tableStyle } from '../../output/navi-table.ts';
import { readTypes, storedOf, type MirrorType } from '../../query/mirror-type.ts';
import { buildTree, type TreeNode } from '../../query/tree/build-tree.ts';
import { eventsAbout, type ObjectEvent } from '../../query/tree/object-events.ts';
import { ObjectGraph, type GraphObject } from '../../query/tree/object-graph.ts';
import { objectState } from '../../query/tree/object-state.ts';
import { whyNot, type Cause } from '../../query/tree/why.ts';
import { readableParts, typeAt } from '../../query/type-places.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { askContexts, tellFaults, type ContextsRun, type MirrorAnswer } from '../ask-contexts.ts';
import { namedType } from '../named-type.ts';
import { treeText } from './tree-lines.ts';
import { whyText } from './why-lines.ts';

/** What `navi tree` was asked for. */
export interface TreeRun extends ContextsRun {
  /** As typed: a name of a type, and a name. */
  readonly type: string;
  readonly name: string;
  /** Undefined for that of the context. */
  readonly namespace: string | undefined;
  readonly isAll: boolean;
  /** Why the object is not well, in place of the tree. */
  readonly isWhy: boolean;
  readonly output: 'json' | undefined;
}

/** What is shown of the object in one context. */
interface ObjectTree {
  readonly asked: GraphObject;
  /** Undefined where it is not shown. */
  readonly root: TreeNode | undefined;
  /** Undefined where it was not asked for. */
  readonly why: readonly Cause[] | undefined;
}

/**
 * `navi tree`: resolves with the exit code. Contexts that have no such object are told, and the others print.
 * @throws NaviError where none has
 */
export async function runTree(run: TreeRun): Promise<number> {
  const { answers, faults, notices } = await askContexts(run, (reader, context) => readTree(run, reader, context));
  for (const notice of notices) run.notice(notice);
  const nowMs = Date.now();
  if (run.output === 'json') {
    const trees = answers.map(({ context, ageMs, isStale, answer: { root, why } }) => ({
      context,
      ageMs,
      isStale,
      tree: root && nodeJson(root, nowMs),
      why: why?.map(causeJson) ?? null,
    }));
    run.write(terminalJson(`${JSON.stringify({ trees }, null, 2)}\n`));
  } else {
    const style = tableStyle(process.stdout, process.env, run.color);
    const printing = { style, nowMs, isAll: run.isAll };
    for (const { context, answer } of answers) {
      const { asked, root, why = [] } = answer;
      if (run.contexts.length > 1) run.write(`${style.color.bold(oneLine(context))}\n`);
      run.write(root === undefined ? whyText(asked, why, printing) : treeText(root, printing));
    }
  }
  return tellFaults(run, faults);
}

async function readTree(
  run: TreeRun,
  reader: MirrorReader,
  context: ResolvedContext,
): Promise<MirrorAnswer<ObjectTree>> {
  const all = await readTypes(reader);
  const stored = storedOf(all);
  const type = namedType(run.type, all);
  const graph = new ObjectGraph(reader, stored);
  const namespace = type.namespaced ? (run.namespace ?? context.namespace) : '';
  const asked = graph.find({ group: type.group, kind: type.kind, namespace, name: run.name });
  if (asked.state !== 'present') throw absent(run, type, namespace, asked.state);
  // Text shows the causes in place of the tree.
  const root = run.isWhy && run.output === undefined ? undefined : buildTree(graph, asked);
  const why = run.isWhy ? whyNot({ graph, eventsOf: eventsOf(reader, stored) }, asked) : undefined;
  return { answer: { asked, root, why }, from: readableParts(graph.usedTypes) };
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
