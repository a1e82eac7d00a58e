import { humanDuration } from './human-duration.ts';

/**
 * One printed cell as it is stored: a value, or a text around one instant. Instants are rendered when read
 * (`output/cell-text.ts`), so that an age never freezes in the store.
 */
export type Cell = string | number | boolean | null | SinceCell;

/** `before`, then the time passed since `sinceMs` in kubectl's short form, then `after`. */
export interface SinceCell {
  /** Epoch milliseconds; null prints `<unknown>`. */
  readonly sinceMs: number | null;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** The text of a cell around an instant, its age counted to `nowMs`. */
export function sinceText({ sinceMs, before = '', after = '' }: SinceCell, nowMs: number): string {
  return `${before}${sinceMs === null ? '<unknown>' : humanDuration(nowMs - sinceMs)}${after}`;
}
