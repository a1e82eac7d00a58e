import type { ApiResource } from '../core/api-resource.ts';
import { asArray, asObject, asString, isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { messageOf } from '../errors/navi-error.ts';
import { failure, RequestFailed } from './failure.ts';
import type { Transport } from './transport.ts';

/** A type in one served version, in the server's order. */
export interface DiscoveredType extends ApiResource {
  /** Order of its group, from 0. */
  readonly groupPosition: number;
}

/** What the server serves. */
export interface Discovery {
  /** Groups in the server's order, versions of a group preferred first, types in the server's order. */
  readonly types: readonly DiscoveredType[];
  /** `group/version` entries whose types could not be told (aggregated APIs that are away): nothing may be concluded of them. */
  readonly unknown: readonly string[];
}

/** gitVersion and minor number of the API server. */
export interface ServerVersion {
  readonly gitVersion: string;
  readonly minor: number;
}

const aggregated =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

/** @throws RequestFailed */
export async function fetchServerVersion(transport: Transport): Promise<ServerVersion> {
  const body = await getObject(transport, '/version');
  return { gitVersion: asString(body['gitVersion']), minor: Number.parseInt(asString(body['minor']), 10) || 0 };
}

/**
 * Asks for all served types: two requests where the server has aggregated discovery (1.26 and later), one per
 * group-version otherwise.
 * @throws RequestFailed when the group lists cannot be had; single groups that fail are listed as unknown.
 */
export async function discover(transport: Transport): Promise<Discovery> {
  const core = await getObject(transport, '/api', aggregated);
  const named = await getObject(transport, '/apis', aggregated);
  const found: Found = { types: [], unknown: [], groupCount: 0 };
  for (const document of [core, named]) {
    if (document['kind'] === 'APIGroupDiscoveryList') readAggregated(document, found);
    else await readPlain(transport, document, found);
  }
  return { types: found.types.filter(hasPlainNames), unknown: found.unknown };
}

/** An aggregated API server names its own types: one called `../../../api/v1/secrets` would be asked for as those are. */
function hasPlainNames({ group, version, resource }: DiscoveredType): boolean {
  return [group || version, version, resource].every((name) => /^[\w:-][\w.:-]*$/.test(name));
}

interface Found {
  readonly types: DiscoveredType[];
  readonly unknown: string[];
  groupCount: number;
}

function readAggregated(document: JsonObject, found: Found): void {
  for (const item of asArray(document['items'])) {
    const groupPosition = found.groupCount++;
    const group = asString(asObject(asObject(item)['metadata'])['name']);
    for (const entry of asArray(asObject(item)['versions'])) {
      const version = asString(asObject(entry)['version']);
      if (asObject(entry)['freshness'] === 'Stale') found.unknown.push(groupVersion(group, version));
      for (const resource of asArray(asObject(entry)['resources'])) {
        const fields = asObject(resource);
        found.types.push({
          group,
          version,
          resource: asString(fields['resource']),
          singular: asString(fields['singularResource']),
          kind: asString(asObject(fields['responseKind'])['kind']),
          namespaced: fields['scope'] === 'Namespaced',
          shortNames: strings(fields['shortNames']),
          categories: strings(fields['categories']),
          verbs: strings(fields['verbs']),
          groupPosition,
        });
      }
    }
  }
}

/** The documents of servers without aggregated discovery: `/api` lists versions, `/apis` lists groups. */
async function readPlain(transport: Transport, document: JsonObject, found: Found): Promise<void> {
  const groups: readonly PlainGroup[] = Array.isArray(document['groups'])
    ? asArray(document['groups']).map(plainGroup)
    : [{ group: '', versions: strings(document['versions']) }];
  for (const { group, versions } of groups) {
    const groupPosition = found.groupCount++;
    for (const version of versions) await readGroupVersion(transport, { group, version, groupPosition }, found);
  }
}

async function readGroupVersion(transport: Transport, at: GroupVersionPosition, found: Found): Promise<void> {
  const name = groupVersion(at.group, at.version);
  try {
    readResourceList(await getObject(transport, at.group === '' ? `/api/${at.version}` : `/apis/${name}`), at, found);
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error;
    found.unknown.push(name);
  }
}

type GroupVersionPosition = Pick<DiscoveredType, 'group' | 'version' | 'groupPosition'>;

interface PlainGroup {
  readonly group: string;
  readonly versions: readonly string[];
}

function plainGroup(item: Json): PlainGroup {
  const fields = asObject(item);
  const preferred = asString(asObject(fields['preferredVersion'])['version']);
  const versions = asArray(fields['versions']).map((entry) => asString(asObject(entry)['version']));
  return {
    group: asString(fields['name']),
    versions: [preferred, ...versions.filter((version) => version !== preferred)],
  };
}

function readResourceList(list: JsonObject, at: GroupVersionPosition, found: Found): void {
  for (const resource of asArray(list['resources'])) {
    const fields = asObject(resource);
    const name = asString(fields['name']);
    if (name.includes('/')) continue;
    found.types.push({
      ...at,
      resource: name,
      singular: asString(fields['singularName']) || asString(fields['kind']).toLowerCase(),
      kind: asString(fields['kind']),
      namespaced: fields['namespaced'] === true,
      shortNames: strings(fields['shortNames']),
      categories: strings(fields['categories']),
      verbs: strings(fields['verbs']),
    });
  }
}

async function getObject(transport: Transport, path: string, accept?: string): Promise<JsonObject> {
  const answer = await transport.get(path, { accept });
  let body: Json;
  try {
    body = JSON.parse(answer.text) as Json;
  } catch (error) {
    throw new RequestFailed(failure('not-api', `${path} is no JSON: ${messageOf(error)}`), error);
  }
  if (!isJsonObject(body)) throw new RequestFailed(failure('not-api', `${path} is no JSON object`));
  return body;
}

const groupVersion = (group: string, version: string): string => (group === '' ? version : `${group}/${version}`);

const strings = (value: Json | undefined): readonly string[] => asArray(value).map((entry) => asString(entry));
