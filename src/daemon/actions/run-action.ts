import type { Action, ObjectNow, SentUpon } from '../../core/action/action.ts';
import type { ActionOutcome, ServerRefusal } from '../../core/action/action-outcome.ts';
import { requestOf, targetPath, type ActionRequest } from '../../core/action/action-request.ts';
import { judgeAfter, judgeBefore, sentUpon } from '../../core/action/judge-action.ts';
import { asObject, asString, type JsonObject } from '../../core/json.ts';

/** The object of an action as it was read. */
export type ActionRead =
  | { readonly kind: 'now'; readonly object: ObjectNow }
  | { readonly kind: 'refused'; readonly refusal: ServerRefusal }
  /** No answer of an API server came. */
  | { readonly kind: 'away'; readonly message: string };

/** What came of sending a request; `lost`: it may or may not have been carried out. */
export type ActionAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: JsonObject;
      readonly warnings?: readonly string[] | undefined;
    }
  | { readonly kind: 'lost'; readonly message: string };

/** How a cluster is asked. Neither throws for what a server or a network does. */
export interface ActionPort {
  read(path: string): Promise<ActionRead>;
  send(request: ActionRequest): Promise<ActionAnswer>;
}

/** What is kept of an action that is under way, so that a later process can go on with it. */
export interface ActionJournal {
  /** On disk before this returns: a request that is sent upon this is about to go out. False: it is not this one's to send. */
  sending(upon: SentUpon): boolean;
  /** What was to be sent was not carried out. */
  withdrawn(): void;
}

/** Where an action stands when its turn comes: `upon` where it may have been sent already. */
export interface ActionStart {
  readonly upon?: SentUpon | undefined;
  readonly isDryRun?: boolean | undefined;
}

/** An object that others change all the time is tried so often in one turn. */
const mostTries = 8;

/**
 * Carries an action out, at most once: its object is read, compared with what was shown, and the request names the very version
 * that was read. Whatever is not a plain answer is settled by reading the object again, never by sending again. Undefined:
 * somebody else has it under way.
 */
export async function runAction(
  action: Action,
  port: ActionPort,
  journal: ActionJournal,
  start: ActionStart = {},
): Promise<ActionOutcome | undefined> {
  const run = new ActionRun(action, port, journal, start);
  for (let tries = 0; tries < mostTries; tries += 1) {
    const end = await run.look();
    if (end !== 'again') return end;
  }
  return run.givenUp();
}

/** Looks at the object, and then perhaps sends, until there is an outcome. */
class ActionRun {
  readonly #action: Action;
  readonly #port: ActionPort;
  readonly #journal: ActionJournal;
  readonly #isDryRun: boolean;
  /** What a request was sent upon that may have been carried out: the next look tells. */
  #upon: SentUpon | undefined;
  /** The same of one that was not carried out when its object was looked at, and could still arrive. */
  #late: SentUpon | undefined;
  /** How it ends where what may have been carried out was not. */
  #failure: ActionOutcome | undefined;
  #refusal: ServerRefusal | undefined;
  #why = 'the object changes faster than it can be changed';

  constructor(action: Action, port: ActionPort, journal: ActionJournal, { upon, isDryRun = false }: ActionStart) {
    this.#action = action;
    this.#port = port;
    this.#journal = journal;
    this.#isDryRun = isDryRun;
    this.#upon = upon;
  }

  get #isSent(): boolean {
    return (this.#upon ?? this.#late) !== undefined;
  }

  givenUp(): ActionOutcome {
    return { state: 'away', message: this.#why, isSent: this.#isSent, refusal: this.#refusal };
  }

  /** One look at the object, and one request at most. */
  async look(): Promise<ActionOutcome | 'again' | undefined> {
    const { target, subresource } = this.#action;
    const read = await this.#port.read(targetPath(target, subresource));
    if (read.kind === 'away') return { state: 'away', message: read.message, isSent: this.#isSent };
    if (read.kind === 'refused') return this.#isSent ? unseen(read.refusal) : refused(read.refusal);
    const now = read.object;
    const settled = this.#settle(now);
    if (settled !== undefined) return settled;
    const verdict = judgeBefore(this.#action, now);
    if (verdict.kind === 'conflict') {
      return { state: 'conflict', reason: verdict.reason, message: verdict.message, now: now ?? null };
    }
    if (!this.#journal.sending(verdict.upon)) return undefined;
    const answer = await this.#port.send(requestOf(this.#action, verdict.upon, this.#isDryRun));
    return this.#take(answer, now, verdict.upon);
  }

  /** What the object tells of a request that may have been carried out; undefined where none was. */
  #settle(now: ObjectNow): ActionOutcome | undefined {
    const upon = this.#upon;
    if (upon === undefined) return undefined;
    const settled = settle(this.#action, now, upon) ?? this.#failure;
    if (settled !== undefined) return settled;
    this.#late = isAt(now, upon) ? upon : undefined;
    this.#upon = undefined;
    if (this.#late === undefined) this.#journal.withdrawn();
    return undefined;
  }

  /** Of two requests upon one version the late one may have been first: then only the object tells, whatever the answer is. */
  #take(answer: ActionAnswer, now: ObjectNow, upon: SentUpon): ActionOutcome | 'again' {
    const outcome = answer.kind === 'lost' ? 'look' : outcomeOf(this.#action, answer, now);
    this.#refusal = answer.kind === 'lost' ? undefined : refusalOf(answer);
    if (typeof outcome !== 'string') {
      if (outcome.state === 'done') return outcome;
      if (outcome.state === 'away') return this.#wait(outcome);
      if (this.#late === undefined) return outcome;
      this.#failure = outcome;
      this.#upon = this.#late;
      return 'again';
    }
    this.#why = answer.kind === 'lost' ? answer.message : (this.#refusal?.message ?? this.#why);
    this.#upon = outcome === 'look' ? upon : this.#late;
    if (this.#upon === undefined) this.#journal.withdrawn();
    return 'again';
  }

  #wait(outcome: Extract<ActionOutcome, { readonly state: 'away' }>): ActionOutcome {
    if (this.#late === undefined) this.#journal.withdrawn();
    return { ...outcome, isSent: this.#late !== undefined };
  }
}

function isAt(now: ObjectNow, { resourceVersion }: SentUpon): boolean {
  return now !== undefined && sentUpon(now).resourceVersion === resourceVersion;
}

/** What the object tells of a request without an answer; undefined where that was not carried out. */
function settle(action: Action, now: ObjectNow, upon: SentUpon): ActionOutcome | undefined {
  switch (judgeAfter(action, now, upon)) {
    case 'done':
      return {
        state: 'done',
        answer: null,
        resourceVersion: now === undefined ? '' : sentUpon(now).resourceVersion,
        warnings: [],
      };
    case 'again':
      return undefined;
    case 'unknown':
      return {
        state: 'unknown',
        message:
          'it was sent, the answer never came, and the object was changed since: it may have been carried out or not',
        now: now ?? null,
      };
  }
}

/**
 * What an answer means: `again` where the object has moved on since it was read, `look` where the server may have carried out
 * what it answers with an error.
 */
function outcomeOf(
  action: Action,
  answer: Extract<ActionAnswer, { readonly kind: 'answer' }>,
  now: ObjectNow,
): ActionOutcome | 'again' | 'look' {
  const { status, body } = answer;
  if (status >= 200 && status < 300) {
    const { resourceVersion } = sentUpon(body);
    return { state: 'done', answer: body, resourceVersion, warnings: answer.warnings ?? [] };
  }
  const refusal = refusalOf(answer);
  // A gone object is told by the next look.
  if (status === 404 && now !== undefined) return 'again';
  if (status === 409) {
    if (demandsVersion(action)) return refused(refusal);
    if (!isOwned(refusal)) return 'again';
    return { state: 'conflict', reason: 'owned', message: refusal.message, now: now ?? null, refusal };
  }
  if (status === 429 || status === 401) return { state: 'away', message: refusal.message, isSent: false, refusal };
  return status >= 500 || status < 400 ? 'look' : refused(refusal);
}

function refused(refusal: ServerRefusal): ActionOutcome {
  return { state: 'failed', refusal };
}

/** Who may not read the object cannot tell what became of it. */
function unseen({ message }: ServerRefusal): ActionOutcome {
  return {
    state: 'unknown',
    message: `it was sent, the answer never came, and the object can no longer be read: ${message}`,
    now: null,
  };
}

/** Whoever asked wants one version and no other. */
function demandsVersion({ change }: Action): boolean {
  if (change.kind === 'json' || change.kind === 'delete') return false;
  return asString(asObject(change.body['metadata'])['resourceVersion']) !== '';
}

/** Server-side apply: fields that others own. */
function isOwned({ body }: ServerRefusal): boolean {
  return JSON.stringify(body).includes('FieldManagerConflict');
}

function refusalOf({ status, body }: Extract<ActionAnswer, { readonly kind: 'answer' }>): ServerRefusal {
  const { reason, message } = body;
  return {
    status,
    reason: typeof reason === 'string' ? reason : '',
    message: typeof message === 'string' && message !== '' ? message : `HTTP ${status}`,
    body,
  };
}
