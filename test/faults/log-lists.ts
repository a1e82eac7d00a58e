import type { LogLine } from '../support/navi-process.ts';

/**
 * The lists in a log, as `type reason`, without those that are a matter of course: polls, and lists of core events. No
 * bookmark moves the resume point of these, so it expires with the compaction of every five minutes.
 */
export function unexpectedLists(lines: readonly LogLine[]): readonly string[] {
  return lines
    .filter(({ msg, reason, type }) => msg === 'list' && reason !== 'poll' && type !== 'events')
    .map(({ type, reason }) => `${type} ${reason}`);
}
