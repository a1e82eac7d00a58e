import { asArray, asObject, asString, isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import type { KubeObject } from '../../core/kube-object.ts';
import type { CustomColumn } from '../../derive/table-definition.ts';

/** A type of a source, as the first line of its program's output has it. */
export interface SourceType {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Plural. */
  readonly resource: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly columns: readonly CustomColumn[];
}

/** Everything that one run of a program told. */
export interface SourceOutput {
  readonly types: readonly SourceType[];
  /** By `apiVersion kind`, in the order in which they were printed; every type has its list. */
  readonly objects: ReadonlyMap<string, readonly KubeObject[]>;
}

/** Key of the objects of a type. */
export function typeKey({ group, version, kind }: Pick<SourceType, 'group' | 'version' | 'kind'>): string {
  return `${group}/${version} ${kind}`;
}

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** Groups of Kubernetes itself are not a source's: their objects would be taken for what they are there, Secrets too. */
const group = /^(?!.*(^|\.)k8s\.io$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/;
const version = /^v\d+((alpha|beta)\d+)?$/;
const kindForm = /^[A-Z][A-Za-z0-9]{0,62}$/;

/** What has to be wrong with a line for it to be refused. */
class Unusable extends Error {}

/**
 * Reads what a program printed: lines of JSON, the first one with its `types`, each other one an object of one of them. All of it, or,
 * where anything is wrong, why none of it can be used: a line that is passed over would be an object that is deleted.
 */
export function readSourceOutput(text: string): SourceOutput | string {
  const [first = '', ...rest] = text.split('\n');
  try {
    const types = readTypes(parsed(first, 1));
    const objects = new Map<string, KubeObject[]>(types.map((type) => [typeKey(type), []]));
    const byKey = new Map(types.map((type) => [typeKey(type), type]));
    const seen = new Set<string>();
    for (const [index, line] of rest.entries()) {
      if (line.trim() === '') continue;
      const number = index + 2;
      const object = parsed(line, number);
      const key = `${asString(object['apiVersion'])} ${asString(object['kind'])}`;
      const type = byKey.get(key);
      if (type === undefined) throw new Unusable(`line ${number} is of no type that the first line names`);
      const read = readObject(object, type, number);
      const place = `${key} ${read.metadata.namespace ?? ''}/${read.metadata.name}`;
      if (seen.has(place)) throw new Unusable(`line ${number} is of an object that was printed before`);
      seen.add(place);
      objects.get(key)?.push(read);
    }
    return { types, objects };
  } catch (error) {
    if (error instanceof Unusable) return error.message;
    throw error;
  }
}

function parsed(line: string, number: number): JsonObject {
  let value: Json;
  try {
    value = JSON.parse(line) as Json;
  } catch {
    throw new Unusable(`line ${number} is no JSON`);
  }
  if (!isJsonObject(value)) throw new Unusable(`line ${number} is no JSON object`);
  return value;
}

function readTypes(line: JsonObject): readonly SourceType[] {
  const types = asArray(line['types']).map((entry) => readType(asObject(entry)));
  if (types.length === 0) throw new Unusable('line 1 names no types');
  if (new Set(types.map((type) => `${type.resource}.${type.group}`)).size < types.length)
    throw new Unusable('line 1 names a type twice');
  return types;
}

function readType(entry: JsonObject): SourceType {
  const [ownGroup = '', ownVersion = ''] = asString(entry['apiVersion']).split('/');
  const [kind, resource] = [asString(entry['kind']), asString(entry['resource'])];
  const must = (isRight: boolean, what: string): void => {
    if (!isRight) throw new Unusable(`line 1 has a type whose ${what}`);
  };
  must(group.test(ownGroup) && version.test(ownVersion), 'apiVersion is no GROUP/VERSION with a group of its own');
  must(kindForm.test(kind), 'kind is none');
  must(label.test(resource), 'resource is no plural in lower case');
  const shortNames = asArray(entry['shortNames']).map((name) => asString(name));
  must(
    shortNames.every((name) => label.test(name)),
    'shortNames are none',
  );
  return {
    group: ownGroup,
    version: ownVersion,
    kind,
    resource,
    namespaced: entry['namespaced'] === true,
    shortNames,
    columns: asArray(entry['columns']).map((column) => readColumn(asObject(column))),
  };
}

const columnTypes = ['string', 'integer', 'number', 'boolean', 'date'];

function readColumn({ name, type, jsonPath, priority }: JsonObject): CustomColumn {
  const given = asString(type) || 'string';
  if (asString(name) === '' || asString(jsonPath) === '' || !columnTypes.includes(given))
    throw new Unusable(
      `line 1 has a column without name or jsonPath, or whose type is none of ${columnTypes.join(', ')}`,
    );
  return {
    name: asString(name),
    type: given,
    format: '',
    priority: priority === 1 ? 1 : 0,
    jsonPath: asString(jsonPath),
  };
}

/** The object, without what a cluster would count: a state is known by what it holds. */
function readObject(object: JsonObject, type: SourceType, number: number): KubeObject {
  const { resourceVersion: _version, managedFields: _fields, ...metadata } = asObject(object['metadata']);
  const { name, namespace } = metadata;
  const isName = (value: Json | undefined): boolean =>
    typeof value === 'string' &&
    value !== '' &&
    value.length <= 253 &&
    !/[/%\0-\x20\x7F]/.test(value) &&
    !/^\.\.?$/.test(value);
  if (!isName(name)) throw new Unusable(`line ${number} has no metadata.name that could be one`);
  if (type.namespaced ? !isName(namespace) : namespace !== undefined)
    throw new Unusable(`line ${number} ${type.namespaced ? 'lacks a metadata.namespace' : 'has a metadata.namespace'}`);
  return { ...object, metadata } as unknown as KubeObject;
}
