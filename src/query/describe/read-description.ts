import { asArray, asObject, asString, type JsonObject } from '../../core/json.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { readContainers, type ContainerRow } from '../container-rows.ts';
import { buildTree, type TreeNode } from '../tree/build-tree.ts';
import type { EventFacts } from '../events/event-facts.ts';
import type { GraphObject, ObjectGraph } from '../tree/object-graph.ts';
import { newestChanges } from '../../store/rebuild-state.ts';
import { toldChange, type ObjectChange } from '../history/object-changes.ts';

/** A condition of an object. */
export interface ObjectCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  /** Epoch milliseconds; null where it does not say. */
  readonly sinceMs: number | null;
}

/** All that is known of an object. */
export interface Description {
  readonly object: GraphObject;
  /** As it is stored, without managedFields. */
  readonly body: JsonObject;
  /** Of a pod; empty for other kinds. */
  readonly containers: readonly ContainerRow[];
  readonly conditions: readonly ObjectCondition[];
  /** Its owners, and what belongs to it. */
  readonly related: TreeNode;
  /** The newest first. */
  readonly changes: readonly ObjectChange[];
  /** The newest first. */
  readonly events: readonly EventFacts[];
}

/** Most changes that are looked at: each costs the state before it. */
const changeCountMax = 10;

/** What a description is read from. */
export interface DescriptionSource {
  readonly reader: MirrorReader;
  readonly graph: ObjectGraph;
  /** The events about the object of a uid in a namespace, the newest first. */
  readonly eventsOf: (uid: string, namespace: string) => readonly EventFacts[];
}

/** All that is known of an object that is present. */
export function readDescription({ reader, graph, eventsOf }: DescriptionSource, object: GraphObject): Description {
  const { stored, namespace, name, kind, group } = object;
  const body = graph.body(object);
  const typeId = stored?.type.rowTypeId ?? 0;
  const key = namespace === '' ? name : `${namespace}/${name}`;
  const isPod = group === '' && kind === 'Pod';
  // Before what is related: of all that a notice may have to tell, missing events come first.
  const events = eventsOf(stored?.uid ?? '', namespace);
  return {
    object,
    body,
    containers: isPod
      ? readContainers(reader, typeId, [namespace], { sql: 'object.name = ?', parameters: [name] })
      : [],
    conditions: asArray(asObject(body['status'])['conditions']).map((each) => condition(asObject(each))),
    related: buildTree(graph, object),
    changes: newestChanges(reader.sqlite, { typeId, key }, changeCountMax).map(toldChange),
    events,
  };
}

function condition(each: JsonObject): ObjectCondition {
  const times = [each['lastTransitionTime'], each['lastUpdateTime']].map(asString);
  const at = Date.parse(times.find((time) => time !== '') ?? '');
  return {
    type: asString(each['type']),
    status: asString(each['status']),
    reason: asString(each['reason']),
    message: asString(each['message']),
    sinceMs: Number.isNaN(at) ? null : at,
  };
}
