/** Where a queued action stands. `queued` and `sending` are under way, the others are settled. */
export const actionStates = ['queued', 'sending', 'done', 'conflict', 'failed', 'expired', 'unknown'] as const;

/** One of `actionStates`. */
export type ActionState = (typeof actionStates)[number];
