import { parseJson } from '../../core/canonical-json.ts';
import { asObject } from '../../core/json.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { eventFacts, type EventFacts } from '../events/event-facts.ts';
import type { LookedPlaces } from '../looked-places.ts';
import { typeOfKind, type MirrorType } from '../mirror-type.ts';
import { readObjects } from '../object-query.ts';
import { isReadableAt } from '../type-places.ts';

/** The events about an object, the newest first. @param type that of core Events */
function eventsAbout(reader: MirrorReader, type: MirrorType, uid: string): readonly EventFacts[] {
  const fields = [{ field: 'involvedObject.uid', operator: 'equals', value: uid }] as const;
  const rows = readObjects(reader, { typeId: type.rowTypeId, labels: [], fields }, 'body');
  return Array.from(rows, ({ json }) => eventFacts(asObject(parseJson(json ?? '{}')))).sort(
    (a, b) => (b.lastAtMs ?? 0) - (a.lastAtMs ?? 0),
  );
}

/**
 * Reads the events about objects by their uid and namespace, the newest first. Those about what is in no namespace are in
 * `default`, where the cluster does not say otherwise. None where events are not mirrored or may not be read.
 * @param looked where the events were looked for
 */
export function eventsReader(
  reader: MirrorReader,
  types: readonly MirrorType[],
  looked: LookedPlaces,
): (uid: string, namespace: string) => readonly EventFacts[] {
  const type = typeOfKind(types, '', 'Event');
  if (type === undefined) return () => [];
  return (uid, of) => {
    const namespace = of === '' ? 'default' : of;
    looked.add(type, namespace);
    return isReadableAt(type, namespace) ? eventsAbout(reader, type, uid) : [];
  };
}
