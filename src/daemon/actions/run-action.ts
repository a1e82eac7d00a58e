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
  { upon: sentBefore, isDryRun = false }: ActionStart = {},
): Promise<ActionOutcome | undefined> {
  let upon = sentBefore;
  /** A request that was not carried out when its object was looked at, and could still arrive. */
  let late: SentUpon | undefined;
  let failure: ActionOutcome | undefined;
  let refusal: ServerRefusal | undefined;
  let why = 'the object changes faster than it can be changed';
  for (let tries = 0; tries < mostTries; tries += 1) {
    const read = await port.read(targetPath(action.target, action.subresource));
    if (read.kind === 'away') return { state: 'away', message: read.message, isSent: (upon ?? late) !== undefined };
    if (read.kind === 'refused') return (upon ?? late) === undefined ? refused(read.refusal) : unseen(read.refusal);
    const now = read.object;
    if (upon !== undefined) {
      const settled = settle(action, now, upon) ?? failure;
      if (settled !== undefined) return settled;
      late = isAt(now, upon) ? upon : undefined;
      upon = undefined;
      if (late === undefined) journal.withdrawn();
    }
    const verdict = judgeBefore(action, now);
    if (verdict.kind === 'conflict') {
      return { state: 'conflict', reason: verdict.reason, message: verdict.message, now: now ?? null };
    }
    if (!journal.sending(verdict.upon)) return undefined;
    const answer = await port.send(requestOf(action, verdict.upon, isDryRun));
    const outcome = answer.kind === 'lost' ? 'look' : outcomeOf(action, answer, now);
    refusal = answer.kind === 'lost' ? undefined : refusalOf(answer);
    if (typeof outcome !== 'string' && outcome.state === 'done') return outcome;
    if (typeof outcome === 'string') why = answer.kind === 'lost' ? answer.message : (refusal?.message ?? why);
    // Of two requests upon one version the late one may have been first: only the object tells.
    if (outcome === 'look') upon = verdict.upon;
    else if (late !== undefined) upon = late;
    if (typeof outcome !== 'string') {
      if (late === undefined || outcome.state === 'away') {
        if (late === undefined) journal.withdrawn();
        return outcome.state === 'away' ? { ...outcome, isSent: late !== undefined } : outcome;
      }
      failure = outcome;
    } else if (upon === undefined) journal.withdrawn();
  }
  return { state: 'away', message: why, isSent: (upon ?? late) !== undefined, refusal };
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
