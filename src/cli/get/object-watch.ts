import { statSync } from 'node:fs';
import { resourceName } from '../../core/api-resource.ts';
import type { DaemonFollower, Wake } from '../../control/follow-daemon.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { PatientStdout } from '../../output/patient-stdout.ts';
import { readTypes, type MirrorType } from '../../query/mirror-type.ts';
import { typeAt } from '../../query/type-places.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { changesOfType, type LoggedChange } from '../../store/rebuild-state.ts';
import { dueNotice } from '../due-notice.ts';
import { noticeAfterMs } from '../notice-after.ts';
import { inSnapshot } from '../open-mirror.ts';
import { failureLines, serverFailure } from './failure.ts';
import type { GetStep } from './get-plan.ts';
import type { GetTarget } from './get-target.ts';
import { ChangeLost, concerns, watchedChange, type WatchedChange } from './watched-change.ts';
import type { WatchOutput } from './watch-output.ts';

/** Between two looks at the health of what is watched (ms); changes come at once. */
const healthMs = 5_000;

/** Entries of the change log that one snapshot is held for, and that memory holds, while a watch catches up. */
const pageLength = 2_000;

/** What a watch goes on from. */
export interface Position {
  /** Last entry of the change log that was printed or passed over. */
  readonly seq: number;
  /** The file that is read; another one at its path is another history. */
  readonly inode: number | undefined;
}

/** Where a mirror stands in the running snapshot. */
export function presentPosition(reader: MirrorReader): Position {
  return { seq: lastSeq(reader), inode: inodeOf(reader.file) };
}

/** What a watch works with; it has printed what was there at `position`. */
export interface WatchParts {
  readonly reader: MirrorReader;
  readonly output: WatchOutput;
  /** Where `output` writes to. */
  readonly stdout: PatientStdout;
  readonly target: GetTarget;
  readonly follower: DaemonFollower;
  readonly step: GetStep;
  readonly position: Position;
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
  readonly #noticeAfterMs = noticeAfterMs(process.env);
  #step: GetStep;
  #seq: number;
  #typeState = '';
  #isTypeGone = false;
  #isAway = false;
  #isNoticed = false;

  constructor(parts: WatchParts) {
    this.#parts = parts;
    this.#step = parts.step;
    this.#seq = parts.position.seq;
  }

  /**
   * Prints until the type or the permission to read it is gone; resolves with the exit code.
   * @throws NAVI_TOO_OLD where changes were missed, OutputClosed, and what printing throws
   */
  async run(): Promise<number> {
    const { follower, target } = this.#parts;
    for (;;) {
      const wake = await follower.wait(healthMs);
      const end = await this.#catchUp();
      if (end !== undefined) {
        for (const line of end.lines) target.notice(line);
        return end.code;
      }
      this.#tell(wake);
    }
  }

  /** Prints all that the log has gained. No snapshot is held while a slow reader takes it. */
  async #catchUp(): Promise<End | undefined> {
    const { reader, stdout } = this.#parts;
    for (;;) {
      const look = await inSnapshot(reader, async () => await this.#look());
      await stdout.flush();
      if (look.end !== undefined || look.isCaughtUp) return look.end;
    }
  }

  async #look(): Promise<Look> {
    const { reader, position } = this.#parts;
    if (inodeOf(reader.file) !== position.inode) throw anotherHistory();
    await this.#readType();
    const { type } = this.#step;
    if (type.scope?.phase === 'denied') {
      const forbidden = serverFailure('Forbidden', type.scope.refusal ?? `${type.resource} is forbidden`);
      return { end: { code: 1, lines: failureLines([forbidden]) }, isCaughtUp: true };
    }
    const last = lastSeq(reader);
    if (last > this.#seq) this.#refuseGap();
    const upTo = Math.min(last, this.#seq + pageLength);
    const isPrinted = upTo === this.#seq || this.#print(upTo);
    this.#seq = upTo;
    const isCaughtUp = upTo === last;
    if (!isPrinted) return { end: { code: 0, lines: [] }, isCaughtUp };
    return { end: this.#isTypeGone && isCaughtUp ? this.#typeGone() : undefined, isCaughtUp };
  }

  /** False where it came to something that cannot be printed. */
  #print(upTo: number): boolean {
    const { reader, output } = this.#parts;
    const { type } = this.#step;
    const span = { typeId: type.rowTypeId, after: this.#seq, upTo };
    for (const change of changesOfType(reader.sqlite, span, (key) => concerns(this.#step, key))) {
      const told = this.#told(change);
      if (told !== undefined && !output.change(type, told)) return false;
    }
    return true;
  }

  #told(change: LoggedChange): WatchedChange | undefined {
    try {
      return watchedChange(this.#step, change);
    } catch (error) {
      if (error instanceof ChangeLost) throw anotherHistory();
      throw error;
    }
  }

  /** The type with its columns and its health as they are now; read anew only where they changed. */
  async #readType(): Promise<void> {
    const { reader } = this.#parts;
    const { type } = this.#step;
    const state = reader.sqlite
      .prepare(
        `select json_array(columns, absent_since, versions, (select json_group_array(json_array(namespace, phase, mode, health, reason))
           from scope where scope.type_id = resource_type.id)) from resource_type where resource_type.id = ?`,
      )
      .pluck()
      .get(type.rowTypeId) as string | undefined;
    if (state === this.#typeState) return;
    this.#typeState = state ?? '';
    const found = (await readTypes(reader)).find(
      ({ group, resource, version }) => group === type.group && resource === type.resource && version === type.version,
    );
    this.#isTypeGone = found === undefined;
    if (found !== undefined) this.#step = { ...this.#step, type: typeAt(found, this.#step.namespace) };
  }

  /** kubectl 1.36 ends with 0 when the server closes its watch, which is what a server does with a type that it no longer has. */
  #typeGone(): End {
    const name = resourceName(this.#step.type);
    return { code: 0, lines: [`navi: the cluster no longer has ${name}; the watch ends`] };
  }

  /** @throws NAVI_TOO_OLD where the log no longer reaches back to what was printed last */
  #refuseGap(): void {
    const { reader } = this.#parts;
    const forgotten = reader.sqlite.prepare('select forgotten_seq from mirror').pluck().get() as number;
    if (forgotten > this.#seq) throw anotherHistory();
  }

  /** Notices for people: a daemon that is away, or that will not tell; data that is too old. */
  #tell(wake: Wake): void {
    const { target, follower } = this.#parts;
    if (wake === 'refused') target.notice(`navi: the daemon does not follow this context: ${follower.refusal ?? ''}`);
    if (wake === 'away' && !this.#isAway) {
      target.notice('navi: no daemon is running; changes come once navi sync runs');
    }
    this.#isAway = wake === 'away' || (this.#isAway && !follower.isConnected);
    const notice = this.#ageNotice();
    if (notice !== undefined && !this.#isNoticed) target.notice(notice);
    this.#isNoticed = notice !== undefined;
  }

  #ageNotice(): string | undefined {
    const types: readonly MirrorType[] = [this.#step.type];
    return dueNotice(this.#parts.target.context, types, { nowMs: Date.now(), noticeAfterMs: this.#noticeAfterMs });
  }
}

function inodeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.ino;
}

function lastSeq(reader: MirrorReader): number {
  const seq = reader.sqlite.prepare("select seq from sqlite_sequence where name = 'change'").pluck().get();
  return Number(seq ?? 0);
}

function anotherHistory(): NaviError {
  return new NaviError('NAVI_TOO_OLD', 'changes were missed: the change log of the mirror no longer has them', {
    hints: ['begin again with the same command: it prints what is there now'],
  });
}
