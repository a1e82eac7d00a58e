/** A context as the first column of a table has it: one whose data is old is marked, not dropped. */
export function shownContext(context: string, isStale: boolean): string {
  return isStale ? `${context} (stale)` : context;
}
