import type { Database } from 'better-sqlite3';
import { isSecretType, type Action, type SentUpon } from '../core/action/action.ts';
import type { ActionOutcome } from '../core/action/action-outcome.ts';
import type { ActionState } from '../core/action/action-state.ts';
import { parseJson } from '../core/canonical-json.ts';

/** An action to be queued. Times are epoch milliseconds. */
export interface NewAction {
  readonly mirrorId: string;
  /** The cluster's identity, as its mirror knows it. */
  readonly clusterUid: string;
  readonly context: string;
  /** Headers that name another user. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly action: Action;
  /** What was shown of it. */
  readonly diff: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

/** A queued action as it stands. */
export interface StoredAction extends NewAction {
  readonly id: number;
  readonly state: ActionState;
  /** While it is `sending`: what the request was sent upon. */
  readonly upon: SentUpon | undefined;
  readonly stateAtMs: number;
  readonly outcome: ActionOutcome | undefined;
  /** Why it is not carried out yet; undefined before the first try. */
  readonly problem: string | undefined;
}

interface ActionRow {
  readonly id: number;
  readonly mirror_id: string;
  readonly cluster_uid: string;
  readonly context: string;
  readonly headers: string;
  readonly action: string;
  readonly diff: string;
  readonly created_at: number;
  readonly expires_at: number;
  readonly state: ActionState;
  readonly sent_version: string | null;
  readonly sent_generation: number | null;
  readonly state_at: number;
  readonly outcome: string | null;
  readonly problem: string | null;
}

const columns =
  'id, mirror_id, cluster_uid, context, headers, action, diff, created_at, expires_at, state, sent_version, sent_generation, state_at, outcome, problem';

/** Settled actions are kept so long (ms): a month. */
const keptMs = 30 * 86_400_000;

/** The table `action` of an open `user.db`. */
export class ActionTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Puts an action at the end of the queue; what was settled long ago leaves it. Returns its number. */
  add(added: NewAction): number {
    if (isSecretType(added.action.target)) throw new Error('no change of a Secret may be kept');
    const { mirrorId, clusterUid, context, headers, action, diff, createdAtMs, expiresAtMs } = added;
    this.#database
      .prepare(`delete from action where state in ('done', 'expired', 'conflict', 'failed') and state_at < ?`)
      .run(createdAtMs - keptMs);
    const { lastInsertRowid } = this.#database
      .prepare(
        `insert into action (mirror_id, cluster_uid, context, headers, action, diff, created_at, expires_at, state, state_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?)`,
      )
      .run(
        mirrorId,
        clusterUid,
        context,
        JSON.stringify(headers),
        JSON.stringify(action),
        diff,
        createdAtMs,
        expiresAtMs,
        createdAtMs,
      );
    return Number(lastInsertRowid);
  }

  /** In the order in which they were queued. */
  all(): readonly StoredAction[] {
    return this.#read(`select ${columns} from action order by id`);
  }

  find(id: number): StoredAction | undefined {
    return this.#read(`select ${columns} from action where id = ?`, id)[0];
  }

  /** Those of a mirror that are not settled, in their order. */
  underWay(mirrorId: string): readonly StoredAction[] {
    return this.#read(
      `select ${columns} from action where mirror_id = ? and state in ('queued', 'sending') order by id`,
      mirrorId,
    );
  }

  /** Notes that a request is about to be sent. False where the action is not there to be sent by this process. */
  claim(id: number, by: string, { upon, nowMs }: { readonly upon: SentUpon; readonly nowMs: number }): boolean {
    return this.#changes(
      `update action set state = 'sending', claimed_by = ?, sent_version = ?, sent_generation = ?, state_at = ?
       where id = ? and (state = 'queued' or (state = 'sending' and claimed_by = ?))`,
      by,
      upon.resourceVersion,
      upon.generation,
      nowMs,
      id,
      by,
    );
  }

  /** Makes what an earlier process was sending this one's to look after: only who holds the lock of the data directory may. */
  takeOver(id: number, by: string): boolean {
    return this.#changes(`update action set claimed_by = ? where id = ? and state = 'sending'`, by, id);
  }

  /** What was to be sent was not carried out: it waits again. */
  withdraw(id: number, by: string, nowMs: number): boolean {
    return this.#changes(
      `update action set state = 'queued', claimed_by = null, sent_version = null, sent_generation = null, state_at = ?
       where id = ? and state = 'sending' and claimed_by = ?`,
      nowMs,
      id,
      by,
    );
  }

  /** Notes how it ended; one that was dropped meanwhile stays away. */
  settle(id: number, outcome: ActionOutcome & { readonly state: ActionState }, nowMs: number): void {
    this.#changes(
      `update action set state = ?, outcome = ?, state_at = ?, problem = null, claimed_by = null,
         sent_version = null, sent_generation = null
       where id = ? and state in ('queued', 'sending')`,
      outcome.state,
      JSON.stringify(outcome),
      nowMs,
      id,
    );
  }

  /** Its time is over before it was sent. False where it was sent. */
  expire(id: number, nowMs: number): boolean {
    return this.#changes(
      `update action set state = 'expired', state_at = ? where id = ? and state = 'queued'`,
      nowMs,
      id,
    );
  }

  /** Why it was not carried out this time. */
  tell(id: number, problem: string): void {
    this.#changes('update action set problem = ? where id = ?', problem, id);
  }

  /** Takes one away; what is being sent goes on, and nothing is noted of it. */
  drop(id: number): boolean {
    return this.#changes('delete from action where id = ?', id);
  }

  #changes(text: string, ...parameters: readonly (string | number)[]): boolean {
    return this.#database.prepare(text).run(...parameters).changes > 0;
  }

  #read(text: string, ...parameters: readonly (string | number)[]): readonly StoredAction[] {
    return (this.#database.prepare(text).all(...parameters) as ActionRow[]).map(storedOf);
  }
}

function storedOf(row: ActionRow): StoredAction {
  return {
    id: row.id,
    mirrorId: row.mirror_id,
    clusterUid: row.cluster_uid,
    context: row.context,
    headers: JSON.parse(row.headers) as NewAction['headers'],
    action: parseJson(row.action) as unknown as Action,
    diff: row.diff,
    createdAtMs: row.created_at,
    expiresAtMs: row.expires_at,
    state: row.state,
    upon:
      row.sent_version === null
        ? undefined
        : { resourceVersion: row.sent_version, generation: row.sent_generation ?? 0 },
    stateAtMs: row.state_at,
    outcome: row.outcome === null ? undefined : (parseJson(row.outcome) as unknown as ActionOutcome),
    problem: row.problem ?? undefined,
  };
}
