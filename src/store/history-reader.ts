import { HistoryHandle } from './history-handle.ts';
import { logEnd } from './logged-entries.ts';
import type { MirrorReader } from './open-reader.ts';
import { chainOf, type ChangeRow, type LoggedChange } from './rebuild-state.ts';
import type { DeletionCause } from './object-writer.ts';
import { unpackText } from './state-blob.ts';

/** A key of a type, `plural.group`. */
export interface PastObject {
  readonly type: string;
  readonly key: string;
}

/** An object that was deleted. */
export interface PastDeletion {
  readonly key: string;
  readonly uid: string;
  /** Epoch ms. */
  readonly atMs: number;
  /** zstd of its last state. */
  readonly state: Buffer;
}

/** Which changes of the past are meant. */
export interface PastFilter {
  /** `plural.group`. */
  readonly types: readonly string[];
  /** Ranges of keys; undefined: all. */
  readonly ranges: readonly { readonly from: string; readonly to: string }[] | undefined;
  /** Epoch ms. */
  readonly sinceMs: number;
  readonly operations: readonly string[];
}

/** A deletion that was found by the key of its object. */
export interface FoundDeletion extends PastObject {
  readonly uid: string;
  /** Epoch ms. */
  readonly atMs: number;
  readonly cause: 'event' | 'sweep';
}

/** A change of the past with the type of its object. */
export interface RecentChange {
  readonly type: string;
  readonly change: LoggedChange;
}

interface PastRow extends ChangeRow {
  readonly id: number;
  readonly log_id: number;
  readonly cause: DeletionCause | null;
  readonly last_state: Buffer | null;
}

/** The past of a mirror that its own change log no longer tells. Every method throws what `openHandle` throws. */
export class HistoryReader {
  readonly #history: HistoryHandle;
  /** Entries of the mirror's own log from here on are told by itself. */
  readonly #own: { readonly log: string; readonly forgottenSeq: number };

  private constructor(history: HistoryHandle, own: { readonly log: string; readonly forgottenSeq: number }) {
    this.#history = history;
    this.#own = own;
  }

  /** The history beside a mirror, opened within a snapshot of that; undefined where there is none. */
  static open(mirror: MirrorReader): HistoryReader | undefined {
    const history = HistoryHandle.open(mirror);
    return history && new HistoryReader(history, logEnd(mirror.sqlite));
  }

  /** Whether there are entries of an object. */
  knows({ type, key }: PastObject): boolean {
    const known =
      'select exists (select 1 from change join object_type on object_type.id = type_id where name = ? and key = ?)';
    return this.#history.read(() => this.#history.sqlite.prepare(known).pluck().get(type, key) === 1);
  }

  /** Entries of an object that its mirror no longer has, newest first, with the states around each. */
  changes({ type, key }: PastObject): readonly LoggedChange[] {
    return this.#history.read(() => this.#chains({ type, key }).map(([, change]) => change));
  }

  #chains({ type, key }: PastObject): readonly (readonly [id: number, change: LoggedChange])[] {
    const rows = this.#history.sqlite
      .prepare(
        `select change.* from change join object_type on object_type.id = type_id where name = ? and key = ? order by change.id desc`,
      )
      .all(type, key) as PastRow[];
    const ownId = this.#ownId();
    // States of one log know nothing of those of another.
    return [...Map.groupBy(rows, (row) => row.log_id).values()].flatMap((ofLog) => this.#chain(ofLog, ownId));
  }

  /** Whether it has every change that was logged since an instant (epoch ms), as far as its mirror has forgotten them. */
  reachesBackTo(atMs: number): boolean {
    return this.#history.read(() => {
      const id = this.#ownId();
      const isCut = this.#history.sqlite
        .prepare('select exists (select 1 from gap where log_id = ? and at > ?)')
        .pluck();
      if (id === undefined || isCut.get(id, atMs) === 1) return false;
      const oldest = this.#history.sqlite.prepare('select at from change order by id limit 1').pluck().get();
      return typeof oldest === 'number' && oldest <= atMs;
    });
  }

  /** The newest changes that are meant and that the mirror no longer has, newest first. */
  recent({ types, ranges, sinceMs, operations }: PastFilter, limit: number): readonly RecentChange[] {
    return this.#history.read(() => {
      const inPlace = ranges === undefined ? 'true' : `(${ranges.map(() => '(key >= ? and key < ?)').join(' or ')})`;
      const found = this.#history.sqlite
        .prepare(
          `select change.id, name as type, key from change join object_type on object_type.id = type_id
           where name in (select value from json_each(?)) and ${inPlace} and at >= ?
             and operation in (select value from json_each(?)) and not (log_id = ? and seq > ?)
           order by change.id desc limit ?`,
        )
        .all(
          JSON.stringify(types),
          ...(ranges ?? []).flatMap(({ from, to }) => [from, to]),
          sinceMs,
          JSON.stringify(operations),
          this.#ownId() ?? -1,
          this.#own.forgottenSeq,
          limit,
        ) as (PastObject & { readonly id: number })[];
      const changes = new Map<number, LoggedChange>();
      for (const [{ type, key } = { type: '', key: '' }] of Map.groupBy(
        found,
        (each) => `${each.type} ${each.key}`,
      ).values())
        for (const [id, change] of this.#chains({ type, key })) changes.set(id, change);
      return found.flatMap(({ id, type }) => {
        const change = changes.get(id);
        return change === undefined ? [] : [{ type, change }];
      });
    });
  }

  /** When it was last found out (epoch ms) that changes since an instant had been forgotten before they were taken over; undefined: never. */
  lastGap(sinceMs: number): number | undefined {
    const last = this.#history.read(() =>
      this.#history.sqlite.prepare('select max(at) from gap where at >= ?').pluck().get(sinceMs),
    );
    return (last ?? undefined) as number | undefined;
  }

  /** When its oldest change was committed (epoch ms); undefined where it has none. */
  oldest(): number | undefined {
    return this.#history.read(() =>
      this.#history.sqlite.prepare('select at from change order by id limit 1').pluck().get(),
    ) as number | undefined;
  }

  /** Keys of a type, `plural.group`, that have changed since an instant (epoch ms), each once. */
  keysChangedSince(type: string, atMs: number): readonly string[] {
    const keys =
      'select distinct key from change join object_type on object_type.id = type_id where name = ? and at > ?';
    return this.#history.read(() => this.#history.sqlite.prepare(keys).pluck().all(type, atMs)) as string[];
  }

  /**
   * Deletions that the mirror itself no longer has, the last ones first, Events behind all others; what only left the mirror is none.
   * @param condition on `change`, which has `key` and `type_id` of `object_type`
   * @param ownFromMs the mirror has those of its own log that are younger (epoch ms)
   */
  deletedLike(
    condition: { readonly sql: string; readonly values: readonly unknown[] },
    { ownFromMs, limit }: { readonly ownFromMs: number; readonly limit: number },
  ): readonly FoundDeletion[] {
    return this.#history.read(() =>
      this.#history.sqlite
        .prepare(
          `select name as type, key, uid, at as atMs, cause from change join object_type on object_type.id = type_id
           where operation = 'deleted' and cause in ('event', 'sweep') and not (log_id = ? and at > ?) and ${condition.sql}
           order by name = 'events', change.id desc limit ?`,
        )
        .all(this.#ownId() ?? -1, ownFromMs, ...condition.values, limit),
    ) as FoundDeletion[];
  }

  /**
   * Deletions of a type in a range of keys that the mirror itself no longer has, the last of each life of an object, the oldest first; what only left the
   * mirror is none.
   * @param ownFromMs as for `deletedLike`
   */
  olderDeletions(
    type: string,
    { from, to, sinceMs, ownFromMs }: Readonly<Record<'from' | 'to', string> & Record<'sinceMs' | 'ownFromMs', number>>,
  ): readonly PastDeletion[] {
    const found = this.#history.read(() =>
      this.#history.sqlite
        .prepare(
          `select key, uid, at as atMs, last_state as state from change join object_type on object_type.id = type_id
           where name = ? and key >= ? and key < ? and operation = 'deleted' and cause in ('event', 'sweep')
             and last_state is not null and at >= ? and not (log_id = ? and at > ?) order by change.id`,
        )
        .all(type, from, to, sinceMs, this.#ownId() ?? -1, ownFromMs),
    ) as readonly PastDeletion[];
    return [...new Map(found.map((each) => [`${each.key} ${each.uid}`, each])).values()];
  }

  /** Deletions of a type, the last of each object once, oldest first; what only left the mirror is none. */
  deletions(type: string): readonly PastDeletion[] {
    return this.#history.read(() =>
      this.#history.sqlite
        .prepare(
          `select key, uid, at as atMs, last_state as state from change join object_type on object_type.id = type_id
           where name = ? and operation = 'deleted' and cause <> 'purge' and last_state is not null order by change.id`,
        )
        .all(type),
    ) as PastDeletion[];
  }

  close(): void {
    this.#history.close();
  }

  #chain(rows: readonly PastRow[], ownId: number | undefined): readonly (readonly [number, LoggedChange])[] {
    const upTo = rows[0]?.log_id === ownId ? this.#own.forgottenSeq : Number.MAX_SAFE_INTEGER;
    const newest = this.#history.sqlite
      .prepare('select state from newest where log_id = ? and type_id = ? and key = ? and uid = ?')
      .pluck();
    const changes = chainOf(
      rows.map((row) => {
        const { cause, last_state } = row;
        return { ...row, tombstone: cause === null || last_state === null ? undefined : { cause, last_state } };
      }),
      ({ type_id, key, uid }) => {
        const state = newest.get(rows[0]?.log_id, type_id, key, uid) as Buffer | undefined;
        return state && unpackText(state);
      },
      upTo,
    );
    const ids = rows.filter(({ seq }) => seq <= upTo).map(({ id }) => id);
    return changes.map((change, index) => [ids[index] ?? 0, change]);
  }

  #ownId(): number | undefined {
    return this.#history.sqlite.prepare('select id from log where mirror_log = ?').pluck().get(this.#own.log) as
      | number
      | undefined;
  }
}
