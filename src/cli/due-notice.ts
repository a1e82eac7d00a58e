import { resourceName } from '../core/api-resource.ts';
import type { ContextSummary } from '../kubeconfig/context-summary.ts';
import { freshnessNotice } from '../output/freshness-notice.ts';
import { judgeFreshness } from '../query/freshness.ts';
import type { MirrorType } from '../query/mirror-type.ts';

/**
 * The line about how old an answer from these types is, with its line feed, or undefined where none is due. A refusal is
 * an answer too, as old as it was last heard.
 */
export function dueNotice(
  context: Pick<ContextSummary, 'name'>,
  types: readonly Pick<MirrorType, 'group' | 'resource' | 'scope'>[],
  at: { readonly nowMs: number; readonly noticeAfterMs: number },
): string | undefined {
  const { isDue, ageMs, type } = judgeFreshness([...new Set(types)], at.nowMs, at.noticeAfterMs);
  if (!isDue || type?.scope === undefined) return undefined;
  const { reason, lastError, phase } = type.scope;
  return freshnessNotice({
    context: context.name,
    type: resourceName(type),
    ageMs,
    reason,
    lastError,
    isRefusal: phase === 'denied',
  });
}
