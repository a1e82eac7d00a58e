import { zeroTimeMs } from './rfc3339.ts';
import { date, nameColumn } from './column.ts';
import { instantOf } from './since.ts';
import { table } from './table.ts';

/** An instant as RFC 3339 in UTC, without fraction. */
function utcText(instantMs: number): string {
  return `${new Date(instantMs).toISOString().slice(0, 19)}Z`;
}

/** The time of creation as text, Go's zero time where it is missing. */
export function createdAtCell(creationTimestamp: string | undefined): string {
  return utcText(instantOf(creationTimestamp) ?? zeroTimeMs);
}

/** The table of every type that no printer knows (kube-apiserver 1.36): the time of creation, never an age. */
export const defaultTable = table([nameColumn, date('Created At')], ({ metadata }) => [
  metadata.name,
  createdAtCell(metadata.creationTimestamp),
]);
