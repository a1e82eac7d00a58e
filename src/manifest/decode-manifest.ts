/** From the JSON of a document to the objects it names, as kubectl 1.36 decodes it. */
import { parseJson } from '../core/canonical-json.ts';
import { goQuote } from '../core/go-quote.ts';
import { type Json, type JsonObject, asObject, asString, isJsonObject } from '../core/json.ts';
import {
  type ManifestEntry,
  type ManifestFault,
  type ManifestList,
  type ManifestObject,
  manifestFault,
} from './manifest-entry.ts';
import { jsonTypeName, metadataFault } from './metadata-fault.ts';

/** The entry of one document; `json` is its text, which one of the errors quotes. */
export function decodeManifest(json: string, source: string): ManifestEntry {
  const value = parseJson(json);
  if (!isJsonObject(value)) {
    return undecoded(
      source,
      `json: cannot unmarshal ${jsonTypeName(value)} into Go value of type unstructured.detector`,
    );
  }
  const items = value['items'];
  const itemFault = items === undefined ? undefined : faultOfItems(items);
  if (itemFault !== undefined) return undecoded(source, itemFault);
  const head = objectOf(value, source);
  if (head.kind === '' || !hasGroupVersion(head.apiVersion)) {
    return undecoded(source, `Object 'Kind' is missing in '${json}'`);
  }
  const fault = metadataFault(value);
  if (fault !== undefined) return undecoded(source, fault);
  if (items === undefined) return head;
  return { form: 'list', head, items: itemsOf((items ?? []) as readonly Json[], head) };
}

function undecoded(source: string, why: string): ManifestFault {
  return manifestFault(`unable to decode ${goQuote(source)}: ${why}`);
}

function faultOfItems(items: Json): string | undefined {
  if (items === null) return undefined;
  if (!Array.isArray(items)) {
    return `json: cannot unmarshal ${jsonTypeName(items)} into Go struct field decodeList.items of type []json.RawMessage`;
  }
  const wrong = (items as readonly Json[]).find((item) => item !== null && !isJsonObject(item));
  return wrong === undefined
    ? undefined
    : `json: cannot unmarshal ${jsonTypeName(wrong)} into Go value of type map[string]interface {}`;
}

function objectOf(body: JsonObject, source: string): ManifestObject {
  const metadata = asObject(body['metadata']);
  return {
    form: 'object',
    source,
    apiVersion: asString(body['apiVersion']),
    kind: asString(body['kind']),
    namespace: asString(metadata['namespace']),
    name: asString(metadata['name']),
    body,
  };
}

/** Whether a text is a version or a group and a version; an empty one is. */
function hasGroupVersion(apiVersion: string): boolean {
  return apiVersion.split('/').length <= 2;
}

/** Items without a type of their own are of the list's; a list among them fails the whole list. */
function itemsOf(items: readonly Json[], head: ManifestObject): ManifestList['items'] {
  const bodies = items.map((item) => itemBody(asObject(item), head));
  if (bodies.some((body) => Array.isArray(body['items']))) {
    return manifestFault('*unstructured.Unstructured is not a list: no Items field in this object');
  }
  return bodies.map((body) => {
    const item = objectOf(body, head.source);
    // A group and version that cannot be told apart leave no kind either.
    const isTyped = hasGroupVersion(item.apiVersion);
    if (item.kind === '' || !isTyped) return untyped('Kind', 'kind', ' ');
    return item.apiVersion.split('/').at(-1) === '' ? untyped('apiVersion', 'apiVersion', '') : item;
  });
}

function itemBody(item: JsonObject, head: ManifestObject): JsonObject {
  if (asString(item['kind']) !== '' || asString(item['apiVersion']) !== '') return item;
  return { ...item, kind: head.kind.replace(/List$/, ''), apiVersion: head.apiVersion };
}

function untyped(name: string, field: string, end: string): ManifestFault {
  return manifestFault(
    `unable to get type info from the object "*unstructured.Unstructured": Object '${name}' is missing in 'object has no ${field} field${end}'`,
  );
}
