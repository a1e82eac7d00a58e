import type { KeepReason } from '../core/kept-log.ts';
import { HistoryHandle } from './history-handle.ts';
import { noteColumns } from './kept-log-columns.ts';
import { storedSchemaVersion } from './migrator.ts';
import type { MirrorReader } from './open-reader.ts';
import { unpackBytes } from './state-blob.ts';

/** A run whose last lines are kept. Times are epoch milliseconds. */
export interface KeptLog {
  readonly id: number;
  /** metadata.uid of its pod. */
  readonly uid: string;
  readonly container: string;
  /** Whether the log, and the previous one, was this run when its pod was last seen. */
  readonly isCurrent: boolean;
  readonly isPrevious: boolean;
  readonly why: KeepReason;
  readonly exitCode: number | null;
  readonly endedAtMs: number;
  readonly fetchedAtMs: number;
  readonly lineCount: number;
  /** Older lines of the run were left out. */
  readonly isCut: boolean;
}

/** What keeping logs came to. */
export interface KeptLogCounts {
  readonly keptCount: number;
  /** As they are stored. */
  readonly storedBytes: number;
  /** Still to be fetched. */
  readonly wantedCount: number;
  /** Could not be fetched. */
  readonly lostCount: number;
  /** Why the last request failed that did; null where each was answered. */
  readonly lastFailure: string | null;
}

/** The first version of history.db that has kept logs. */
const firstVersion = 3;

/** Kept logs as the daemon stored them beside a mirror. Every method throws what `openHandle` throws. */
export class KeptLogReader {
  readonly #history: HistoryHandle;

  private constructor(history: HistoryHandle) {
    this.#history = history;
  }

  /** The kept logs beside a mirror; undefined where none ever could be. */
  static open(mirror: Pick<MirrorReader, 'file'>): KeptLogReader | undefined {
    const history = HistoryHandle.open(mirror);
    if (history === undefined) return undefined;
    if (storedSchemaVersion(history.sqlite) >= firstVersion) return new KeptLogReader(history);
    history.close();
    return undefined;
  }

  /** The pods of a name of which anything is kept, cut down to the names of their containers, as JSON; the last one first. */
  pods(namespace: string, name: string): readonly string[] {
    return this.#history.read(
      () =>
        this.#history.sqlite
          .prepare(
            `select kept_log_pod.pod from kept_log_pod join kept_log using (uid)
             where kept_log_pod.namespace = ? and name = ? and state = 'kept' group by uid order by max(ended_at) desc`,
          )
          .pluck()
          .all(namespace, name) as string[],
    );
  }

  /** What is kept of the pods of a name, the last run first. */
  logs(namespace: string, pod: string): readonly KeptLog[] {
    const rows = this.#history.read(() =>
      this.#history.sqlite
        .prepare(
          `select id, uid, container, is_current as isCurrent, is_previous as isPrevious, why, exit_code as exitCode,
             ended_at as endedAtMs, fetched_at as fetchedAtMs, line_count as lineCount, is_cut as isCut
           from kept_log where namespace = ? and pod = ? and state = 'kept' order by ended_at desc, id desc`,
        )
        .all(namespace, pod),
    ) as readonly (Omit<KeptLog, 'isCurrent' | 'isPrevious' | 'isCut'> &
      Readonly<Record<'isCurrent' | 'isPrevious' | 'isCut', number>>)[];
    return rows.map((row) => ({
      ...row,
      isCurrent: row.isCurrent === 1,
      isPrevious: row.isPrevious === 1,
      isCut: row.isCut === 1,
    }));
  }

  /** The lines of a log, each behind its time; undefined where they made room meanwhile. */
  text({ id }: Pick<KeptLog, 'id'>): Buffer | undefined {
    return this.#history.read(() => {
      const text = this.#history.sqlite.prepare('select text from kept_log_text where log_id = ?').pluck().get(id);
      return text === undefined ? undefined : unpackBytes(text as Buffer);
    });
  }

  /** Every run that is noted, whatever came of it, in the order in which they were seen; columns as in SCHEMA.md, as JSON. */
  notes(): string {
    const columns = noteColumns.map((name) => `'${name}', ${name}`).join(', ');
    return this.#history.read(() =>
      this.#history.sqlite
        .prepare(`select json_group_array(json_object(${columns}) order by id) from kept_log`)
        .pluck()
        .get(),
    ) as string;
  }

  /** What keeping logs came to. */
  counts(): KeptLogCounts {
    return this.#history.read(() =>
      this.#history.sqlite
        .prepare(
          `select count(*) filter (where state = 'kept') as keptCount,
             coalesce(sum(stored_bytes) filter (where state = 'kept'), 0) as storedBytes,
             count(*) filter (where state = 'wanted') as wantedCount,
             count(*) filter (where state = 'lost') as lostCount,
             (select failure from kept_log where failure is not null order by id desc limit 1) as lastFailure
           from kept_log`,
        )
        .get(),
    ) as KeptLogCounts;
  }

  close(): void {
    this.#history.close();
  }
}
