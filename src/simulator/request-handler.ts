import type { IncomingHttpHeaders } from 'node:http';
import { usageGroup } from '../core/usage.ts';
import type { Clock } from '../util/clock.ts';
import { acceptedForm } from './accepted-form.ts';
import { ApiRefusal, failure, methodNotAllowed, objectNotFound, typeNotFound, unauthorized } from './api-status.ts';
import type { ClusterState } from './cluster-state.ts';
import type { Fault } from './fault.ts';
import { goJson, goJsonIndented } from './go-json.ts';
import { listOptions, resourceVersionFault } from './list-options.ts';
import { objectSelection } from './object-selection.ts';
import { jsonAnswer, pageNotFound, pathAnswer } from './path-answers.ts';
import { sendPodLog, type PodLogSource } from './pod-logs.ts';
import { getAnswer, listAnswer, requestedTable, type ReadRequest } from './read-answers.ts';
import type { Answer, Reply } from './reply.ts';
import type { RequestTarget, ResourceTarget } from './request-target.ts';
import type { ServedType } from './served-type.ts';
import { usageAnswer } from './usage-answers.ts';
import { EventForm } from './watch-events.ts';
import { WatchSession } from './watch-session.ts';
import { storedObject, writeAnswer } from './write-answers.ts';

/** What is the same for every request. */
export interface ServerSettings {
  readonly url: string;
  readonly state: ClusterState;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly random: () => number;
  readonly watchList: boolean;
  readonly serverMinor: number;
  readonly watchBacklogBytes: number;
  readonly podLogs: PodLogSource | undefined;
  /** Of what nodes and pods use, where that is served. */
  readonly usageSeed: number;
}

/** One request, read to its end. */
export interface ParsedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly url: URL;
  readonly target: RequestTarget;
  readonly body: string;
  readonly fault: Fault | undefined;
}

/** Authenticates. @throws ApiRefusal 401 */
function userOf(settings: ServerSettings, request: ParsedRequest): string {
  const user = settings.state.access.userOf(request.headers.authorization);
  if (user === undefined) throw unauthorized();
  return user;
}

/** @throws ApiRefusal 403 */
function authorize(settings: ServerSettings, target: RequestTarget, user: string): void {
  const { access } = settings.state;
  const refusal =
    target.about === 'path' ? access.refusePath(user, target.verb, target.path) : access.refuse(user, target);
  if (refusal !== undefined) throw refusal;
}

/** The served type; undefined where nothing but a text page answers. @throws ApiRefusal 404 */
function servedType(settings: ServerSettings, target: ResourceTarget): ServedType | undefined {
  const { types } = settings.state;
  const type = types.find(target.group, target.version, target.resource);
  const fits =
    type !== undefined &&
    (type.namespaced
      ? target.namespace !== '' || !target.single
      : target.namespace === '' || type.resource === 'namespaces');
  if (fits && (target.namespace !== '' || !type.namespaced || type.verbs.includes('list'))) return type;
  if (types.isBuiltInGroup(target.group)) throw typeNotFound();
  return undefined;
}

function readRequest(settings: ServerSettings, request: ParsedRequest, type: ServedType): ReadRequest {
  return {
    state: settings.state,
    clock: settings.clock,
    type,
    target: request.target as ResourceTarget,
    query: request.url.searchParams,
    form: acceptedForm(request.headers.accept),
    fault: request.fault,
    serverMinor: settings.serverMinor,
    watchList: settings.watchList,
  };
}

async function watch(settings: ServerSettings, request: ReadRequest, reply: Reply): Promise<void> {
  const { type, target, query, form } = request;
  const options = listOptions(query, settings.watchList);
  const selection = objectSelection(type, query);
  const fault = resourceVersionFault(options.resourceVersion);
  if (fault !== undefined) throw new ApiRefusal(failure(500, { message: fault }));
  settings.state.broken.watch(type);
  const session = new WatchSession({
    state: settings.state,
    clock: settings.clock,
    random: settings.random,
    scope: { type, namespace: target.namespace, name: target.single ? target.name : '', selection },
    options,
    form: new EventForm(type, form, requestedTable(request)),
    reply,
    editor: request.fault?.kind === 'editEvents' ? request.fault.editor() : undefined,
    backlogLimitBytes: settings.watchBacklogBytes,
  });
  await session.start();
}

/** Answers about a type; undefined when a watch has taken over the reply. @throws ApiRefusal */
async function resourceAnswer(
  settings: ServerSettings,
  request: ParsedRequest,
  target: ResourceTarget,
  reply: Reply,
): Promise<Answer | undefined> {
  const user = userOf(settings, request);
  const type = servedType(settings, target);
  if (type === undefined) return pageNotFound();
  if (!['get', 'list', 'watch'].includes(target.verb)) {
    return writeAnswer({
      state: settings.state,
      type,
      target,
      query: request.url.searchParams,
      user,
      manager: (request.headers['user-agent'] ?? 'unknown').split('/')[0] ?? 'unknown',
      contentType: (request.headers['content-type'] ?? 'application/json').split(';')[0] ?? '',
      body: request.body,
      nowMs: settings.clock.now(),
    });
  }
  if (!type.verbs.includes(target.verb)) throw methodNotAllowed();
  if (type.group === usageGroup) {
    const { state, clock, usageSeed: seed } = settings;
    return usageAnswer({ state, clock, seed, type, target, query: request.url.searchParams });
  }
  const read = readRequest(settings, request, type);
  if (type.group === '' && type.resource === 'pods' && target.subresource === 'log') {
    const { clock, podLogs: source } = settings;
    const pod = storedObject(settings.state, type, { ...target, subresource: '' });
    if (pod === undefined) throw objectNotFound(type, target.name);
    await sendPodLog({ pod, query: request.url.searchParams, clock, reply, source });
    return undefined;
  }
  if (target.verb === 'watch') {
    await watch(settings, read, reply);
    return undefined;
  }
  return target.verb === 'get' ? getAnswer(read) : listAnswer(read);
}

async function rightAnswer(
  settings: ServerSettings,
  request: ParsedRequest,
  reply: Reply,
): Promise<Answer | undefined> {
  const { target, headers } = request;
  authorize(settings, target, userOf(settings, request));
  if (target.about === 'resource') return resourceAnswer(settings, request, target, reply);
  return pathAnswer({
    state: settings.state,
    verb: target.verb,
    path: target.path,
    accept: headers.accept,
    ifNoneMatch: headers['if-none-match'],
    address: new URL(settings.url).host,
    serverMinor: settings.serverMinor,
  });
}

/** Refusals of the content negotiation, and all refusals of a request for another form, are indented. */
function refusalAnswer(refusal: ApiRefusal, accept: string): Answer {
  const indented = refusal.status.code === 406 || /;\s*as=/.test(accept);
  const body = indented ? goJsonIndented(refusal.status) : `${goJson(refusal.status)}\n`;
  return { status: refusal.status.code ?? 500, contentType: 'application/json', headers: refusal.headers, body };
}

function orderedAnswer(fault: Fault & { readonly kind: 'answer' }): Answer {
  const { status, body, headers } = fault;
  if (typeof body === 'string' || body === undefined) {
    return { status, contentType: 'text/plain; charset=utf-8', headers, body: body ?? '' };
  }
  return { status, contentType: 'application/json', headers, body: `${goJson(body)}\n` };
}

/** Answers one request on its reply, with the fault that was chosen for it. */
export async function answerRequest(settings: ServerSettings, request: ParsedRequest, reply: Reply): Promise<void> {
  const { headers, fault } = request;
  if (fault?.kind === 'answer') {
    reply.send(orderedAnswer(fault), false);
    return;
  }
  const gzip = /\bgzip\b/.test(String(headers['accept-encoding'] ?? '')) && request.target.about === 'resource';
  try {
    const answer = await rightAnswer(settings, request, reply);
    if (answer !== undefined) reply.send(answer, gzip);
  } catch (error) {
    if (error instanceof ApiRefusal) reply.send(refusalAnswer(error, headers.accept ?? ''), gzip);
    else reply.send(jsonAnswer(500, failure(500, { message: String(error), reason: 'InternalError' })), false);
  }
}
