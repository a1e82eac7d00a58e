import { isTerminal } from '../../output/is-terminal.ts';
import { DaemonFollower } from '../../control/follow-daemon.ts';
import type { ContextChoice } from '../../control/protocol.ts';
import { parseJson } from '../../core/canonical-json.ts';
import { asObject } from '../../core/json.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import { tableStyle } from '../../output/navi-table.ts';
import { PatientStdout } from '../../output/patient-stdout.ts';
import { isWanted, type EventFilter } from '../../query/events/event-filter.ts';
import { eventFacts } from '../../query/events/event-facts.ts';
import { groupEvents, ungrouped, type EventGroup } from '../../query/events/group-events.ts';
import { readEvents } from '../../query/events/read-events.ts';
import { leftOut } from '../../query/left-out.ts';
import { readTypes, type MirrorType } from '../../query/mirror-type.ts';
import { isReadableAt } from '../../query/type-places.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import type { LoggedChange } from '../../store/rebuild-state.ts';
import { leftOutNotice } from '../ask-contexts.ts';
import { daemonSocket } from '../daemon-socket.ts';
import { FollowNotices, lookMs } from '../follow/follow-notices.ts';
import { changesMissed, presentPosition, TypeLog } from '../follow/type-log.ts';
import { inSnapshot, openMirror } from '../open-mirror.ts';
import { usedNames, withUsed } from '../with-used.ts';
import { EventTable } from './event-table.ts';
import { answeringParts, eventType } from './event-type.ts';
import { eventFilter } from './events-request.ts';
import type { EventsRun } from './run-events.ts';
import { stdoutTerminal } from '../../output/terminal-stream.ts';

/** What a watch has begun with. */
interface Begun {
  readonly log: TypeLog;
  readonly filter: EventFilter;
  readonly groups: readonly EventGroup[];
}

/**
 * `navi events -w`: prints what is there, then each new or changed event as a row, as the daemon writes it, until it is
 * interrupted. A daemon that is away is waited for.
 * @param choice the context of the run, for the daemon
 * @throws NaviError, NAVI_TOO_OLD where changes were missed, OutputClosed
 */
export async function watchEvents(run: EventsRun, choice: ContextChoice): Promise<never> {
  const context = onlyContext(run);
  const reader = openMirror(context);
  // Follows before the first look, so that no change falls between.
  const follower = new DaemonFollower(daemonSocket(), choice);
  const stdout = new PatientStdout(isTerminal(1));
  const table = new EventTable({
    hasContexts: false,
    hasNamespaces: run.isAllNamespaces,
    hasHeaders: run.hasHeaders,
    style: tableStyle(stdoutTerminal(), process.env, run.color),
  });
  const print = async (groups: readonly EventGroup[]): Promise<void> => {
    const rows = groups.map((group) => ({ ...group, context: '' }));
    for (const lines of table.lines(rows, Date.now())) stdout.write(lines);
    await stdout.flush();
  };
  try {
    const { log, filter, groups } = await inSnapshot(reader, () =>
      withUsed(
        reader,
        () => begin(run, reader, context),
        (begun) => usedNames([begun.log.type]),
        { choice },
      ),
    );
    follower.hold(usedNames([log.type]));
    const phrases = filter.namespace === undefined ? leftOut([log.type], undefined) : [];
    for (const phrase of phrases) run.notice(leftOutNotice(context, phrase));
    await print(groups);
    const notices = new FollowNotices({ follower, context, noticeAfterMs: run.noticeAfterMs, notice: run.notice });
    for (;;) {
      const wake = await follower.wait(lookMs);
      let isCaughtUp = false;
      while (!isCaughtUp) {
        const page = await inSnapshot(reader, () => readPage(log, filter));
        await print(page.groups);
        isCaughtUp = page.isCaughtUp;
      }
      notices.tell(wake, answeringParts(log.type, filter.namespace));
    }
  } finally {
    follower.close();
    reader.close();
  }
}

/** @throws NAVI_USAGE */
function onlyContext({ contexts: [context, ...others], faults }: EventsRun): ContextSummary {
  if (context !== undefined && others.length === 0 && faults.length === 0) return context;
  throw new NaviError('NAVI_USAGE', '--watch follows the events of one context at a time', {
    hints: ['navi events --watch --context NAME', 'without --watch the events of all are shown'],
  });
}

function begin(run: EventsRun, reader: MirrorReader, context: ContextSummary): Begun {
  const types = readTypes(reader);
  const type = eventType(types);
  const filter = eventFilter(run, context, { types, nowMs: Date.now() });
  answeringParts(type, filter.namespace);
  const events = readEvents(reader, type, filter);
  const log = new TypeLog(reader, type, undefined, presentPosition(reader));
  return { log, filter, groups: run.isAll ? ungrouped(events) : groupEvents(events) };
}

/** @throws NAVI_REFUSED, NAVI_TOO_OLD */
function readPage(
  log: TypeLog,
  filter: EventFilter,
): { readonly groups: readonly EventGroup[]; readonly isCaughtUp: boolean } {
  log.refresh();
  answeringParts(log.type, filter.namespace);
  const { changes, isCaughtUp } = log.next(
    (key) => filter.namespace === undefined || key.startsWith(`${filter.namespace}/`),
  );
  return { groups: changes.flatMap((change) => toldOf(change, log.type, filter)), isCaughtUp };
}

/** The event of a change; that the server deletes one is no news. */
function toldOf(change: LoggedChange, type: MirrorType, filter: EventFilter): readonly EventGroup[] {
  if (change.operation === 'deleted') return [];
  const { after } = change;
  if (after.kind !== 'state') throw changesMissed();
  const event = eventFacts(asObject(parseJson(after.body)));
  if (!isWanted(filter, event) || !isReadableAt(type, event.namespace)) return [];
  return ungrouped([{ ...event, isExpired: false }]);
}
