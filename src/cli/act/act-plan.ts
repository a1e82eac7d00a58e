import { isNotFound, type Failure } from '../get/failure.ts';
import { objectName } from '../get/found-object.ts';
import type { ActRequest, Draft, FoundTarget } from './act-request.ts';
import type { FoundTargets } from './find-targets.ts';

/** Something to be done, with the object that it is about. */
export interface Planned {
  readonly found: FoundTarget;
  readonly draft: Draft;
}

/** What is to be done, and what stands in the way of other things. */
export interface ActPlan {
  readonly planned: readonly Planned[];
  readonly failures: readonly Failure[];
  /** kubectl tells a single failure as one of several. */
  readonly isGathered: boolean;
  /** Something was found, or looked for by its name. */
  readonly hasObjects: boolean;
}

/** What a request comes to for the objects that it found. */
export function planActions(request: ActRequest, targets: FoundTargets): ActPlan {
  const planned: Planned[] = [];
  const failures: Failure[] = [];
  let isLookedUp = targets.errorText !== undefined;
  for (const found of targets.found) {
    if ('failure' in found) {
      isLookedUp = true;
      failures.push(...unlessIgnored(request, found.failure));
      continue;
    }
    const drafted = request.draft(found);
    if (!('failure' in drafted)) {
      planned.push({ found, draft: drafted });
      continue;
    }
    failures.push(drafted.failure);
    if (request.endsAtFailure) break;
    // What was looked for in vain is told in any case.
    if (drafted.notes.length > 0)
      planned.push({ found, draft: { notes: drafted.notes, action: undefined, operation: '' } });
  }
  const { errorText } = targets;
  if (errorText !== undefined) failures.push({ reason: undefined, message: errorText, isWhole: true });
  // `kubectl rollout restart` (1.36) keeps what it cannot change apart from what it cannot find.
  const isApart = request.verb === 'restart' && !isLookedUp;
  const isGathered = targets.isGathered && !request.endsAtFailure && !isApart;
  return { planned, failures, isGathered, hasObjects: targets.found.length > 0 };
}

/** A failure, unless it is one that is not to be told. */
export function unlessIgnored({ ignoresMissing }: ActRequest, failure: Failure): readonly Failure[] {
  return ignoresMissing === true && isNotFound(failure) ? [] : [failure];
}

/** The objects that are to be changed, as people read them. */
export function namesOf({ planned }: ActPlan): readonly string[] {
  return planned.map(({ found }) => objectName(found.type, found.name));
}
