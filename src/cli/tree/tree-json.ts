import { instantText } from '../../core/instant-text.ts';
import type { TreeNode } from '../../query/tree/build-tree.ts';
import { objectState } from '../../query/tree/object-state.ts';
import type { Cause } from '../../query/tree/why.ts';

/** A cause as `-o json` has it. */
export function causeJson({ object, what, alikeCount, event }: Cause): unknown {
  const { apiVersion, kind, namespace, name } = object;
  const said = event && {
    reason: event.reason,
    message: event.message,
    repeatCount: event.count,
    lastAt: instantText(event.lastAtMs),
  };
  return { apiVersion, kind, namespace, name, what, alikeCount, event: said ?? null };
}

/** A node as `-o json` has it. */
export function nodeJson(node: TreeNode, nowMs: number): unknown {
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
    createdAt: instantText(stored?.createdAtMs ?? null),
    children: children.map((child) => nodeJson(child, nowMs)),
  };
}
