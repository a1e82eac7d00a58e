import { resourceName } from '../core/api-resource.ts';
import type { ResolvedContext } from '../kubeconfig/resolve-context.ts';
import { freshnessNotice } from '../output/freshness-notice.ts';
import { judgeFreshness } from '../query/freshness.ts';
import type { MirrorType } from '../query/mirror-type.ts';

/**
 * The line about how old an answer from these types is, with its line feed, or undefined where none is due. Types that
 * the cluster forbids gave no rows and have no age.
 */
export function dueNotice(
  context: ResolvedContext,
  types: readonly MirrorType[],
  at: { readonly nowMs: number; readonly noticeAfterMs: number },
): string | undefined {
  const answered = types.filter((type) => type.scope?.phase !== 'denied');
  const { isDue, ageMs, type } = judgeFreshness([...new Set(answered)], at.nowMs, at.noticeAfterMs);
  if (!isDue || type?.scope === undefined) return undefined;
  const { reason, lastError } = type.scope;
  return freshnessNotice({ context: context.name, type: resourceName(type), ageMs, reason, lastError });
}
