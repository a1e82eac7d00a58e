import { shownContext } from '../../output/shown-context.ts';
import { instantText } from '../../core/instant-text.ts';
import { oneLine } from '../../core/terminal-text.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import { tableStyle } from '../../output/navi-table.ts';
import { groupEvents, ungrouped, type EventGroup } from '../../query/events/group-events.ts';
import { readEvents } from '../../query/events/read-events.ts';
import { leftOut } from '../../query/left-out.ts';
import { readTypes } from '../../query/mirror-type.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { askContexts, type ContextAnswer, type MirrorAnswer } from '../ask-contexts.ts';
import { answersJson } from '../listing/listing-text.ts';
import type { ListingRun } from '../listing/run-listing.ts';
import { tellFaults } from '../tell-faults.ts';
import { EventTable } from './event-table.ts';
import { answeringParts, eventType } from './event-type.ts';
import { eventFilter, type EventsRequest } from './events-request.ts';
import { stdoutTerminal } from '../../output/terminal-stream.ts';

/** What `navi events` was asked for. */
export interface EventsRun extends Omit<ListingRun, 'isWatch'>, EventsRequest {
  /** Each event on a line of its own. */
  readonly isAll: boolean;
  readonly hasHeaders: boolean;
}

/** What a mirror knows. */
interface KnownEvents {
  readonly groups: readonly EventGroup[];
  /** The namespace that was looked in; undefined: all. */
  readonly place: string | undefined;
}

/**
 * `navi events`: resolves with the exit code; no events are 0. Contexts that cannot answer are told, and the others print.
 * @throws NaviError where none can
 */
export async function runEvents(run: EventsRun): Promise<number> {
  const nowMs = Date.now();
  const { answers, faults, notices } = await askContexts(run, (reader, context) =>
    readMirror(run, reader, { context, nowMs }),
  );
  for (const notice of notices) run.notice(notice);
  print(run, answers, nowMs);
  const exitCode = tellFaults(run, faults);
  const isEmpty = answers.every(({ answer }) => answer.groups.length === 0);
  if (isEmpty) run.notice(nothingFound(answers.map(({ answer }) => answer.place)));
  return exitCode;
}

function print(run: EventsRun, answers: readonly ContextAnswer<KnownEvents>[], nowMs: number): void {
  switch (run.output) {
    case 'json': {
      const rows = answers.map((answer) => ({ ...answer, answer: answer.answer.groups.map(eventJson) }));
      run.write(answersJson('events', rows));
      return;
    }
    case 'name':
      run.write(answers.flatMap(({ answer }) => answer.groups.flatMap(nameLines)).join(''));
      return;
    case undefined: {
      const table = new EventTable({
        hasContexts: run.contexts.length > 1,
        hasNamespaces: run.isAllNamespaces,
        hasHeaders: run.hasHeaders,
        style: tableStyle(stdoutTerminal(), process.env, run.color),
      });
      const rows = answers.flatMap(({ answer, context, isStale }) =>
        answer.groups.map((group) => ({ ...group, context: shownContext(context, isStale) })),
      );
      for (const lines of table.lines(rows, nowMs)) run.write(lines);
    }
  }
}

function readMirror(
  run: EventsRun,
  reader: MirrorReader,
  { context, nowMs }: { readonly context: ContextSummary; readonly nowMs: number },
): MirrorAnswer<KnownEvents> {
  const types = readTypes(reader);
  const type = eventType(types);
  const filter = eventFilter(run, context, { types, nowMs });
  const { namespace: place } = filter;
  const from = answeringParts(type, place);
  const events = readEvents(reader, type, filter);
  const groups = run.isAll || run.output === 'name' ? ungrouped(events) : groupEvents(events);
  return { answer: { groups, place }, from, leftOut: place === undefined ? leftOut([type], place) : [] };
}

/** kubectl's words (1.36). */
function nothingFound([place, ...others]: readonly (string | undefined)[]): string {
  const isOne = place !== undefined && others.every((other) => other === place);
  return isOne ? `No events found in ${place} namespace.` : 'No events found.';
}

function nameLines({ names }: EventGroup): readonly string[] {
  return names.map((name) => `event/${oneLine(name)}\n`);
}

/** A row as `-o json` has it. */
function eventJson(group: EventGroup): object {
  const { namespace, type, reason, message, count, firstAtMs, lastAtMs, reportedBy, isExpired, names } = group;
  const { apiVersion, kind, namespace: ofNamespace, name } = group.object;
  return {
    namespace,
    type,
    reason,
    message,
    object: { apiVersion, kind, namespace: ofNamespace, name },
    count,
    firstAt: instantText(firstAtMs),
    lastAt: instantText(lastAtMs),
    reportedBy,
    isExpired,
    names,
  };
}
