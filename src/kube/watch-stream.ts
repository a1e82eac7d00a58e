import { parseJson } from '../core/canonical-json.ts';
import { isWithinDepth, mayLieDeep } from '../core/json-depth.ts';
import { asObject, asString, isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import type { PrinterColumn } from '../core/printer-column.ts';
import { messageOf } from '../errors/navi-error.ts';
import { connectionFault } from './connection-words.ts';
import { classifyStatus } from './classify-response.ts';
import { failure, RequestFailed } from './failure.ts';
import { LineSplitter } from './line-splitter.ts';
import type { ListTarget } from './list-page.ts';
import {
  acceptHeader,
  bookmarkVersion,
  eventObject,
  includedObject,
  isListEnd,
  serverTable,
} from './representation.ts';
import { resourcePath, withQuery } from './resource-path.ts';
import type { Transport } from './transport.ts';

/** One message of a watch, in stream order. ADDED and MODIFIED mean the same to a mirror. */
export type WatchEvent = ObjectEvent | BookmarkEvent;

interface ObjectEvent {
  readonly kind: 'apply' | 'delete';
  readonly object: KubeObject;
  readonly resourceVersion: string;
  /** What the server prints of the object, in the form `table`. */
  readonly cells?: readonly Json[] | undefined;
  /** What the server prints of the type, where this event says it. */
  readonly columns?: readonly PrinterColumn[] | undefined;
}

interface BookmarkEvent extends Pick<ObjectEvent, 'resourceVersion' | 'cells' | 'columns'> {
  readonly kind: 'bookmark';
  /** All that was there when a streaming list began has been sent: the list is of this resourceVersion. */
  readonly endsList?: boolean | undefined;
}

/** How a watch is opened. */
export interface WatchOptions {
  /** Never empty and never "0": those bring synthetic events in no order. */
  readonly resourceVersion: string;
  /** After which the server ends the watch by itself. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
  /** Called with each chunk's size, before it is read. */
  readonly onBytes: (bytes: number) => void;
}

/** An open watch: its messages in batches as they arrive; the iteration ends where the server ended it cleanly. */
export type WatchStream = AsyncIterable<readonly WatchEvent[]>;

/**
 * Opens a watch; resolves once the response headers are there.
 * @throws RequestFailed when it is refused. Iterating throws RequestFailed for ERROR events, malformed lines and cuts.
 */
export async function openWatch(transport: Transport, target: ListTarget, options: WatchOptions): Promise<WatchStream> {
  const path = withQuery(resourcePath(target.type, target.namespace), {
    watch: 1,
    allowWatchBookmarks: 'true',
    resourceVersion: options.resourceVersion,
    timeoutSeconds: options.timeoutSeconds,
    includeObject: includedObject(target.representation),
  });
  const accept = acceptHeader(target.representation, 'watch');
  const body = await transport.stream(path, { accept, signal: options.signal });
  return readEvents(body, target, options);
}

/**
 * Opens a list that comes as a watch (WatchList of Kubernetes 1.34): one event for each object in no order of
 * resourceVersion, changes of these meanwhile, then a bookmark that ends the list. Resolves once the headers are there.
 * @throws RequestFailed when it is refused; see `openWatch`.
 */
export async function openStreamingList(
  transport: Transport,
  target: ListTarget,
  options: Omit<WatchOptions, 'resourceVersion'>,
): Promise<WatchStream> {
  const path = withQuery(resourcePath(target.type, target.namespace), {
    watch: 1,
    sendInitialEvents: 'true',
    resourceVersionMatch: 'NotOlderThan',
    // Without bookmarks it has no end.
    allowWatchBookmarks: 'true',
    timeoutSeconds: options.timeoutSeconds,
    includeObject: includedObject(target.representation),
  });
  const accept = acceptHeader(target.representation, 'watch');
  const headers = { 'accept-encoding': 'gzip' };
  const body = await transport.stream(path, { accept, headers, signal: options.signal });
  return readEvents(body, target, options);
}

async function* readEvents(
  body: AsyncIterable<Buffer>,
  target: ListTarget,
  options: Pick<WatchOptions, 'signal' | 'onBytes'>,
): AsyncGenerator<readonly WatchEvent[]> {
  const splitter = new LineSplitter();
  try {
    for await (const chunk of body) {
      options.onBytes(chunk.length);
      const events: WatchEvent[] = [];
      const refused = decodeLines(target, linesOf(splitter, chunk), events);
      if (events.length > 0) yield events;
      if (refused !== undefined) throw refused;
    }
  } catch (error) {
    if (error instanceof RequestFailed || options.signal.aborted) throw error;
    throw new RequestFailed(failure('transport', `the watch broke: ${connectionFault(error).message}`), error);
  }
}

/** A line too long to be read is as good as one that cannot be decoded: reading it again does not help. */
function linesOf(splitter: LineSplitter, chunk: Buffer): readonly string[] {
  try {
    return splitter.push(chunk);
  } catch (error) {
    throw new RequestFailed(failure('malformed', messageOf(error)), error);
  }
}

/** Decodes lines into `events` up to the first bad one, whose error is returned: what came before it counts. */
function decodeLines(target: ListTarget, lines: readonly string[], events: WatchEvent[]): RequestFailed | undefined {
  for (const line of lines) {
    if (line.trim() === '') continue;
    try {
      events.push(decodeEvent(target, line));
    } catch (error) {
      return error instanceof RequestFailed
        ? error
        : new RequestFailed(failure('malformed', `a watch event is no JSON: ${messageOf(error)}`), error);
    }
  }
  return undefined;
}

function decodeEvent(target: ListTarget, line: string): WatchEvent {
  const event: Json = parseJson(line);
  const object: JsonObject = isJsonObject(event) ? asObject(event['object']) : {};
  const type = isJsonObject(event) ? asString(event['type']) : '';
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED': {
      // What cannot be walked would end the transaction that other types share.
      if (mayLieDeep(line) && !isWithinDepth(object))
        throw new RequestFailed(failure('malformed', 'a watch event is nested too deeply'));
      const received = receivedObject(target, object);
      return {
        kind: type === 'DELETED' ? 'delete' : 'apply',
        object: received,
        resourceVersion: versioned(received.metadata.resourceVersion),
        ...printed(target, object),
      };
    }
    case 'BOOKMARK':
      return {
        kind: 'bookmark',
        resourceVersion: versioned(bookmarkVersion(object)),
        ...(isListEnd(object) ? { endsList: true } : {}),
        ...printed(target, object),
      };
    case 'ERROR':
      throw new RequestFailed(classifyStatus(object));
    default:
      throw new RequestFailed(failure('malformed', `a watch event has the unknown type "${type.slice(0, 40)}"`));
  }
}

/**
 * The object of an event. Where a server that listed the type as a Table leaves cells or objects out of its watch, the
 * type is listed instead: from time to time for want of cells, at once where the list may come without them as well.
 */
function receivedObject(target: ListTarget, object: JsonObject): KubeObject {
  if (target.representation !== 'table') return eventObject(target.type, target.representation, object);
  if (serverTable(object) === undefined) {
    const text = `the server prints lists of ${target.type.resource}, but not what a watch tells of them`;
    throw new RequestFailed(failure('not-allowed', text));
  }
  try {
    return eventObject(target.type, target.representation, object);
  } catch (error) {
    if (!(error instanceof RequestFailed) || error.failure.class !== 'not-acceptable') throw error;
    throw new RequestFailed({ ...error.failure, class: 'expired' }, error);
  }
}

function printed(target: ListTarget, object: JsonObject): Pick<ObjectEvent, 'cells' | 'columns'> {
  if (target.representation !== 'table') return {};
  const table = serverTable(object);
  return { cells: table?.cells[0], columns: table?.columns };
}

function versioned(resourceVersion: string | undefined): string {
  if (resourceVersion === undefined || resourceVersion === '' || resourceVersion === '0') {
    throw new RequestFailed(failure('malformed', 'a watch event has no resourceVersion'));
  }
  return resourceVersion;
}
