import { compareResourceVersions } from '../core/resource-version.ts';
import type { WatchEvent } from '../kube/watch-stream.ts';
import type { ScopeTarget } from '../store/object-record.ts';
import type { MirrorWriter } from '../store/mirror-writer.ts';
import { objectKey, objectRecord, objectSource, type TypeRecipe } from './object-source.ts';

/** What a batch of a scope came to. */
export interface AppliedBatch {
  /** resourceVersion of the last event or bookmark. */
  readonly resumePoint: string;
  readonly eventCount: number;
  readonly bookmarkCount: number;
  /** A DELETED named an object that the store holds under another uid, and nothing tells which is newer. */
  readonly suspect: boolean;
}

/**
 * Applies events of one scope in stream order and moves its resume point; runs inside the batch's transaction.
 * @param replayedUntil resourceVersion up to which stored rows may be ahead of the stream (after a metadata-first
 * relist, whose bodies were read later than its list); empty where none are.
 */
export function applyEvents(
  writer: MirrorWriter,
  scope: {
    readonly target: ScopeTarget;
    readonly recipe: TypeRecipe;
    readonly replayedUntil: string;
    readonly nowMs: number;
  },
  events: readonly WatchEvent[],
): AppliedBatch {
  let resumePoint = '';
  let eventCount = 0;
  let suspect = false;
  for (const event of events) {
    resumePoint = event.resourceVersion;
    if (event.kind === 'bookmark') continue;
    eventCount += 1;
    if (event.kind === 'delete') suspect = applyDeletion(writer, scope, event) || suspect;
    else if (!isReplay(writer, scope, event))
      writer.objects.put(scope.target, objectSource(scope.recipe, event, scope.nowMs), scope.nowMs);
  }
  if (resumePoint !== '')
    writer.scopes.saveResumePoint(scope.target.scopeId, resumePoint, eventCount > 0 ? 'event' : 'bookmark');
  const bookmarkCount = events.length - eventCount;
  return { resumePoint, eventCount, bookmarkCount, suspect };
}

type ObjectEvent = Extract<WatchEvent, { readonly kind: 'apply' | 'delete' }>;
type Scope = Parameters<typeof applyEvents>[1];

/** Deletes the row of the event's uid; tells whether the scope must be listed to be sure. */
function applyDeletion(writer: MirrorWriter, scope: Scope, event: ObjectEvent): boolean {
  const row = writer.objects.find(scope.target.typeId, objectKey(event.object.metadata));
  if (row === undefined) return false;
  const isOther = row.uid !== (event.object.metadata.uid ?? '');
  if (isOther) {
    const order = compareResourceVersions(row.resource_version, event.resourceVersion);
    if (order !== undefined && order > 0) return false;
  }
  writer.objects.delete(scope.target, row, {
    cause: 'event',
    nowMs: scope.nowMs,
    resourceVersion: event.resourceVersion,
    last: isOther ? undefined : objectRecord(scope.recipe, event, scope.nowMs),
  });
  return isOther;
}

/** True where the stored row is newer than an event that the stream replays. */
function isReplay(writer: MirrorWriter, scope: Scope, event: ObjectEvent): boolean {
  if (scope.replayedUntil === '') return false;
  if ((compareResourceVersions(event.resourceVersion, scope.replayedUntil) ?? 1) > 0) return false;
  const row = writer.objects.find(scope.target.typeId, objectKey(event.object.metadata));
  if (row === undefined) return false;
  return (compareResourceVersions(row.resource_version, event.resourceVersion) ?? 0) > 0;
}
