import { asArray, asObject, type Json, type JsonObject } from '../core/json.ts';

/** What a test may decide by when it chooses a fault. */
export interface FaultRequest {
  readonly method: string;
  /** Without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Undefined for a bad token. */
  readonly user: string | undefined;
  /** `list`, `watch`, `get`, `create`, …; `get` too for paths that are no type's. */
  readonly verb: string;
  /** `plural` or `plural.group`; empty for paths that are no type's. */
  readonly type: string;
}

/** One event of a watch stream as it goes over the wire. */
export interface WireEvent {
  readonly type: string;
  readonly object: JsonObject;
}

/** Turns each event into what is written instead: events, or raw text. One editor lives as long as one stream. */
export type EventEditor = (event: WireEvent) => readonly (WireEvent | string)[];

/** What happens to one request instead of, or on top of, the right answer. */
export type Fault =
  /** Another answer. A body that is no text goes as JSON. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body?: Json;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The right answer, later. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** The right answer, with more headers. */
  | { readonly kind: 'addHeaders'; readonly headers: Readonly<Record<string, string>> }
  /** No headers ever, or headers and then nothing. */
  | { readonly kind: 'hang'; readonly before: 'headers' | 'body' }
  /** The connection is cut without an answer. */
  | { readonly kind: 'reset' }
  /** The body stops after so many bytes: the connection is cut, or the answer ends as if it were complete. */
  | { readonly kind: 'truncate'; readonly afterBytes: number; readonly by: 'reset' | 'end' }
  /** The right answer, compressed in several members; of a stream, each write is one, as in kube-apiserver 1.37. */
  | { readonly kind: 'gzip' }
  /** A list with another body; not for Tables. */
  | { readonly kind: 'editList'; readonly edit: (list: JsonObject) => JsonObject }
  /** Any other change of a whole body. */
  | { readonly kind: 'editBody'; readonly edit: (body: string) => string }
  /** A watch with other events. */
  | { readonly kind: 'editEvents'; readonly editor: () => EventEditor };

/** Leaves out the event of that position, counted from 0. */
export function dropEvent(position: number): Fault {
  return editEvents((event, index) => (index === position ? [] : [event]));
}

/** Sends the event of that position twice. */
export function duplicateEvent(position: number): Fault {
  return editEvents((event, index) => (index === position ? [event, event] : [event]));
}

/** Sends the event of that position after the one that follows it. */
export function delayEvent(position: number): Fault {
  return {
    kind: 'editEvents',
    editor: () => {
      let index = -1;
      let held: WireEvent | undefined;
      return (event) => {
        index += 1;
        if (index === position) held = event;
        return index === position ? [] : index === position + 1 && held !== undefined ? [event, held] : [event];
      };
    },
  };
}

/** Sends no bookmarks, the end marker of a WatchList included. */
export function holdBookmarks(): Fault {
  return editEvents((event) => (event.type === 'BOOKMARK' ? [] : [event]));
}

/** Writes raw text before the event of that position. */
export function injectRaw(position: number, text: string): Fault {
  return editEvents((event, index) => (index === position ? [text, event] : [event]));
}

/** Changes each event by its position. */
export function editEvents(edit: (event: WireEvent, position: number) => readonly (WireEvent | string)[]): Fault {
  return {
    kind: 'editEvents',
    editor: () => {
      let position = -1;
      return (event) => {
        position += 1;
        return edit(event, position);
      };
    },
  };
}

/** A list that reports another resourceVersion; none at all when undefined. */
export function listResourceVersion(resourceVersion: string | undefined): Fault {
  return {
    kind: 'editList',
    edit: (list) => ({ ...list, metadata: { ...asObject(list['metadata']), resourceVersion } }),
  };
}

/** A list whose first item stands in it twice. */
export function duplicateItem(): Fault {
  return {
    kind: 'editList',
    edit: (list) => {
      const items = asArray(list['items']);
      return { ...list, items: [...items.slice(0, 1), ...items] };
    },
  };
}

/** A list without items and without a next page. */
export function emptyList(): Fault {
  return {
    kind: 'editList',
    edit: (list) => {
      const { resourceVersion } = asObject(list['metadata']);
      return { ...list, metadata: { resourceVersion }, items: [] };
    },
  };
}

/** 200 with a page for people, as a captive portal answers. */
export function htmlPage(): Fault {
  const headers = { 'content-type': 'text/html; charset=utf-8' };
  return { kind: 'answer', status: 200, body: '<!doctype html><title>Sign in</title>\n', headers };
}

/** The 429 of an overloaded API server: text, with Retry-After. */
export function tooManyRequests(retryAfterSeconds: number): Fault {
  const headers = { 'retry-after': String(retryAfterSeconds), 'content-type': 'text/plain; charset=utf-8' };
  return { kind: 'answer', status: 429, body: 'Too many requests, please try again later.\n', headers };
}

/** The 429 of a type whose watch cache is not ready. */
export function cacheNotReady(): Fault {
  return {
    kind: 'answer',
    status: 429,
    headers: { 'retry-after': '1' },
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'storage is (re)initializing',
      reason: 'TooManyRequests',
      details: { retryAfterSeconds: 1 },
      code: 429,
    },
  };
}

/** The 503 of an API server that is starting. */
export function starting(): Fault {
  return {
    kind: 'answer',
    status: 503,
    headers: { 'retry-after': '5' },
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'the request has been made before all known HTTP paths have been installed, please try again',
      reason: 'ServiceUnavailable',
      details: { retryAfterSeconds: 5 },
      code: 503,
    },
  };
}
