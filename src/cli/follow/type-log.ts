import { statSync } from 'node:fs';
import { NaviError } from '../../errors/navi-error.ts';
import { readTypes, type MirrorType } from '../../query/mirror-type.ts';
import { typeAt } from '../../query/type-places.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { changesOfType, type LoggedChange } from '../../store/rebuild-state.ts';

/** Entries of the change log that one snapshot is held for, and that memory holds, while a reader of it catches up. */
const pageLength = 2_000;

/** What following goes on from. */
export interface Position {
  /** Last entry of the change log that was told or passed over. */
  readonly seq: number;
  /** The file that is read; another one at its path is another history. */
  readonly inode: number | undefined;
}

/** Where a mirror stands in the running snapshot. */
export function presentPosition(reader: MirrorReader): Position {
  return { seq: lastSeq(reader), inode: inodeOf(reader.file) };
}

/** A piece of the change log of a type. */
export interface LogPage {
  /** Oldest first. */
  readonly changes: readonly LoggedChange[];
  /** The log was read to its end. */
  readonly isCaughtUp: boolean;
}

/** Follows what the change log of a mirror gains of one type, and what becomes of the type. */
export class TypeLog {
  readonly #reader: MirrorReader;
  readonly #namespace: string | undefined;
  readonly #inode: number | undefined;
  #seq: number;
  #type: MirrorType;
  #typeState = '';
  #isGone = false;

  /** @param place the namespace whose scope is that of `type`; undefined for all */
  constructor(reader: MirrorReader, type: MirrorType, place: string | undefined, position: Position) {
    this.#reader = reader;
    this.#type = type;
    this.#namespace = place;
    this.#inode = position.inode;
    this.#seq = position.seq;
  }

  /** The type with its columns and its health as `refresh` found them last. */
  get type(): MirrorType {
    return this.#type;
  }

  /** The cluster no longer has the type. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /**
   * Within a snapshot, before `next`: reads the type anew where it changed.
   * @throws NAVI_TOO_OLD where another file took the place of the mirror's
   */
  refresh(): void {
    refuseOther(this.#reader, this.#inode);
    const { rowTypeId, group, resource, version } = this.#type;
    const state = this.#reader.sqlite
      .prepare(
        `select json_array(columns, absent_since, versions, (select json_group_array(json_array(namespace, phase, mode, health, reason, as_of))
           from scope where scope.type_id = resource_type.id)) from resource_type where resource_type.id = ?`,
      )
      .pluck()
      .get(rowTypeId) as string | undefined;
    if (state === this.#typeState) return;
    this.#typeState = state ?? '';
    const found = readTypes(this.#reader).find(
      (type) => type.group === group && type.resource === resource && type.version === version,
    );
    this.#isGone = found === undefined;
    if (found !== undefined) this.#type = typeAt(found, this.#namespace);
  }

  /**
   * Within the same snapshot: what the log has gained of wanted keys, page by page.
   * @throws NAVI_TOO_OLD where the log no longer reaches back to what was told last
   */
  next(isWanted: (key: string) => boolean): LogPage {
    const { sqlite } = this.#reader;
    const last = lastSeq(this.#reader);
    if (last === this.#seq) return { changes: [], isCaughtUp: true };
    refuseForgotten(this.#reader, this.#seq);
    const upTo = Math.min(last, this.#seq + pageLength);
    const changes = changesOfType(sqlite, { typeId: this.#type.rowTypeId, after: this.#seq, upTo }, isWanted);
    this.#seq = upTo;
    return { changes, isCaughtUp: upTo === last };
  }
}

/** Changes that were never told cannot be told any more. */
export function changesMissed(): NaviError {
  return new NaviError('NAVI_TOO_OLD', 'changes were missed: the change log of the mirror no longer has them', {
    hints: ['begin again with the same command: it prints what is there now'],
  });
}

/**
 * What followed a position, within a snapshot: up to which entry of the change log one page reaches; that of the position where
 * the log has gained nothing.
 * @throws NAVI_TOO_OLD where another file took the place of the mirror's, or the log no longer reaches back to the position
 */
export function nextPosition(reader: MirrorReader, { seq, inode }: Position): Position {
  refuseOther(reader, inode);
  refuseForgotten(reader, seq);
  return { seq: Math.min(lastSeq(reader), seq + pageLength), inode };
}

function refuseOther({ file }: MirrorReader, inode: number | undefined): void {
  if (inodeOf(file) !== inode) throw changesMissed();
}

function refuseForgotten({ sqlite }: MirrorReader, seq: number): void {
  const forgotten = sqlite.prepare('select forgotten_seq from mirror').pluck().get() as number;
  if (forgotten > seq) throw changesMissed();
}

function inodeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.ino;
}

function lastSeq(reader: MirrorReader): number {
  const seq = reader.sqlite.prepare("select seq from sqlite_sequence where name = 'change'").pluck().get();
  return Number(seq ?? 0);
}
