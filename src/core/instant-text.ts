/** An instant as `-o json` has it: RFC 3339 in UTC; null where there is none. @param atMs epoch milliseconds */
export function instantText(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
