import type { Database, Statement } from 'better-sqlite3';
import type { UsageByNamespace, UsageKind } from '../core/usage.ts';
import type { ErasedPast } from './history-writer.ts';
import { packUsage } from './usage-blob.ts';

/** Where usage comes from: what is asked for, and how often (ms). */
export interface UsageSource {
  readonly kind: UsageKind;
  /** Namespace; empty: all. */
  readonly place: string;
  readonly intervalMs: number;
}

/** Why a request for usage failed; see `Failure` of src/kube. */
export interface UsageFailure {
  readonly class: string;
  readonly message: string;
  readonly status: number;
  readonly reason: string;
}

/** Polls of this age (ms) and above are kept once in so long a time (ms); the last age is the longest. */
const thinning = [
  { fromMs: 30 * 60_000, toMs: 4 * 3_600_000, eachMs: 60_000 },
  { fromMs: 4 * 3_600_000, toMs: 24 * 3_600_000, eachMs: 600_000 },
] as const;
const longestMs = 24 * 3_600_000;

/** Polls that one step of tidying deletes: of 10,000 pods some 20 ms, in which what is freed is overwritten. */
const pollsPerStep = 2;

/** The share of `history.db` that usage may take. */
const shareOfHistory = 4;

/**
 * Writes usage into the `history.db` of a `HistoryWriter`, by whose handle and in whose transactions. It touches no row of an
 * object.
 */
export class UsageWriter {
  readonly #statements: ReturnType<typeof prepare>;
  readonly #commit: <T>(work: () => T) => T;
  #limitBytes: number;

  /** @param historyBytes bound of the whole database */
  constructor(database: Database, historyBytes: number, commit: <T>(work: () => T) => T) {
    this.#statements = prepare(database);
    this.#commit = commit;
    this.#limitBytes = historyBytes / shareOfHistory;
  }

  /** The history as a whole may take so many bytes from now on. */
  useLimit(historyBytes: number): void {
    this.#limitBytes = historyBytes / shareOfHistory;
  }

  /** What was told at an instant (epoch ms). */
  add({ kind, place, intervalMs }: UsageSource, usage: UsageByNamespace, atMs: number): void {
    // Packed outside of the transaction, which nobody else can write in meanwhile.
    const packed = [...usage].map(([namespace, objects]) => ({ namespace, ...packUsage(objects) }));
    const bytes = packed.reduce((sum, { names, amounts }) => sum + names.length + amounts.length, 0);
    this.#commit(() => {
      const poll = this.#statements.addPoll.run(kind, place, atMs, bytes).lastInsertRowid;
      for (const { namespace, names, amounts } of packed) {
        const sample = this.#statements.addSample.run(poll, namespace, amounts).lastInsertRowid;
        this.#statements.addNames.run(sample, names);
      }
      this.#statements.answered.run({ kind, place, intervalMs, poll, atMs });
    });
  }

  /** A request failed at an instant (epoch ms); what was told before stays. */
  fail({ kind, place, intervalMs }: UsageSource, failed: UsageFailure, atMs: number): void {
    const { class: failureClass, message, status, reason } = failed;
    const values = { kind, place, intervalMs, atMs, class: failureClass, status, reason, message };
    this.#commit(() => this.#statements.failed.run(values));
  }

  /** These are all places that are asked for; what was told of others is no answer any more. */
  keepPlaces(kind: UsageKind, places: readonly string[]): void {
    this.#commit(() => this.#statements.keepPlaces.run(kind, JSON.stringify(places)));
  }

  /** Removes every trace of the objects of a scope, within the caller's transaction. */
  erase({ type, namespace }: ErasedPast): void {
    if (type !== 'pods' && type !== 'nodes') return;
    for (const statement of this.#statements.erase) statement.run({ kind: type, namespace });
  }

  /** One step of thinning out. True where another one is needed. */
  tidy(nowMs: number): boolean {
    return this.#commit(() => {
      const { superfluous, usedBytes, oldest, forget, forgetSamples } = this.#statements;
      const ids = thinning.flatMap(({ fromMs, toMs, eachMs }) =>
        superfluous.all({ since: nowMs - toMs, until: nowMs - fromMs, eachMs, limit: pollsPerStep }),
      );
      // What lies in the future was told before a clock was set back.
      ids.push(...oldest.all({ before: nowMs - longestMs, after: nowMs + longestMs, limit: pollsPerStep }));
      if (ids.length === 0 && (usedBytes.get() as number) > this.#limitBytes)
        ids.push(...oldest.all({ before: Number.MAX_SAFE_INTEGER, after: 0, limit: pollsPerStep }));
      const chosen = JSON.stringify(ids.slice(0, pollsPerStep));
      for (const statement of forgetSamples) statement.run(chosen);
      forget.run(chosen);
      return ids.length > 0;
    });
  }
}

function prepare(database: Database) {
  const statement = (sql: string): Statement => database.prepare(sql);
  const withNames = (samples: string): readonly Statement[] => [
    statement(`delete from usage_names where sample_id in (select id from usage_sample where ${samples})`),
    statement(`delete from usage_sample where ${samples}`),
  ];
  const failureColumns = ['failed_at', 'failure_class', 'failure_status', 'failure_reason', 'failure_text'];
  return {
    addPoll: statement('insert into usage_poll (kind, place, at, bytes) values (?, ?, ?, ?)'),
    addSample: statement('insert into usage_sample (poll_id, namespace, amounts) values (?, ?, ?)'),
    addNames: statement('insert into usage_names (sample_id, names) values (?, ?)'),
    answered: statement(
      `insert into usage_source (kind, place, interval_ms, poll_id, polled_at) values (@kind, @place, @intervalMs, @poll, @atMs)
       on conflict do update set interval_ms = excluded.interval_ms, poll_id = excluded.poll_id, polled_at = excluded.polled_at,
         ${failureColumns.map((column) => `${column} = null`).join(', ')}`,
    ),
    failed: statement(
      `insert into usage_source (kind, place, interval_ms, ${failureColumns.join(', ')})
       values (@kind, @place, @intervalMs, @atMs, @class, @status, @reason, @message)
       on conflict do update set interval_ms = excluded.interval_ms,
         ${failureColumns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
    ),
    keepPlaces: statement('delete from usage_source where kind = ? and place not in (select value from json_each(?))'),
    erase: withNames(
      `poll_id in (select id from usage_poll where kind = @kind) and (@namespace = '' or namespace = @namespace)`,
    ),
    // The first of each stretch of time stays: it is the same one whenever this is asked. Numbers are bound as floating ones.
    superfluous: statement(
      `select id from usage_poll where at >= @since and at < @until and id not in (
         select min(id) from usage_poll where at >= @since and at < @until group by kind, place, at / cast(@eachMs as integer))
       order by id limit @limit`,
    ).pluck(),
    usedBytes: statement('select coalesce(sum(bytes), 0) from usage_poll').pluck(),
    oldest: statement('select id from usage_poll where at < @before or at > @after order by id limit @limit').pluck(),
    forgetSamples: withNames('poll_id in (select value from json_each(?))'),
    forget: statement('delete from usage_poll where id in (select value from json_each(?))'),
  };
}
