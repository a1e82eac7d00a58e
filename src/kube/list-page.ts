import type { ApiResource } from '../core/api-resource.ts';
import { parseJson } from '../core/canonical-json.ts';
import { asObject, asString, isJsonObject, type Json } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import type { PrinterColumn } from '../core/printer-column.ts';
import { messageOf } from '../errors/navi-error.ts';
import { isApiBody, unzipped, type BodyAnswer, type RawAnswer } from './answer.ts';
import { classifyForeignBody, classifyStatus } from './classify-response.ts';
import { failure, RequestFailed } from './failure.ts';
import {
  acceptHeader,
  eventObject,
  includedObject,
  listItems,
  serverTable,
  type Representation,
  type ServerTable,
} from './representation.ts';
import { resourcePath, withQuery } from './resource-path.ts';
import type { Transport } from './transport.ts';

/** What is listed: a type in one namespace or (empty) in all, in one form. */
export interface ListTarget {
  readonly type: ApiResource;
  readonly namespace: string;
  readonly representation: Representation;
}

/** One page of a list. */
export interface ListPage {
  /** Of the list as a whole; empty where the API has none (metrics). */
  readonly resourceVersion: string;
  /** Empty on the last page. */
  readonly continueToken: string;
  readonly objects: readonly KubeObject[];
  /** What the server prints of the objects, where they were asked for in the form `table` and came so. */
  readonly table?: ServerTable | undefined;
  /** Texts of Warning headers, in order. */
  readonly warnings: readonly string[];
  /** Of the page's text, unzipped. */
  readonly byteCount: number;
}

/** Position and size of a page; a limit of 0 asks for everything at once. */
export interface PagePosition {
  readonly limit: number;
  readonly continueToken: string;
  /** Longest page that is taken, see RequestOptions; a longer one fails as `too-long`. */
  readonly maxBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** resourceVersion that a first page is to be of, exactly; the most recent one unless given. */
  readonly exactlyAt?: string | undefined;
  /** On a connection of its own: another API server of the cluster may answer. */
  readonly freshConnection?: boolean | undefined;
}

/**
 * Fetches one page, of the most recent state with resourceVersion unset: "0" may go back in time and makes the server
 * ignore the limit.
 * @throws RequestFailed; a body that is no complete list is `malformed`.
 */
export async function fetchListPage(
  transport: Transport,
  target: ListTarget,
  position: PagePosition,
): Promise<ListPage> {
  return readListPage(target, await unzipped(await fetchListBody(transport, target, position), position.signal));
}

/** The body of one page as it travelled, for `readListPage`; see `fetchListPage`. @throws RequestFailed */
export async function fetchListBody(
  transport: Transport,
  target: ListTarget,
  position: PagePosition,
): Promise<RawAnswer> {
  const path = withQuery(resourcePath(target.type, target.namespace), {
    limit: position.limit > 0 ? position.limit : undefined,
    continue: position.continueToken === '' ? undefined : position.continueToken,
    resourceVersion: position.exactlyAt,
    resourceVersionMatch: position.exactlyAt === undefined ? undefined : 'Exact',
    includeObject: includedObject(target.representation),
  });
  const accept = acceptHeader(target.representation, 'list');
  const { signal, freshConnection, maxBytes } = position;
  return await transport.getRaw(path, { accept, signal, freshConnection, maxBytes });
}

/** Longest beginning of a list that is looked at before it is parsed (UTF-16 units): tokens of etcd take some hundred. */
const headLength = 8 * 1024;

/**
 * The continue token of a list, without parsing it, where it begins with its metadata as lists of kube-apiserver do; undefined
 * elsewhere.
 */
export function continueTokenAhead(text: string): string | undefined {
  const head = /^\{"kind":"\w+","apiVersion":"[\w./-]+","metadata":(\{[^{}]*\}),"items":/.exec(
    text.slice(0, headLength),
  );
  try {
    return head?.[1] === undefined ? undefined : asString(asObject(parseJson(head[1]))['continue']);
  } catch {
    return undefined;
  }
}

/** The page in a body. @throws RequestFailed; a body that is no complete list is `malformed`. */
export function readListPage(target: ListTarget, answer: BodyAnswer): ListPage {
  const body = parseBody(answer);
  const metadata = asObject(body['metadata']);
  return {
    // "0" stands for no version at all.
    resourceVersion: asString(metadata['resourceVersion']).replace(/^0$/, ''),
    continueToken: asString(metadata['continue']),
    objects: listItems(target.type, target.representation, checkedList(target, body)),
    ...(target.representation === 'table' ? { table: serverTable(body) } : {}),
    warnings: warningTexts(answer.headers['warning'] ?? ''),
    byteCount: answer.byteCount,
  };
}

/**
 * Asks what columns the server prints of a type now, without any object; undefined where it sends no Tables.
 * @throws RequestFailed
 */
export async function fetchColumns(
  transport: Transport,
  target: ListTarget,
  signal: AbortSignal,
): Promise<readonly PrinterColumn[] | undefined> {
  const path = withQuery(resourcePath(target.type, target.namespace), { limit: 1, includeObject: 'None' });
  try {
    const answer = await transport.get(path, { accept: acceptHeader('table', 'list'), signal });
    const table = serverTable(parseBody(answer));
    return table && (table.columns ?? []);
  } catch (error) {
    if (error instanceof RequestFailed && error.failure.class === 'not-acceptable') return undefined;
    throw error;
  }
}

/**
 * Fetches one object, or undefined where it no longer exists.
 * @throws RequestFailed
 */
export async function fetchObject(
  transport: Transport,
  target: ListTarget,
  object: { readonly namespace: string; readonly name: string },
  signal?: AbortSignal,
): Promise<KubeObject | undefined> {
  const path = withQuery(resourcePath(target.type, object.namespace, object.name), {
    includeObject: includedObject(target.representation),
  });
  try {
    // A single object has the form of a watch's: lists of metadata are another kind.
    const answer = await transport.get(path, { accept: acceptHeader(target.representation, 'watch'), signal });
    return eventObject(target.type, target.representation, parseBody(answer));
  } catch (error) {
    if (error instanceof RequestFailed && error.failure.class === 'not-found') return undefined;
    throw error;
  }
}

function parseBody(answer: BodyAnswer) {
  if (!isApiBody(answer.headers['content-type'] ?? '')) {
    throw new RequestFailed(classifyForeignBody(answer.headers['content-type'] ?? ''));
  }
  let body: Json;
  try {
    body = parseJson(answer.text);
  } catch (error) {
    throw new RequestFailed(failure('malformed', `the answer is no complete JSON: ${messageOf(error)}`), error);
  }
  if (!isJsonObject(body)) throw new RequestFailed(failure('malformed', 'the answer is no JSON object'));
  if (body['kind'] === 'Status') throw new RequestFailed(classifyStatus(body));
  return body;
}

function checkedList(target: ListTarget, body: ReturnType<typeof parseBody>) {
  const kind = asString(body['kind']);
  const mayBeTable = target.representation === 'secret' || target.representation === 'table';
  const isRows = mayBeTable && kind === 'Table';
  const isList = isRows || (target.representation !== 'secret' && kind.endsWith('List'));
  const items = body[isRows ? 'rows' : 'items'];
  if (!isList || !(Array.isArray(items) || items === null)) {
    throw new RequestFailed(failure('malformed', `a list of ${target.type.resource} came as kind "${kind}"`));
  }
  return body;
}

/** Texts of `299 - "text"` warnings (RFC 7234 5.5), several joined by commas. */
export function warningTexts(header: string): readonly string[] {
  return [...header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map((match) => (match[1] ?? '').replace(/\\(.)/g, '$1'));
}
