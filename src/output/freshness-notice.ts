import { humanDuration } from '../core/human-duration.ts';
import type { HealthReason } from '../core/scope-status.ts';
import { oneLine } from '../core/terminal-text.ts';

/** What a notice says; see `judgeFreshness`. */
export interface NoticeFacts {
  readonly context: string;
  /** `plural.group` of the oldest type in the answer. */
  readonly type: string;
  /** Null where nothing was ever proven. */
  readonly ageMs: number | null;
  readonly reason: HealthReason;
  readonly lastError: string | null;
  /** What is old is not data but the cluster's refusal of it. */
  readonly isRefusal?: boolean | undefined;
}

const explanations: Partial<Record<HealthReason, string>> = {
  none: 'no daemon has confirmed it since; run navi sync',
  stopped: 'navi sync is not running',
  waiting: 'it has not been listed yet',
  connecting: 'navi is catching up',
  disconnected: 'the cluster cannot be reached',
  expired: 'it is being listed again',
  throttled: 'the cluster asks navi to wait',
  forbidden: 'the cluster refuses it now',
  'auth-needed': 'the cluster refuses the credentials',
  absent: 'the cluster answers 404 for it',
  'server-error': 'the cluster answers with errors',
  unavailable: 'the API behind it is away',
  etcd: "the cluster's store does not answer or is behind",
  'watch-failing': 'its watch does not hold, so it is listed now and then',
  'not-api': 'something else answers in place of the cluster',
  'confirming-deletions': 'a list wants to delete much and is being repeated',
  storage: 'the local store cannot be written',
};

/** The one line on stderr that says how old an answer is and why, with its line feed. */
export function freshnessNotice(facts: NoticeFacts): string {
  const age = facts.ageMs === null ? 'of unknown age' : `${humanDuration(facts.ageMs)} old`;
  const isRefusal = facts.isRefusal === true;
  const why = explanations[isRefusal && facts.reason === 'forbidden' ? 'none' : facts.reason] ?? facts.reason;
  const isKnown = facts.reason === 'stopped' || (isRefusal && facts.reason === 'forbidden');
  const error = facts.lastError === null || isKnown ? '' : `: ${firstLine(facts.lastError)}`;
  const subject = isRefusal ? `the refusal of ${facts.type}` : facts.type;
  return `navi: ${subject} of context "${oneLine(facts.context)}" is ${age}: ${why}${error}\n`;
}

function firstLine(text: string): string {
  return oneLine((text.split('\n')[0] ?? '').slice(0, 200));
}
