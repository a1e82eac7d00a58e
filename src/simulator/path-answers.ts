import { createHash } from 'node:crypto';
import type { JsonObject } from '../core/json.ts';
import { acceptedDiscoveryForm } from './accepted-form.ts';
import { methodNotAllowed, typeNotFound } from './api-status.ts';
import type { ClusterState } from './cluster-state.ts';
import { aggregatedDiscovery, coreVersions, groupDocument, groupList, resourceList } from './discovery-documents.ts';
import { goJson, goJsonIndented } from './go-json.ts';
import type { Answer } from './reply.ts';
import type { ServedGroup } from './type-registry.ts';

/** A request for a path that is no type's. */
export interface PathRequest {
  readonly state: ClusterState;
  readonly verb: string;
  readonly path: string;
  readonly accept: string | undefined;
  readonly ifNoneMatch: string | undefined;
  /** Host and port of the server. */
  readonly address: string;
  readonly serverMinor: number;
}

/** A text answer, such as `ok` or `404 page not found`. */
function textAnswer(status: number, body: string): Answer {
  const headers = { 'x-content-type-options': 'nosniff' };
  return { status, contentType: 'text/plain; charset=utf-8', headers, body };
}

/** What a path is answered with that nobody serves. */
export function pageNotFound(): Answer {
  return textAnswer(404, '404 page not found\n');
}

/** A JSON answer with its line end. */
export function jsonAnswer(status: number, body: JsonObject): Answer {
  return { status, contentType: 'application/json', body: `${goJson(body)}\n` };
}

function versionDocument(minor: number): JsonObject {
  return {
    major: '1',
    minor: String(minor),
    emulationMajor: '1',
    emulationMinor: String(minor),
    minCompatibilityMajor: '1',
    minCompatibilityMinor: String(minor - 1),
    gitVersion: `v1.${minor}.3`,
    gitCommit: '$Format:%H$',
    gitTreeState: '',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: 'go1.26.8',
    compiler: 'gc',
    platform: 'linux/amd64',
  };
}

function aggregatedAnswer(request: PathRequest, groups: readonly ServedGroup[]): Answer {
  const { state } = request;
  const body = `${goJson(aggregatedDiscovery(groups, (group, version) => state.isStale(group, version)))}\n`;
  const etag = `"${createHash('sha512').update(body).digest('hex').toUpperCase()}"`;
  const headers = { 'cache-control': 'public', vary: 'Accept', etag };
  const contentType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  if (request.ifNoneMatch === etag) return { status: 304, contentType, headers, body: '' };
  return { status: 200, contentType, headers, body };
}

function rootAnswer(request: PathRequest, core: boolean): Answer {
  const groups = request.state.types.groups().filter(({ name }) => (name === '') === core);
  if (acceptedDiscoveryForm(request.accept).as === 'discovery') return aggregatedAnswer(request, groups);
  return jsonAnswer(200, core ? coreVersions(request.address) : groupList(groups));
}

function groupAnswer(request: PathRequest, parts: readonly string[]): Answer {
  const [group = '', version] = parts;
  const { types } = request.state;
  const found = types.groups().find(({ name }) => name === group);
  if (found === undefined) return pageNotFound();
  if (version === undefined) return jsonAnswer(200, groupDocument(found));
  const served = found.versions.find((candidate) => candidate.version === version);
  if (served !== undefined) return jsonAnswer(200, resourceList(group, version, served.types));
  if (types.isBuiltInGroup(group)) throw typeNotFound();
  return pageNotFound();
}

/** Answers discovery, health and version. @throws ApiRefusal 404, 405 or 406 */
export function pathAnswer(request: PathRequest): Answer {
  const parts = request.path.split('/').filter((part) => part !== '');
  const [root = '', ...rest] = parts;
  const isHealth = ['healthz', 'livez', 'readyz'].includes(root);
  if (request.verb !== 'get') throw methodNotAllowed();
  if (root === 'version') {
    return { ...jsonAnswer(200, {}), body: goJsonIndented(versionDocument(request.serverMinor)) };
  }
  if (isHealth) return textAnswer(200, 'ok');
  if (root === 'api') return rest.length === 0 ? rootAnswer(request, true) : groupAnswer(request, ['', ...rest]);
  if (root === 'apis') return rest.length === 0 ? rootAnswer(request, false) : groupAnswer(request, rest);
  return pageNotFound();
}
