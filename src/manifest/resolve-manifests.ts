/** From the objects of manifests to what is asked of the mirror, with the choices and the errors of kubectl 1.36. */
import type { ApiResource } from '../core/api-resource.ts';
import { goQuote } from '../core/go-quote.ts';
import { type JsonObject, asObject } from '../core/json.ts';
import { type ManifestEntry, type ManifestFault, type ManifestObject, manifestFault } from './manifest-entry.ts';

/** One object to look up. */
export interface ManifestRequest<Entry extends ApiResource> {
  readonly form: 'request';
  readonly type: Entry;
  /** Not empty; it may still be a name that kubectl refuses to ask for. */
  readonly name: string;
  /** Undefined for a type without namespaces. */
  readonly namespace: string | undefined;
  /**
   * The namespace whose absence kubectl tells instead of the object's (`namespaces "x" not found`), even for a type
   * without namespaces whose manifest names one; undefined for `default` and where there is none.
   */
  readonly doubtedNamespace: string | undefined;
  /** Told in place of an object that was found: its namespace is not the one of `--namespace`. */
  readonly namespaceFault: string | undefined;
  /** The whole object as the manifest has it. */
  readonly body: JsonObject;
}

/** An object without a name: nothing is looked up, kubectl prints what the manifest has. */
export interface LocalObject<Entry extends ApiResource> {
  readonly form: 'local';
  readonly type: Entry;
  /** With the namespace it would have. */
  readonly object: JsonObject;
  /** Told in place of the object. */
  readonly namespaceFault: string | undefined;
}

/** An object whose path the server does not know. */
export interface UnservedObject {
  readonly form: 'unserved';
}

/** The members of a list, whose errors are told together. */
export interface ResolvedList<Entry extends ApiResource> {
  readonly form: 'list';
  readonly items: readonly ResolvedObject<Entry>[];
}

export type ResolvedObject<Entry extends ApiResource> =
  | ManifestRequest<Entry>
  | LocalObject<Entry>
  | UnservedObject
  | ManifestFault;

export type ResolvedManifest<Entry extends ApiResource> = ResolvedObject<Entry> | ResolvedList<Entry>;

/** Where objects are looked for. */
export interface ManifestScope {
  /** That of `--namespace` or of the context: for objects that name none. */
  readonly namespace: string;
  /** Whether `--namespace` is given: objects that name another one are refused. */
  readonly isNamespaceGiven: boolean;
  /** `-A`: objects that name no namespace are refused, and `--namespace` counts for nothing. */
  readonly allNamespaces: boolean;
}

/** Resolves every entry over all served versions of all types, in the order of entries. */
export function resolveManifests<Entry extends ApiResource>(
  entries: readonly ManifestEntry[],
  types: readonly Entry[],
  scope: ManifestScope,
): readonly ResolvedManifest<Entry>[] {
  return entries.map((entry) => {
    if (entry.form === 'fault') return entry;
    const head = entry.form === 'list' ? entry.head : entry;
    const known = findType(head, types);
    if (known === undefined) return unknownKind(head, noMatches(head));
    if (entry.form === 'object') return resolveKnown(entry, known, scope);
    if ('form' in entry.items) return entry.items;
    return { form: 'list', items: entry.items.map((item) => resolveItem(item, types, scope)) };
  });
}

function resolveItem<Entry extends ApiResource>(
  item: ManifestObject | ManifestFault,
  types: readonly Entry[],
  scope: ManifestScope,
): ResolvedObject<Entry> {
  if (item.form === 'fault') return item;
  const known = findType(item, types);
  return known === undefined
    ? manifestFault(`unable to recognize ${noMatches(item)}`)
    : resolveKnown(item, known, scope);
}

/** What a kind is: a type, or a list of it that no path leads to. */
interface KnownKind<Entry extends ApiResource> {
  readonly type: Entry;
  readonly isList: boolean;
}

/**
 * Kinds are found as they are, in lower case, with `List` behind them, and as plain `List` in every group and version.
 * Without a version any one of the group will do, for finding the type.
 */
function findType<Entry extends ApiResource>(
  object: ManifestObject,
  types: readonly Entry[],
): KnownKind<Entry> | undefined {
  const { group, version } = groupVersionOf(object);
  const candidates = types.filter((type) => type.group === group && (version === '' || type.version === version));
  const { kind } = object;
  // Of two types of one kind in one version kubectl's map keeps the later one.
  const type = candidates.findLast((each) => each.kind === kind || each.kind.toLowerCase() === kind);
  if (type !== undefined) return { type, isList: false };
  const listed = candidates.findLast((each) => kind === 'List' || `${each.kind}List` === kind);
  return listed === undefined ? undefined : { type: listed, isList: true };
}

function groupVersionOf(object: ManifestObject): { readonly group: string; readonly version: string } {
  const slash = object.apiVersion.indexOf('/');
  return { group: object.apiVersion.slice(0, Math.max(slash, 0)), version: object.apiVersion.slice(slash + 1) };
}

function noMatches(object: ManifestObject): string {
  const { group, version } = groupVersionOf(object);
  const shown = group === '' ? version : `${group}/${version}`;
  return `no matches for kind ${goQuote(object.kind)} in version ${goQuote(shown)}`;
}

function unknownKind({ name, namespace, source }: ManifestObject, why: string): ManifestFault {
  const place = `name: ${goQuote(name)} namespace: ${goQuote(namespace)} from ${goQuote(source)}`;
  return manifestFault(`resource mapping not found for ${place}: ${why}\nensure CRDs are installed first`);
}

function resolveKnown<Entry extends ApiResource>(
  object: ManifestObject,
  known: KnownKind<Entry>,
  scope: ManifestScope,
): ResolvedObject<Entry> {
  const { type } = known;
  // The kind `List` has no namespaces in kubectl's map, whatever else is in its version.
  const isNamespaced = type.namespaced && object.kind !== 'List';
  const given = scope.allNamespaces ? '' : scope.namespace;
  const namespace = isNamespaced && object.namespace === '' ? given : object.namespace;
  const namespaceFault = isNamespaced ? faultOfNamespace(object, scope) : undefined;
  if (object.name === '') {
    return { form: 'local', type, object: localObject(object, isNamespaced ? namespace : ''), namespaceFault };
  }
  if (isNamespaced && namespace === '') {
    const path = `${type.group}/${type.version}, Resource=${resourceOf(object, known)}`;
    return manifestFault(`no namespace set on resource ${path} ${goQuote(object.name)}`);
  }
  if (known.isList || groupVersionOf(object).version === '') return { form: 'unserved' };
  return {
    form: 'request',
    type,
    name: object.name,
    namespace: isNamespaced ? namespace : undefined,
    doubtedNamespace: namespace === '' || namespace === 'default' ? undefined : namespace,
    namespaceFault,
    body: object.body,
  };
}

function resourceOf(object: ManifestObject, known: KnownKind<ApiResource>): string {
  return known.isList ? `${object.kind.toLowerCase()}s` : known.type.resource;
}

function faultOfNamespace(object: ManifestObject, scope: ManifestScope): string | undefined {
  const { namespace } = object;
  const isFine = namespace === '' || namespace === scope.namespace;
  if (isFine || !scope.isNamespaceGiven || scope.allNamespaces) return undefined;
  return (
    `the namespace from the provided object ${goQuote(namespace)} does not match the namespace ` +
    `${goQuote(scope.namespace)}. You must pass '--namespace=${namespace}' to perform this operation.`
  );
}

/** The object with its namespace set or, where it has none, taken away. Metadata that is null stays so. */
function localObject(object: ManifestObject, namespace: string): JsonObject {
  const { body } = object;
  if (namespace === object.namespace || body['metadata'] === null) return body;
  const { namespace: _, ...metadata } = asObject(body['metadata']);
  return { ...body, metadata: namespace === '' ? metadata : { ...metadata, namespace } };
}
