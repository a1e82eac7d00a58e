import { notFoundObject } from '../../query/not-found.ts';
import { oneLine, terminalJson } from '../../core/terminal-text.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import { tableStyle } from '../../output/navi-table.ts';
import { LookedPlaces } from '../../query/looked-places.ts';
import { readTypes, storedOf } from '../../query/mirror-type.ts';
import { partsIn } from '../../query/place.ts';
import { buildTree, type TreeNode } from '../../query/tree/build-tree.ts';
import type { EventFacts } from '../../query/events/event-facts.ts';
import { eventsReader } from '../../query/tree/object-events.ts';
import { ObjectGraph, type GraphObject } from '../../query/tree/object-graph.ts';
import { whyNot, type Cause } from '../../query/tree/why.ts';
import { readableParts } from '../../query/type-places.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { askContexts, type ContextsRun, type MirrorAnswer } from '../ask-contexts.ts';
import { namedType } from '../named-type.ts';
import { causeJson, nodeJson } from './tree-json.ts';
import { tellFaults } from '../tell-faults.ts';
import { treeText } from './tree-lines.ts';
import { whyText } from './why-lines.ts';
import { stdoutTerminal } from '../../output/terminal-stream.ts';

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
    const style = tableStyle(stdoutTerminal(), process.env, run.color);
    const printing = { style, nowMs, isAll: run.isAll };
    for (const { context, answer } of answers) {
      const { asked, root, why = [] } = answer;
      if (run.contexts.length > 1) run.write(`${style.color.bold(oneLine(context))}\n`);
      run.write(root === undefined ? whyText(asked, why, printing) : treeText(root, printing));
    }
  }
  return tellFaults(run, faults);
}

function readTree(run: TreeRun, reader: MirrorReader, context: ContextSummary): MirrorAnswer<ObjectTree> {
  const all = readTypes(reader);
  const stored = storedOf(all);
  const type = namedType(run.type, all);
  const looked = new LookedPlaces();
  const graph = new ObjectGraph(reader, stored, looked);
  const namespace = type.namespaced ? (run.namespace ?? context.namespace) : '';
  const asked = graph.find({ group: type.group, kind: type.kind, namespace, name: run.name });
  if (asked.state !== 'present') {
    partsIn(type, type.namespaced ? [namespace] : undefined, type.resource);
    throw notFoundObject(type, { namespace, name: run.name, isChosen: run.namespace !== undefined });
  }
  // Text shows the causes in place of the tree.
  const root = run.isWhy && run.output === undefined ? undefined : buildTree(graph, asked);
  const read = eventsReader(reader, all, looked);
  const eventsOf = ({ stored: row, namespace: of }: GraphObject): readonly EventFacts[] =>
    row === undefined ? [] : read(row.uid, of);
  const why = run.isWhy ? whyNot({ graph, eventsOf }, asked) : undefined;
  return {
    answer: { asked, root, why },
    from: readableParts(graph.usedTypes),
    wants: looked.types,
    leftOut: looked.leftOut,
  };
}
