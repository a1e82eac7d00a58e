import type { Database } from 'better-sqlite3';
import type { IncidentTransition } from '../core/incident.ts';

/** One message to one receiver. */
export interface Delivery {
  readonly id: number;
  /** Id of the incident. */
  readonly incident: string;
  readonly transition: IncidentTransition;
  readonly receiver: string;
  /** Attempts that were begun. */
  readonly attempts: number;
}

/** A receiver whose last attempts failed. */
export interface FailingReceiver {
  readonly receiver: string;
  /** Messages that did not arrive yet, of those that were tried. */
  readonly messageCount: number;
  /** Why the newest of them did not. */
  readonly error: string;
}

/** An incident, by its own id or through its rule, is silent at `@nowMs`. */
const isSilent = `exists (select 1 from silence where until > @nowMs and ((kind = 'rule' and target = incident.rule)
  or (kind = 'incident' and target = incident.id)))`;

/** The table `delivery` of an open `user.db`. */
export class DeliveryTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Notes that a receiver is to be told; what was noted before stays as it is. That something is over is for those alone who were
   * to be told of it: a receiver may be younger than the incident.
   */
  add(delivery: Pick<Delivery, 'incident' | 'transition' | 'receiver'>, nowMs: number): void {
    this.#database
      .prepare(
        `insert into delivery (incident, transition, receiver, state, next_attempt_at)
         select @incident, @transition, @receiver, 'pending', @nowMs where @transition = 'firing' or exists (
           select 1 from delivery where incident = @incident and receiver = @receiver and transition = 'firing')
         on conflict do nothing`,
      )
      .run({ ...delivery, nowMs });
  }

  /**
   * What is to be sent to a receiver now, in the order in which it came to be. A message waits for the one before it about the same
   * incident, and for the end of a silence.
   */
  due(receiver: string, nowMs: number, limit: number): readonly Delivery[] {
    return this.#database
      .prepare(
        `select delivery.id as id, incident, transition, receiver, attempts from delivery
         join incident on incident.id = delivery.incident
         where delivery.receiver = @receiver and delivery.state <> 'sent' and next_attempt_at <= @nowMs and not ${isSilent}
           and not exists (select 1 from delivery as earlier where earlier.incident = delivery.incident
             and earlier.receiver = delivery.receiver and earlier.id < delivery.id and earlier.state <> 'sent')
         order by delivery.id limit @limit`,
      )
      .all({ receiver, nowMs, limit }) as Delivery[];
  }

  /** Notes that an attempt begins. */
  begin(id: number): void {
    this.#database.prepare("update delivery set state = 'sending', attempts = attempts + 1 where id = ?").run(id);
  }

  /** Notes that it arrived. */
  sent(id: number, nowMs: number): void {
    this.#database
      .prepare("update delivery set state = 'sent', sent_at = ?, last_error = null where id = ?")
      .run(nowMs, id);
  }

  /** Notes that it did not, and when it is tried again. */
  failed(id: number, { error, nextAtMs }: { readonly error: string; readonly nextAtMs: number }): void {
    this.#database
      .prepare("update delivery set state = 'pending', last_error = ?, next_attempt_at = ? where id = ?")
      .run(error, nextAtMs, id);
  }

  /**
   * Takes back what nobody needs to hear any more: all about an incident that was silent from its beginning to its end, and what
   * receivers that are no longer there were to be told.
   */
  takeBack(receivers: readonly string[], nowMs: number): void {
    this.#database
      .prepare("delete from delivery where state <> 'sent' and receiver not in (select value from json_each(?))")
      .run(JSON.stringify(receivers));
    this.#database
      .prepare(
        `delete from delivery where id in (select delivery.id from delivery join incident on incident.id = delivery.incident
           where incident.state = 'resolved' and delivery.state = 'pending' and ${isSilent}
             and exists (select 1 from delivery as first where first.incident = delivery.incident and first.receiver = delivery.receiver
               and first.transition = 'firing' and first.state = 'pending' and first.attempts = 0))`,
      )
      .run({ nowMs });
  }

  /** Receivers of which messages that were tried did not arrive, by their names; none in a `user.db` from before there were any. */
  failing(): readonly FailingReceiver[] {
    if (this.#database.prepare("select 1 from sqlite_schema where name = 'delivery'").get() === undefined) return [];
    return this.#database
      .prepare(
        // With a single max() the other columns are those of its row.
        `select receiver, count(*) as messageCount, last_error as error, max(id) as newest from delivery
         where state <> 'sent' and last_error is not null group by receiver order by receiver`,
      )
      .all() as FailingReceiver[];
  }

  /** When the next attempt is due (epoch ms); undefined where nothing is to be sent. */
  nextAtMs(): number | undefined {
    const at = this.#database.prepare("select min(next_attempt_at) from delivery where state <> 'sent'").pluck().get();
    return (at as number | null) ?? undefined;
  }
}
