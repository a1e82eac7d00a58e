import { asObject, asString, type Json, type JsonObject } from '../../core/json.ts';
import type { KubeObject } from '../../core/kube-object.ts';
import type { SinceCell } from '../../core/cell.ts';
import { naming, text, wide } from './column.ts';
import { integerOf, isPresent } from './field.ts';
import { goLowerCase } from './go-lower-case.ts';
import { instantOf, sinceCell } from './since.ts';
import { table, type TableRegistry } from './table.ts';

/** The fields of an event under the names that core/v1 has for them. */
interface EventFields {
  readonly involved: JsonObject;
  readonly source: JsonObject;
  readonly message: Json | undefined;
  readonly reportingComponent: Json | undefined;
  readonly firstTimestamp: Json | undefined;
  readonly lastTimestamp: Json | undefined;
  readonly count: Json | undefined;
}

/** core/v1 itself. */
function coreFields(event: KubeObject): EventFields {
  return {
    involved: asObject(event['involvedObject']),
    source: asObject(event['source']),
    message: event['message'],
    reportingComponent: event['reportingComponent'],
    firstTimestamp: event['firstTimestamp'],
    lastTimestamp: event['lastTimestamp'],
    count: event['count'],
  };
}

/** events.k8s.io/v1, which the server turns into core/v1 before it prints. */
function groupFields(event: KubeObject): EventFields {
  return {
    involved: asObject(event['regarding']),
    source: asObject(event['deprecatedSource']),
    message: event['note'],
    reportingComponent: event['reportingController'],
    firstTimestamp: event['deprecatedFirstTimestamp'],
    lastTimestamp: event['deprecatedLastTimestamp'],
    count: event['deprecatedCount'],
  };
}

/** White space as Go's unicode.IsSpace has it: with U+0085, without U+FEFF. */
const outerSpace =
  /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/gu;

function objectText({ kind, name }: JsonObject): string {
  const lowerKind = goLowerCase(asString(kind));
  return asString(name) === '' ? lowerKind : `${lowerKind}/${asString(name)}`;
}

function sourceText(fields: EventFields, reportingInstance: Json | undefined): string {
  const component = asString(fields.source['component']) || asString(fields.reportingComponent);
  const instance = asString(fields.source['host']) || asString(reportingInstance);
  return instance === '' ? component : `${component}, ${instance}`;
}

/** The last observation of a series, else the last time, else the first: singleton events have an event time only. */
function lastSeen(event: KubeObject, fields: EventFields, firstSeen: SinceCell): SinceCell {
  if (isPresent(event['series'])) return sinceCell(asObject(event['series'])['lastObservedTime']);
  const lastMs = instantOf(fields.lastTimestamp);
  return lastMs === null ? firstSeen : { sinceMs: lastMs };
}

function seenCount(event: KubeObject, fields: EventFields): number {
  if (isPresent(event['series'])) return integerOf(asObject(event['series'])['count']);
  return integerOf(fields.count) || 1;
}

function eventTable(fieldsOf: (event: KubeObject) => EventFields): ReturnType<typeof table> {
  return table(
    [
      text('Last Seen'),
      text('Type'),
      text('Reason'),
      text('Object'),
      ...wide(text('Subobject'), text('Source')),
      text('Message'),
      ...wide(text('First Seen'), text('Count'), naming(text('Name'))),
    ],
    (event) => {
      const fields = fieldsOf(event);
      const firstSeen: SinceCell = { sinceMs: instantOf(fields.firstTimestamp) ?? instantOf(event['eventTime']) };
      return [
        lastSeen(event, fields, firstSeen),
        asString(event['type']),
        asString(event['reason']),
        objectText(fields.involved),
        asString(fields.involved['fieldPath']),
        sourceText(fields, event['reportingInstance']),
        asString(fields.message).replace(outerSpace, ''),
        firstSeen,
        seenCount(event, fields),
        event.metadata.name,
      ];
    },
  );
}

/** Events, as core/v1 and as events.k8s.io/v1. */
export const eventTables: TableRegistry = {
  events: eventTable(coreFields),
  'events.events.k8s.io': eventTable(groupFields),
};
