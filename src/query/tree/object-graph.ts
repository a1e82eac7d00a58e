import { keyRange, namespaceOfKey } from '../../core/key-range.ts';
import { apiVersion } from '../../core/api-resource.ts';
import { parseJson } from '../../core/canonical-json.ts';
import { asArray, asObject, asString, type JsonObject } from '../../core/json.ts';
import { matchesLabels } from '../../core/selector/label-requirement.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { isShown } from '../hidden-rows.ts';
import type { LookedPlaces } from '../looked-places.ts';
import type { MirrorType } from '../mirror-type.ts';
import { readObjects, type ObjectRow } from '../object-query.ts';
import { typeAt } from '../type-places.ts';
import { objectReferences, podTemplate } from './object-references.ts';
import type { ObjectName, ObjectReference, SelectorReference } from './reference.ts';
import { possibleReferrers, usualDependent } from './referrers.ts';

/** An object of the graph. */
export interface GraphObject extends ObjectName {
  /** `VERSION` or `GROUP/VERSION`; empty where the type is not known. */
  readonly apiVersion: string;
  /** `unknown`: its type is not mirrored, not complete, or may not be read. */
  readonly state: 'present' | 'missing' | 'unknown';
  /** Set where it is present. */
  readonly stored: StoredObject | undefined;
}

/** A present object as the store has it. */
export interface StoredObject {
  readonly id: number;
  readonly type: MirrorType;
  readonly uid: string;
  /** Epoch milliseconds. */
  readonly createdAtMs: number | null;
  /** JSON of the printed cells. */
  readonly cells: string;
}

/** One object that has to do with another one. */
export interface Link {
  /** What the referrer does: `uses`, `selects`, … */
  readonly verb: string;
  readonly object: GraphObject;
  readonly isOptional: boolean;
}

interface Row {
  readonly id: number;
  readonly type_id: number;
  readonly key: string;
  readonly name: string;
  readonly uid: string;
  readonly created_at: number | null;
  readonly cells: string;
}

const rowColumns =
  'object.id, object.type_id, object.key, object.name, object.uid, object.created_at, json(object.cells) as cells';

/** The objects of a mirror and what they have to do with each other; each answer reads only what it needs. */
export class ObjectGraph {
  readonly #reader: MirrorReader;
  readonly #byId: ReadonlyMap<number, MirrorType>;
  readonly #byKind: ReadonlyMap<string, MirrorType>;
  readonly #types: readonly MirrorType[];
  readonly #looked: LookedPlaces;
  readonly #shown: string;
  readonly #used = new Map<number, MirrorType>();

  /**
   * @param types every type in its stored version, without aliases
   * @param looked where the graph says what it looked for: what is refused there, or not mirrored, it does not have
   */
  constructor(reader: MirrorReader, types: readonly MirrorType[], looked: LookedPlaces) {
    this.#reader = reader;
    this.#types = types;
    this.#looked = looked;
    this.#byId = new Map(types.map((type) => [type.rowTypeId, type]));
    this.#byKind = new Map(types.map((type) => [`${type.group}/${type.kind}`, type]));
    this.#shown = isShown(reader.sqlite);
  }

  /** The types that answers came from so far. */
  get usedTypes(): readonly MirrorType[] {
    return [...this.#used.values()];
  }

  /** The object of that name, present or not. */
  find(name: ObjectName): GraphObject {
    const type = this.#typeOf(name.group, name.kind);
    if (type === undefined) return absent(name, type, 'unknown');
    this.#looked.add(type, name.namespace);
    const { scope } = typeAt(type, name.namespace === '' ? undefined : name.namespace);
    if (scope === undefined || scope.phase === 'denied') return absent(name, type, 'unknown');
    const key = type.namespaced ? `${name.namespace}/${name.name}` : name.name;
    const row = this.#rows('where object.type_id = ? and object.key = ?', type.rowTypeId, key)[0];
    if (row !== undefined) return this.#present(row, type);
    return absent(name, type, scope.complete ? 'missing' : 'unknown');
  }

  /** Whether every object of a kind in a namespace is known. */
  hasAll({ group, kind, namespace }: Omit<ObjectName, 'name'>): boolean {
    const type = this.#typeOf(group, kind);
    const scope = type && typeAt(type, namespace).scope;
    return scope !== undefined && scope.phase !== 'denied' && scope.complete;
  }

  /** Objects with an owner reference to this one, in order of type and name. */
  owned(object: GraphObject): readonly GraphObject[] {
    const { stored, namespace } = object;
    if (stored === undefined) return [];
    const usual = usualDependent(object);
    const type = usual && this.#typeOf(usual.group, usual.kind);
    if (type !== undefined) this.#looked.add(type, namespace);
    this.#looked.addAny(this.#types, namespace);
    const rows = this.#rows(
      `join owner on owner.object_id = object.id where owner_uid = ? order by object.type_id, object.key`,
      stored.uid,
    );
    return rows.flatMap((row) => this.#ofRow(row) ?? []);
  }

  /** The object that owns this one: its controller, else its first owner. */
  owner(object: GraphObject): GraphObject | undefined {
    const references = asArray(asObject(this.body(object)['metadata'])['ownerReferences']).map(asObject);
    const reference = references.find((each) => each['controller'] === true) ?? references[0];
    if (reference === undefined) return undefined;
    const row = this.#rows('where object.uid = ?', asString(reference['uid']))[0];
    const found = row === undefined ? undefined : this.#ofRow(row);
    if (found !== undefined) return found;
    const [group = '', version] = asString(reference['apiVersion']).split('/');
    const name = {
      group: version === undefined ? '' : group,
      kind: asString(reference['kind']),
      name: asString(reference['name']),
    };
    const type = this.#typeOf(name.group, name.kind);
    const place = { ...name, namespace: type?.namespaced === false ? '' : object.namespace };
    // One of that name with another uid is another object.
    const { state } = this.find(place);
    return absent(place, type, state === 'present' ? 'missing' : state);
  }

  /** The object itself; empty where it is not present. */
  body({ stored }: GraphObject): JsonObject {
    if (stored === undefined) return {};
    const json = this.#reader.sqlite.prepare('select json from body where object_id = ?').pluck().get(stored.id);
    return asObject(parseJson(typeof json === 'string' ? json : '{}'));
  }

  /** What the object refers to by name or by labels. */
  references(object: GraphObject): readonly Link[] {
    const { objects, selectors } = objectReferences({ ...object, object: this.body(object) });
    const named = objects.map((reference): Link => {
      const type = this.#typeOf(reference.group, reference.kind);
      const namespace = type?.namespaced === false ? '' : reference.namespace;
      return { verb: reference.verb, object: this.find({ ...reference, namespace }), isOptional: reference.isOptional };
    });
    const chosen = selectors.flatMap((selector) =>
      this.#selected(selector).map((each): Link => ({ verb: selector.verb, object: each, isOptional: false })),
    );
    return [...named, ...chosen];
  }

  /** What refers to the object by name or by labels, but for what another object makes of a template. */
  referrers(target: GraphObject): readonly Link[] {
    if (target.group === '' && target.kind === 'Node') return this.#podsOn(target.name);
    const labels = this.#labelsOf(target);
    return possibleReferrers(target).flatMap(({ group, kind }): readonly Link[] => {
      const type = this.#typeOf(group, kind);
      if (type === undefined) return [];
      return this.#candidates(type, target).flatMap((object): readonly Link[] => {
        const { objects, selectors } = objectReferences({ ...object, object: this.body(object) });
        const direct = objects.find((each) => isSame(each, target));
        if (direct !== undefined) return [{ verb: direct.verb, object, isOptional: direct.isOptional }];
        const chosen = selectors.find((each) => labels !== undefined && isChosen(each, target, labels));
        return chosen === undefined ? [] : [{ verb: chosen.verb, object, isOptional: false }];
      });
    });
  }

  /** Objects of a type that may refer to the target: what names it has its name, what chooses it is in its namespace. */
  #candidates(type: MirrorType, target: GraphObject): readonly GraphObject[] {
    this.#looked.add(type, type.namespaced ? target.namespace : '');
    const isOwned = 'exists (select 1 from owner where owner.object_id = object.id)';
    const place = type.namespaced && target.namespace !== '' ? `and object.key >= ? and object.key < ?` : '';
    const range = place === '' ? [] : Object.values(keyRange(target.namespace));
    const byLabels = selecting.has(`${type.group}/${type.kind}`);
    const rows = this.#rows(
      `join body on body.object_id = object.id where object.type_id = ? ${place}
       and (? or instr(body.json, ?) > 0) and not (${type.kind === 'Pod' ? isOwned : 'false'}) order by object.key`,
      type.rowTypeId,
      ...range,
      byLabels ? 1 : 0,
      JSON.stringify(target.name),
    );
    return rows.map((row) => this.#present(row, type));
  }

  /** The labels by which the object, or the pods of its template, may be chosen. */
  #labelsOf(target: GraphObject): JsonObject | undefined {
    const object = this.body(target);
    const template = podTemplate({ ...target, object });
    if (template !== undefined) return asObject(asObject(template['metadata'])['labels']);
    return target.kind === 'Pod' ? asObject(asObject(object['metadata'])['labels']) : undefined;
  }

  #podsOn(node: string): readonly Link[] {
    const type = this.#typeOf('', 'Pod');
    if (type === undefined) return [];
    this.#looked.add(type, '');
    const fields = [{ field: 'spec.nodeName', operator: 'equals', value: node }] as const;
    const rows = readObjects(this.#reader, { typeId: type.rowTypeId, labels: [], fields }, 'row');
    return this.#presentOf(type, rows).map((object): Link => ({ verb: 'runs on', object, isOptional: false }));
  }

  #selected({ group, kind, namespace, labels }: SelectorReference): readonly GraphObject[] {
    const type = this.#typeOf(group, kind);
    if (type === undefined) return [];
    this.#looked.add(type, namespace);
    const rows = readObjects(this.#reader, { typeId: type.rowTypeId, namespace, labels, fields: [] }, 'row');
    return this.#presentOf(type, rows);
  }

  /** The objects of rows; those that are hidden now are left out. */
  #presentOf({ group, kind }: MirrorType, rows: Iterable<ObjectRow>): readonly GraphObject[] {
    return Array.from(rows, (row) => this.find({ group, kind, namespace: namespaceOfKey(row), name: row.name })).filter(
      ({ state }) => state === 'present',
    );
  }

  #typeOf(group: string, kind: string): MirrorType | undefined {
    const type = this.#byKind.get(`${group}/${kind}`);
    if (type !== undefined) this.#used.set(type.rowTypeId, type);
    return type;
  }

  #ofRow(row: Row): GraphObject | undefined {
    const type = this.#byId.get(row.type_id);
    if (type === undefined) return undefined;
    this.#used.set(type.rowTypeId, type);
    return this.#present(row, type);
  }

  #present(row: Row, type: MirrorType): GraphObject {
    const { group, kind } = type;
    const stored = { id: row.id, type, uid: row.uid, createdAtMs: row.created_at, cells: row.cells };
    const namespace = namespaceOfKey(row);
    return { group, kind, apiVersion: apiVersion(type), namespace, name: row.name, state: 'present', stored };
  }

  #rows(rest: string, ...values: readonly unknown[]): readonly Row[] {
    const [before = '', after = ''] = rest.split(/ order by /);
    const order = after === '' ? '' : ` order by ${after}`;
    return this.#reader.sqlite
      .prepare(`select ${rowColumns} from object ${before} and ${this.#shown}${order}`)
      .all(...values) as Row[];
  }
}

/** Kinds that choose others by labels, `group/Kind`. */
const selecting: ReadonlySet<string> = new Set([
  '/Service',
  'networking.k8s.io/NetworkPolicy',
  'policy/PodDisruptionBudget',
]);

function absent(name: ObjectName, type: MirrorType | undefined, state: 'missing' | 'unknown'): GraphObject {
  const { group, kind, namespace, name: own } = name;
  const version = type === undefined ? '' : apiVersion(type);
  return { group, kind, namespace, name: own, apiVersion: version, state, stored: undefined };
}

function isSame(reference: ObjectReference, target: ObjectName): boolean {
  return (
    reference.group === target.group &&
    reference.kind === target.kind &&
    reference.name === target.name &&
    (target.namespace === '' || reference.namespace === target.namespace)
  );
}

function isChosen(selector: SelectorReference, target: ObjectName, labels: JsonObject): boolean {
  return selector.namespace === target.namespace && matchesLabels(selector.labels, labels);
}
