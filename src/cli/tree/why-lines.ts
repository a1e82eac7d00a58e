import { humanDuration } from '../../core/human-duration.ts';
import { oneLine } from '../../core/terminal-text.ts';
import type { TableStyle } from '../../output/navi-table.ts';
import type { GraphObject } from '../../query/tree/object-graph.ts';
import type { Cause } from '../../query/tree/why.ts';

/** A chain of causes as text: each cause below what it causes, with the newest warning about it. */
export function whyText(
  asked: GraphObject,
  chain: readonly Cause[],
  { style, nowMs }: { readonly style: TableStyle; readonly nowMs: number },
): string {
  const { color } = style;
  const title = (object: GraphObject): string => color.bold(oneLine(`${object.kind}/${object.name}`));
  if (chain.length === 0) return `${title(asked)}: nothing is known to be wrong with it\n`;
  const lines = chain.flatMap(({ object, what, alikeCount, event }, depth) => {
    const indent = '   '.repeat(depth);
    const place =
      object.namespace === asked.namespace || object.namespace === '' ? '' : ` in ${oneLine(object.namespace)}`;
    const alike = alikeCount === 0 ? '' : color.dim(` (and ${alikeCount} more)`);
    const branch = depth === 0 ? '' : `${'   '.repeat(depth - 1)}└─ `;
    const line = `${branch}${title(object)}${place}${alike}: ${oneLine(what)}`;
    if (event === undefined) return [line];
    const age = event.lastAtMs === null ? '' : `, ${humanDuration(nowMs - event.lastAtMs)} ago`;
    const times = event.count > 1 ? ` x${event.count}` : '';
    return [line, color.dim(`${indent}   ${oneLine(event.reason)}${times}${age}: ${oneLine(event.message.trim())}`)];
  });
  return `${lines.join('\n')}\n`;
}
