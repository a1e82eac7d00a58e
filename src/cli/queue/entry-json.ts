import { targetText } from '../../core/action/action.ts';
import { instantText } from '../../core/instant-text.ts';
import type { StoredAction } from '../../store/action-table.ts';
import { whyText, type QueueKept } from './entry-text.ts';

/** An action of the queue as `-o json` has it. */
export function entryJson(entry: StoredAction, kept: QueueKept): object {
  const { id, state, action, context, mirrorId, createdAtMs, expiresAtMs, stateAtMs, diff, outcome } = entry;
  const { verb, target, subresource, change, touched } = action;
  return {
    id,
    state,
    why: whyText(entry, kept),
    stateSince: instantText(stateAtMs),
    queuedAt: instantText(createdAtMs),
    expiresAt: instantText(expiresAtMs),
    context,
    mirrorId,
    verb,
    object: targetText(target),
    target: { ...target, uid: target.uid === '' ? null : target.uid },
    subresource: subresource === '' ? null : subresource,
    change: change.kind,
    fields: touched.map(({ path, before, after }) => ({ path, before: before ?? null, after: after ?? null })),
    diff,
    objectNow: outcome !== undefined && 'now' in outcome ? outcome.now : null,
  };
}
