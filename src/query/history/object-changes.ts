import { parseJson } from '../../core/canonical-json.ts';
import type { Json } from '../../core/json.ts';
import { jsonDifferences, type JsonDifference } from '../../core/json-difference.ts';
import type { LoggedChange, PastState } from '../../store/rebuild-state.ts';
import { changedBy } from './changed-by.ts';

/** One change of an object that the mirror saw. */
export interface ObjectChange {
  /** Number of its entry in the change log. */
  readonly seq: number;
  /** When it was committed here (epoch ms). */
  readonly atMs: number;
  readonly operation: 'added' | 'updated' | 'deleted';
  readonly uid: string;
  readonly resourceVersion: string;
  /** `sweep`: a list no longer had it, so that it went some time before. Undefined for what is no deletion, or not known any more. */
  readonly cause: LoggedChange['cause'];
  /** Managers; see `changedBy`. */
  readonly by: readonly string[];
  /** What it changed; empty for one that added or deleted, and where `isLost`. */
  readonly differences: readonly JsonDifference[];
  /** It cannot be told any more what it changed. */
  readonly isLost: boolean;
}

/** What each write of an object changes. */
const always: ReadonlySet<string> = new Set([
  'metadata.resourceVersion',
  'metadata.generation',
  'metadata.managedFields',
]);

/** What an entry of the change log tells to people. Rebuilds the states around it. */
export function toldChange({
  seq,
  at,
  operation,
  uid,
  resourceVersion,
  cause,
  before,
  after,
}: LoggedChange): ObjectChange {
  const facts = { seq, atMs: at, operation, uid, resourceVersion, cause };
  if (operation === 'deleted') return { ...facts, by: [], differences: [], isLost: false };
  if (after.kind !== 'state' || before.kind === 'lost') return { ...facts, by: [], differences: [], isLost: true };
  const by = changedBy(managedFields(before), managedFields(after));
  if (before.kind === 'none') return { ...facts, by, differences: [], isLost: false };
  const differences = jsonDifferences(parseJson(before.body), parseJson(after.body), always);
  return { ...facts, by, differences, isLost: false };
}

function managedFields(state: PastState): Json | undefined {
  return state.kind === 'state' && state.managedFields !== '' ? parseJson(state.managedFields) : undefined;
}
