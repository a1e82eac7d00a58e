import { notFoundObject } from '../not-found.ts';
import type { LabelRequirement } from '../../core/selector/label-requirement.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import type { MirrorType } from '../mirror-type.ts';
import { readObjects } from '../object-query.ts';
import { partsIn } from '../place.ts';
import type { GraphObject, ObjectGraph } from '../tree/object-graph.ts';

/** Which objects of a type are meant. */
export interface WantedObjects {
  readonly type: MirrorType;
  /** Empty for a type that has none. */
  readonly namespace: string;
  /** Exact, else what names begin with, as for `kubectl describe`; undefined for every one. */
  readonly name: string | undefined;
  readonly labels: readonly LabelRequirement[];
}

/**
 * The objects that are meant, by name; none only where all of a place are meant.
 * @throws NAVI_NOT_FOUND, and what `partsIn` throws
 */
export function findObjects(
  reader: MirrorReader,
  graph: ObjectGraph,
  { type, namespace, name, labels }: WantedObjects,
): readonly GraphObject[] {
  const { group, kind } = type;
  if (name !== undefined) {
    const exact = graph.find({ group, kind, namespace, name });
    if (exact.state === 'present') return [exact];
  }
  partsIn(type, type.namespaced ? [namespace] : undefined, type.resource);
  const place = namespace === '' ? {} : { namespace };
  const rows = readObjects(reader, { typeId: type.rowTypeId, ...place, labels, fields: [] }, 'row');
  const names = Array.from(rows, (row) => row.name).filter((each) => each.startsWith(name ?? ''));
  if (name !== undefined && names.length === 0) throw notFoundObject(type, { namespace, name, isChosen: false });
  return names.map((each) => graph.find({ group, kind, namespace, name: each }));
}
