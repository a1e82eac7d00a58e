import { resourceName } from '../../core/api-resource.ts';
import type { DaemonFollower } from '../../control/follow-daemon.ts';
import type { PatientStdout } from '../../output/patient-stdout.ts';
import { typeAt } from '../../query/type-places.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import type { LoggedChange } from '../../store/rebuild-state.ts';
import { FollowNotices, lookMs } from '../follow/follow-notices.ts';
import { changesMissed, TypeLog, type Position } from '../follow/type-log.ts';
import { inSnapshot } from '../open-mirror.ts';
import type { ExpressionFilter } from './expression-filter.ts';
import { failureLines, serverFailure } from './failure.ts';
import type { GetStep } from './get-plan.ts';
import type { GetTarget } from './get-target.ts';
import { ChangeLost, concerns, watchedChange, type WatchedChange } from './watched-change.ts';
import type { WatchOutput } from './watch-output.ts';

/** What a watch works with; it has printed what was there at `position`. */
export interface WatchParts {
  readonly reader: MirrorReader;
  readonly output: WatchOutput;
  /** Where `output` writes to. */
  readonly stdout: PatientStdout;
  readonly target: GetTarget;
  readonly follower: DaemonFollower;
  /** Of one type, each in a place of its own. */
  readonly steps: readonly [GetStep, ...GetStep[]];
  /** `--where`; undefined for all objects of the steps. */
  readonly filter: ExpressionFilter | undefined;
  readonly position: Position;
  /** Age of data from which on a notice is due. */
  readonly noticeAfterMs: number;
}

/** How a watch ends by itself. */
interface End {
  readonly code: number;
  /** For stderr. */
  readonly lines: readonly string[];
}

/** What one snapshot came to. */
interface Look {
  readonly end: End | undefined;
  /** The log was read to its end. */
  readonly isCaughtUp: boolean;
}

/**
 * The second part of `navi get -w`: prints each change as the daemon writes it, in the order of the change log, across
 * restarts of the daemon, which is waited for.
 */
export class ObjectWatch {
  readonly #parts: WatchParts;
  readonly #log: TypeLog;
  readonly #notices: FollowNotices;

  constructor(parts: WatchParts) {
    const { reader, steps, position, follower, target, noticeAfterMs } = parts;
    this.#parts = parts;
    this.#log = new TypeLog(reader, steps[0].type, undefined, position);
    const { context, notice } = target;
    this.#notices = new FollowNotices({ follower, context, notice, noticeAfterMs });
  }

  /**
   * Prints until the type or the permission to read it is gone; resolves with the exit code.
   * @throws NAVI_TOO_OLD where changes were missed, OutputClosed, and what printing throws
   */
  async run(): Promise<number> {
    const { follower, target } = this.#parts;
    for (;;) {
      const wake = await follower.wait(lookMs);
      const end = await this.#catchUp();
      if (end !== undefined) {
        for (const line of end.lines) target.notice(line);
        return end.code;
      }
      this.#notices.tell(
        wake,
        this.#steps().map(({ type }) => type),
      );
    }
  }

  /** The steps with the type as it is now. */
  #steps(): readonly GetStep[] {
    return this.#parts.steps.map((step) => ({ ...step, type: typeAt(this.#log.type, step.namespace) }));
  }

  /** Prints all that the log has gained. No snapshot is held while a slow reader takes it. */
  async #catchUp(): Promise<End | undefined> {
    const { reader, stdout, filter, target } = this.#parts;
    for (;;) {
      const look = await inSnapshot(reader, () => this.#look());
      await stdout.flush();
      for (const notice of filter?.takeNotices() ?? []) target.notice(notice);
      if (look.end !== undefined || look.isCaughtUp) return look.end;
    }
  }

  #look(): Look {
    const { output } = this.#parts;
    this.#log.refresh();
    const steps = this.#steps();
    const denied = steps.find(({ type }) => type.scope?.phase === 'denied')?.type;
    if (denied !== undefined) {
      const forbidden = serverFailure('Forbidden', denied.scope?.refusal ?? `${denied.resource} is forbidden`);
      return { end: { code: 1, lines: failureLines([forbidden]) }, isCaughtUp: true };
    }
    const stepOf = (key: string): GetStep | undefined => steps.find((step) => concerns(step, key));
    const { changes, isCaughtUp } = this.#log.next((key) => stepOf(key) !== undefined);
    for (const change of changes) {
      const step = stepOf(change.key);
      const told = step && this.#told(step, change);
      if (step === undefined || told === undefined) continue;
      // It came to something that cannot be printed.
      if (!output.change(step.type, told)) return { end: { code: 0, lines: [] }, isCaughtUp };
    }
    return { end: this.#log.isGone && isCaughtUp ? this.#typeGone() : undefined, isCaughtUp };
  }

  #told(step: GetStep, change: LoggedChange): WatchedChange | undefined {
    try {
      return watchedChange(step, change, this.#parts.filter);
    } catch (error) {
      if (error instanceof ChangeLost) throw changesMissed();
      throw error;
    }
  }

  /** kubectl 1.36 ends with 0 when the server closes its watch, which is what a server does with a type that it no longer has. */
  #typeGone(): End {
    const name = resourceName(this.#log.type);
    return { code: 0, lines: [`navi: the cluster no longer has ${name}; the watch ends`] };
  }
}
