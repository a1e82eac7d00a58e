import { parseJson } from '../../core/canonical-json.ts';
import { asObject } from '../../core/json.ts';
import { resourceName } from '../../core/api-resource.ts';
import { goQuote } from '../../core/go-quote.ts';
import { objectByKey } from '../../query/object-query.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import type { Verdict, WaitCondition } from '../../query/wait/wait-condition.ts';
import type { LoggedChange } from '../../store/rebuild-state.ts';
import { lookMs } from '../follow/follow-notices.ts';
import { changesMissed, type TypeLog } from '../follow/type-log.ts';
import { ownFailure, serverFailure, type Failure } from '../get/failure.ts';
import { shownObject, type FoundObject } from '../get/found-object.ts';
import type { GetStep } from '../get/get-plan.ts';
import { objectRow } from '../get/object-row.ts';
import { inSnapshot } from '../open-mirror.ts';
import type { WaitParts } from './confirmed-plan.ts';
import { failureNow, presentStep, typeGone, type PresentStep } from './present-step.ts';
import { onlyCluster } from './wait-request.ts';

/** What waiting for one condition came to: the object as it met it, or as it was last, or what went wrong. */
export type WaitOutcome = { readonly found: FoundObject } | { readonly failure: Failure };

/** An object as it is, undefined where it does not exist. */
interface Look {
  readonly present: PresentStep;
  readonly found: FoundObject | undefined;
}

/** An object whose changes are followed. */
interface Followed {
  readonly present: PresentStep;
  readonly key: string;
}

/** What an object came to, and what ends waiting for it. */
interface NewStates {
  /** Oldest first; undefined where it was deleted. */
  readonly states: readonly (FoundObject | undefined)[];
  readonly failure: Failure | undefined;
}

/**
 * Waits for conditions of one object after the other, as kubectl 1.36 does: by what is there when its turn comes, and by
 * every change after that, none left out.
 */
export class ObjectWait {
  readonly #parts: WaitParts;
  readonly #deadlineMs: number;

  constructor(parts: WaitParts) {
    this.#parts = parts;
    this.#deadlineMs = parts.startedAtMs + parts.request.timeoutMs;
  }

  /**
   * Resolves once the object meets the condition, or the time is over.
   * @param step what the object was asked for with
   * @param last the object as it was seen last
   * @throws NAVI_TOO_OLD where changes were missed, NAVI_NOT_MIRRORED where the object is no longer mirrored
   */
  async meet(step: GetStep, last: FoundObject, condition: WaitCondition): Promise<WaitOutcome> {
    const { reader, request } = this.#parts;
    const { key, name } = last.row;
    const { present, found } = await inSnapshot(reader, () => this.#look(step, key));
    if (present.failure !== undefined) return { failure: present.failure };
    const first = settled(condition, found, last);
    if (first !== undefined) return first;
    if (found === undefined) return { failure: present.log.isGone ? typeGone() : notFound(step.type, name) };
    if (request.timeoutMs === 0) return { failure: ownFailure(`condition not met for ${titleOf(found)}`) };
    return await this.#follow({ present, key }, found, condition);
  }

  #look(step: GetStep, key: string): Look {
    const { reader } = this.#parts;
    const present = presentStep(reader, step);
    const { type } = present.step;
    const row = objectByKey(reader, type.rowTypeId, 'body')(key);
    return { present, found: row && { type, row } };
  }

  async #follow(followed: Followed, found: FoundObject, condition: WaitCondition): Promise<WaitOutcome> {
    const { follower, notices } = this.#parts;
    let seen = found;
    for (;;) {
      const leftMs = this.#deadlineMs - Date.now();
      const wake = await follower.wait(Math.max(0, Math.min(lookMs, leftMs)));
      const { states, failure } = await this.#newStates(followed);
      for (const state of states) {
        const outcome = settled(condition, state, seen);
        if (outcome !== undefined) return outcome;
        seen = state ?? seen;
      }
      if (failure !== undefined) return { failure };
      if (leftMs <= 0) {
        return { failure: ownFailure(`timed out waiting for the condition on ${titleOf(found)}`) };
      }
      notices.tell(wake, [followed.present.log.type]);
    }
  }

  /** All states that the object took since the last look. */
  async #newStates({ present: { step, log }, key }: Followed): Promise<NewStates> {
    const states: (FoundObject | undefined)[] = [];
    for (;;) {
      const { changes, isCaughtUp } = await inSnapshot(this.#parts.reader, () => {
        log.refresh();
        return log.next((changed) => changed === key);
      });
      states.push(...changes.map((change) => this.#stateAfter(change, log)));
      if (isCaughtUp) return { states, failure: log.isGone ? typeGone() : failureNow(step, log) };
    }
  }

  #stateAfter({ operation, after, cause }: LoggedChange, { type, isGone }: TypeLog): FoundObject | undefined {
    if (operation === 'deleted') {
      // The mirror let go of it, which the cluster need not have done.
      if (cause === 'purge' && !isGone) {
        throw onlyCluster(this.#parts.request, `${resourceName(type)} is no longer mirrored there`);
      }
      return undefined;
    }
    if (after.kind !== 'state') throw changesMissed();
    return { type, row: objectRow(asObject(parseJson(after.body))) };
  }
}

function titleOf({ type, row }: FoundObject): string {
  return `${type.resource}/${row.name}`;
}

/** What a state settles; undefined where the condition is still to be waited for. */
function settled(condition: WaitCondition, found: FoundObject | undefined, last: FoundObject): WaitOutcome | undefined {
  const verdict: Verdict = condition.judge(found && shownObject(found, 'body'));
  switch (verdict.kind) {
    case 'met':
      return { found: found ?? last };
    case 'fault':
      return { failure: ownFailure(verdict.message) };
    case 'unmet':
      return undefined;
  }
}

/** What a server says of an object that is not there. */
export function notFound(type: MirrorType, name: string): Failure {
  return serverFailure('NotFound', `${resourceName(type)} ${goQuote(name)} not found`);
}
