import { parseJson } from '../../core/canonical-json.ts';
import { asObject } from '../../core/json.ts';
import type { FieldTerm } from '../../core/selector/field-selector.ts';
import { cellJson } from '../../store/cell-columns.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import type { MirrorType } from '../mirror-type.ts';
import { readObjects, type ObjectQuery } from '../object-query.ts';
import { list, raw, sql, type SqlPart } from '../sql-part.ts';
import { allOf, hasTerm, withKey } from '../term-conditions.ts';
import { isReadableAt } from '../type-places.ts';
import { isWanted, type EventFilter } from './event-filter.ts';
import { eventFacts, type EventFacts } from './event-facts.ts';
import { expiredStates } from './expired-states.ts';

/** An event that the mirror holds. */
export interface KnownEvent extends EventFacts {
  /** The server has it no longer. */
  readonly isExpired: boolean;
}

/**
 * The events that are wanted, those that the server still has and those that it deleted, the oldest last time first.
 * Those of namespaces whose events may not be listed now are left out.
 * @param type that of core Events
 */
export function readEvents(reader: MirrorReader, type: MirrorType, filter: EventFilter): readonly KnownEvent[] {
  const events: KnownEvent[] = [];
  const add = (body: string, isExpired: boolean): void => {
    const event = { ...eventFacts(asObject(parseJson(body))), isExpired };
    if (isWanted(filter, event) && isReadableAt(type, event.namespace)) events.push(event);
  };
  for (const state of expiredStates(reader, type, filter)) add(state, true);
  for (const { json } of readObjects(reader, storedQuery(type, filter), 'body')) add(json ?? '{}', false);
  return events.sort((a, b) => (a.lastAtMs ?? 0) - (b.lastAtMs ?? 0));
}

/** What SQL can leave out; `isWanted` decides. */
function storedQuery(type: MirrorType, { namespace, types, about, sinceMs }: EventFilter): ObjectQuery {
  const typeId = type.rowTypeId;
  // Of what a filter says of the object its name leaves the fewest.
  const fields: readonly FieldTerm[] =
    about === undefined ? [] : [{ field: 'involvedObject.name', operator: 'equals', value: about.name }];
  const lastSeen = type.columns.findIndex(({ name }) => name === 'Last Seen');
  const conditions = [
    ...(types.length === 0 ? [] : [hasTerm(typeTerms(types), typeId)]),
    ...(sinceMs === undefined || lastSeen < 0 ? [] : [isSeenSince(lastSeen, sinceMs)]),
  ];
  return { typeId, namespace, labels: [], fields, condition: conditions.length === 0 ? undefined : allOf(conditions) };
}

/** Terms of the types, in whichever case events have them. */
function typeTerms(types: readonly string[]): SqlPart {
  return sql`${withKey('field', 'type')} and lower(substr(text, ${'type='.length + 1})) in (${list(types)})`;
}

/** Nothing is indexed by the cell of the last time; an event without one is as old as its object, as `eventFacts` has it. */
function isSeenSince(cell: number, sinceMs: number): SqlPart {
  const lastSeen = sql`${raw(cellJson('object', cell))} ->> '$.sinceMs'`;
  return sql`coalesce(${lastSeen}, object.created_at, 0) >= ${sinceMs}`;
}
