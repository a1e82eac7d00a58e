/** What is counted of a scope. Counts only grow. */
export interface ScopeCounts {
  /** Lists begun, the first one included. */
  readonly lists: number;
  /** Watches opened, or tried. */
  readonly watches: number;
  /** Watches that followed a watch: no list was needed in between. */
  readonly reconnects: number;
  /** Events of watches that are committed. */
  readonly events: number;
  /** Bookmarks of watches that are committed. */
  readonly bookmarks: number;
  /** Lists after the first. */
  readonly relists: number;
  /** Bytes of lists, as they travel, and of watches. */
  readonly bytesReceived: number;
  /** Lists after the first, by what made them necessary. */
  readonly relistReasons: Readonly<Record<string, number>>;
}

/** Of a scope that has just been made. */
export const noCounts: ScopeCounts = {
  lists: 0,
  watches: 0,
  reconnects: 0,
  events: 0,
  bookmarks: 0,
  relists: 0,
  bytesReceived: 0,
  relistReasons: {},
};

/** The counts of two scopes, or of two times, together. */
export function addCounts(a: ScopeCounts, b: ScopeCounts): ScopeCounts {
  const relistReasons: Record<string, number> = { ...a.relistReasons };
  for (const [reason, count] of Object.entries(b.relistReasons))
    relistReasons[reason] = (relistReasons[reason] ?? 0) + count;
  return {
    lists: a.lists + b.lists,
    watches: a.watches + b.watches,
    reconnects: a.reconnects + b.reconnects,
    events: a.events + b.events,
    bookmarks: a.bookmarks + b.bookmarks,
    relists: a.relists + b.relists,
    bytesReceived: a.bytesReceived + b.bytesReceived,
    relistReasons,
  };
}

/** Reads `relistReasons` as they are stored: JSON. */
export function parseRelistReasons(json: string): ScopeCounts['relistReasons'] {
  return JSON.parse(json) as Record<string, number>;
}
