import { targetText } from '../../core/action/action.ts';
import { pathText } from '../../core/action/judge-action.ts';
import { humanAge, humanDuration } from '../../core/human-duration.ts';
import { instantText } from '../../core/instant-text.ts';
import type { Json } from '../../core/json.ts';
import { oneLine } from '../../core/terminal-text.ts';
import type { StoredAction } from '../../store/action-table.ts';

/** What a state means for whoever queued it. */
const meanings: Readonly<Record<StoredAction['state'], string>> = {
  queued: 'waits for the cluster, or for a daemon that may change it',
  sending: 'sent, or about to be: the daemon looks at the object before it does anything more',
  done: 'carried out',
  conflict: 'not carried out: somebody changed the object; navi queue diff shows both versions',
  failed: 'not carried out: the server refused it',
  expired: 'not carried out: its time was over before the cluster was there',
  unknown: 'may or may not have been carried out: look at the object; navi does not try it again',
};

/** What of the configuration keeps queued actions from being carried out. */
export interface QueueKept {
  readonly isReadOnly: boolean;
}

/** Why it stands where it stands, on one line. */
export function whyText({ state, outcome, problem }: StoredAction, { isReadOnly }: QueueKept): string {
  if (isReadOnly && state === 'queued') return 'waits: the configuration says read_only, so nothing is carried out';
  if (outcome?.state === 'failed') return outcome.refusal.message;
  if (outcome !== undefined && 'message' in outcome) return outcome.message;
  return problem ?? meanings[state];
}

/** A line of `navi queue list`. */
export function entryCells(entry: StoredAction, nowMs: number, kept: QueueKept): readonly string[] {
  const { id, state, action, context, createdAtMs, expiresAtMs } = entry;
  const expires = state === 'queued' ? humanDuration(Math.max(0, expiresAtMs - nowMs)) : '';
  const cells = [state, action.verb, targetText(action.target), context];
  return [String(id), ...cells.map(oneLine), humanAge(createdAtMs, nowMs), expires, oneLine(whyText(entry, kept))];
}

/** Everything about one action, line by line. */
export function entryLines(entry: StoredAction, kept: QueueKept): readonly string[] {
  const { id, state, action, context, createdAtMs, expiresAtMs, stateAtMs, outcome, problem } = entry;
  const isTold = outcome !== undefined || problem !== undefined || (kept.isReadOnly && state === 'queued');
  const named: readonly (readonly [string, string])[] = [
    ['Action', `${id}: ${action.verb} ${targetText(action.target)}`],
    ['Context', context],
    ['State', `${state} since ${instantText(stateAtMs) ?? ''}: ${meanings[state]}`],
    ['Queued', `${instantText(createdAtMs) ?? ''}, expires ${instantText(expiresAtMs) ?? ''}`],
    ['Object', action.target.uid === '' ? 'is to be made' : `uid ${action.target.uid}`],
    ...(isTold ? [['Why', whyText(entry, kept)] as const] : []),
    ...(action.target.uid === '' ? [] : [['Only while', action.touched.map(fieldText).join('; ')] as const]),
  ];
  return named.map(([name, text]) => `${`${name}:`.padEnd(12)}${oneLine(text)}\n`);
}

function fieldText({ path, before }: StoredAction['action']['touched'][number]): string {
  if (path.length === 0) return 'the object is as it was shown';
  return `${pathText(path)} is ${before === undefined ? 'not there' : valueText(before)}`;
}

function valueText(value: Json): string {
  const text = JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
