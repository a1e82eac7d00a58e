const shownMax = 3;

/** The first three items joined with commas, then ` + N more...` for the others. */
export function shortenedList(items: readonly string[]): string {
  const shown = items.slice(0, shownMax).join(',');
  return items.length > shownMax ? `${shown} + ${items.length - shownMax} more...` : shown;
}

/** The same, with `<unset>` where no text comes out: for no items, and for one empty item. */
export function shortenedListOrUnset(items: readonly string[]): string {
  return shortenedList(items) || '<unset>';
}
