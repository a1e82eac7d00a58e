import type { Database } from 'better-sqlite3';
import type { Incident, IncidentCare, IncidentState } from '../core/incident.ts';

/** An incident as commands read it. */
export type KnownIncident = Incident &
  IncidentCare & {
    /** Deliveries that are not known to have arrived. */
    readonly undeliveredCount: number;
    /** Why the last attempt of one of these failed; null where none has. */
    readonly deliveryError: string | null;
  };

/** Which incidents are read. */
export interface IncidentQuery {
  /** Ids of mirrors. */
  readonly mirrors: readonly string[];
  readonly states: readonly IncidentState[];
  /** Only those that were not over before (epoch ms). */
  readonly endedSinceMs?: number | undefined;
}

/** A silence of a rule or of one incident. */
export interface Silence {
  readonly kind: 'rule' | 'incident';
  readonly target: string;
  readonly untilMs: number;
  readonly createdAtMs: number;
  readonly createdBy: string;
}

/** So long an incident that is over is kept (ms), and most of them. */
const keptMs = 30 * 24 * 3_600_000;
const keptCount = 10_000;

const columns = `incident.id as id, mirror as mirrorId, context, rule, severity, summary, type, key, uid, incident.state as state,
  since as sinceMs, fired_at as firedAtMs, resolved_at as resolvedAtMs, last_seen as lastSeenMs, cleared_at as clearedAtMs`;

const care = `acked_by as ackedBy, acked_at as ackedAtMs,
  (select max(until) from silence where until > @nowMs
     and ((silence.kind = 'rule' and target = rule) or (silence.kind = 'incident' and target = incident.id))) as silencedUntilMs`;

/** The tables `incident`, `silence` and `judged_log` of an open `user.db`. */
export class IncidentTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** False in a `user.db` from before there were alerts, which only a writer migrates. */
  get isMade(): boolean {
    return this.#database.prepare("select 1 from sqlite_schema where name = 'incident'").get() !== undefined;
  }

  /** Incidents that are not over, of one mirror. */
  open(mirrorId: string): readonly Incident[] {
    const rows = this.#database.prepare(`select ${columns} from incident where mirror = ? and state <> 'resolved'`);
    return rows.all(mirrorId) as Incident[];
  }

  /** Adds an incident or writes it anew; who takes care of it stays. */
  save(incident: Incident): void {
    // After another user.db was put in place it may hold one of which the daemon knows nothing.
    if (incident.state !== 'resolved') {
      this.#database
        .prepare(
          `update incident set state = 'resolved', resolved_at = last_seen where mirror = @mirrorId and rule = @rule and type = @type
             and key = @key and uid = @uid and state <> 'resolved' and id <> @id`,
        )
        .run(incident);
    }
    this.#database
      .prepare(
        `insert into incident (id, mirror, context, rule, severity, summary, type, key, uid, state, since, fired_at, resolved_at,
           last_seen, cleared_at)
         values (@id, @mirrorId, @context, @rule, @severity, @summary, @type, @key, @uid, @state, @sinceMs, @firedAtMs, @resolvedAtMs,
           @lastSeenMs, @clearedAtMs)
         on conflict (id) do update set context = excluded.context, severity = excluded.severity, summary = excluded.summary,
           state = excluded.state, fired_at = excluded.fired_at, resolved_at = excluded.resolved_at,
           last_seen = max(last_seen, excluded.last_seen), cleared_at = excluded.cleared_at`,
      )
      .run(incident);
  }

  /** Notes that incidents were known to last. */
  seen(ids: readonly string[], atMs: number): void {
    this.#database
      .prepare('update incident set last_seen = ? where id in (select value from json_each(?))')
      .run(atMs, JSON.stringify(ids));
  }

  /** Removes one that never fired. */
  drop(id: string): void {
    this.#database.prepare("delete from incident where id = ? and state = 'pending'").run(id);
  }

  /** Where the judging of a mirror's change log has come to; undefined where it never began. */
  judged(mirrorId: string): { readonly log: string; readonly seq: number } | undefined {
    const row = this.#database.prepare('select log, seq from judged_log where mirror = ?').get(mirrorId);
    return row as { readonly log: string; readonly seq: number } | undefined;
  }

  saveJudged(mirrorId: string, { log, seq }: { readonly log: string; readonly seq: number }): void {
    this.#database
      .prepare(
        'insert into judged_log values (?, ?, ?) on conflict (mirror) do update set log = excluded.log, seq = excluded.seq',
      )
      .run(mirrorId, log, seq);
  }

  /** Those that fit, the most severe first and of these the newest. */
  find({ mirrors, states, endedSinceMs = 0 }: IncidentQuery, nowMs: number): readonly KnownIncident[] {
    return this.#database
      .prepare(
        `select ${columns}, ${care}, count(delivery.id) as undeliveredCount, max(last_error) as deliveryError
         from incident left join delivery on delivery.incident = incident.id and delivery.state <> 'sent'
         where mirror in (select value from json_each(@mirrors)) and incident.state in (select value from json_each(@states))
           and ifnull(resolved_at, @nowMs) >= @endedSinceMs
         group by incident.id
         order by case severity when 'critical' then 0 when 'warning' then 1 else 2 end,
           ifnull(fired_at, since) desc, type, key, rule`,
      )
      .all({
        mirrors: JSON.stringify(mirrors),
        states: JSON.stringify(states),
        endedSinceMs,
        nowMs,
      }) as KnownIncident[];
  }

  /** An incident by its id. */
  get(id: string, nowMs: number): (Incident & IncidentCare) | undefined {
    const row = this.#database.prepare(`select ${columns}, ${care} from incident where id = @id`).get({ id, nowMs });
    return row as (Incident & IncidentCare) | undefined;
  }

  /** Ids of those that are not over. */
  openIds(): readonly string[] {
    const rows = this.#database.prepare("select id from incident where state <> 'resolved' order by id").pluck();
    return rows.all() as string[];
  }

  /** Notes who takes care of an incident; null: nobody does. */
  acknowledge(id: string, by: string | null, nowMs: number): void {
    const atMs = by === null ? null : nowMs;
    this.#database.prepare('update incident set acked_by = ?, acked_at = ? where id = ?').run(by, atMs, id);
  }

  /** Adds a silence, or puts it in place of the one of its target. */
  silence({ kind, target, untilMs, createdAtMs, createdBy }: Silence): void {
    this.#database
      .prepare(
        `insert into silence values (?, ?, ?, ?, ?) on conflict (kind, target) do update
         set until = excluded.until, created_at = excluded.created_at, created_by = excluded.created_by`,
      )
      .run(kind, target, untilMs, createdAtMs, createdBy);
  }

  /** False where there is none. */
  unsilence(kind: Silence['kind'], target: string): boolean {
    const statement = this.#database.prepare('delete from silence where kind = ? and target = ?');
    return statement.run(kind, target).changes > 0;
  }

  /** Those that last, by what they are about. */
  silences(nowMs: number): readonly Silence[] {
    const rows = this.#database.prepare(
      `select kind, target, until as untilMs, created_at as createdAtMs, created_by as createdBy from silence
       where until > ? order by kind, target`,
    );
    return rows.all(nowMs) as Silence[];
  }

  /** Deletes what was over long ago: incidents with their deliveries, and silences. */
  tidy(nowMs: number): void {
    this.#database.prepare('delete from silence where until < ?').run(nowMs - keptMs);
    this.#database
      .prepare(
        `delete from incident where state = 'resolved' and (resolved_at < ? or id in
           (select id from incident where state = 'resolved' order by resolved_at desc limit -1 offset ${keptCount}))`,
      )
      .run(nowMs - keptMs);
  }
}
