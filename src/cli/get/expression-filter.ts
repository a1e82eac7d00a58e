import { parseJson } from '../../core/canonical-json.ts';
import { asObject } from '../../core/json.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import type { ObjectRow } from '../../query/object-query.ts';
import type { LoggedChange } from '../../store/rebuild-state.ts';
import { narrowRow } from './object-row.ts';
import type { RowQuery } from './row-query.ts';
import type { KnownState, WatchFilter } from './watched-change.ts';

/**
 * `--where` of a watch. Each object is judged when it changes, and is inside until its next change: time alone, as in
 * `age > duration("1h")`, moves none.
 */
export class ExpressionFilter implements WatchFilter {
  readonly #query: RowQuery;
  /** What was told, and not yet that it is gone: some 100 bytes for each object that matches. */
  readonly #inside: Set<string>;
  #isNoticed = false;

  /** @param rows what matches at the start */
  constructor(query: RowQuery, rows: readonly ObjectRow[]) {
    this.#query = query;
    this.#inside = new Set(rows.map(({ key }) => key));
  }

  has(key: string): boolean {
    return this.#inside.has(key);
  }

  judge(change: LoggedChange, type: MirrorType, state: KnownState | undefined): boolean {
    const { key, at } = change;
    const isInside = state !== undefined && this.#query.matchesAt(rowOf(state, at), type, at);
    if (isInside) this.#inside.add(key);
    else this.#inside.delete(key);
    return isInside;
  }

  /** What is wrong with the expression, once: lines for people. */
  takeNotices(): readonly string[] {
    if (this.#isNoticed) return [];
    const { notices } = this.#query;
    this.#isNoticed = notices.length > 0;
    return notices;
  }
}

/** A state as the store would have it. */
function rowOf({ body, cells }: KnownState, changedAtMs: number): ObjectRow {
  return { ...narrowRow(asObject(parseJson(body))), cells, changed_at: changedAtMs, json: body };
}
