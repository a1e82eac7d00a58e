import type { Json, JsonObject } from '../../../core/json.ts';
import type { ObjectDetail } from '../../../query/object-query.ts';
import { shownObject, type FoundObject } from '../found-object.ts';

/** Prints objects in one machine format of `kubectl get`. */
export interface ObjectPrinter {
  /** What must be read of each object. */
  readonly detail: ObjectDetail;
  /** One named object alone. */
  single(found: FoundObject): PrintedText;
  /** Everything else: a List. Returns what failed, as kubectl says it behind `error: `. */
  list(found: Iterable<FoundObject>, write: (text: string | Uint8Array) => void): string | undefined;
  /** One document of a watch: the object, or with `event` an event that holds it. */
  document(found: FoundObject, object: JsonObject, event: string | undefined): PrintedText;
}

/** Text for stdout, or bytes that are none, and what failed after it, as kubectl says it behind `error: `. */
export interface PrintedText {
  readonly text: string | Uint8Array;
  readonly failure?: string | undefined;
}

/** The List that kubectl makes of several objects. */
export function listOf(items: readonly Json[]): JsonObject {
  return { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } };
}

/** What is printed of a watch: the object, or the event as an object of its own. */
export function documentOf(object: JsonObject, event: string | undefined): JsonObject {
  return event === undefined ? object : { object, type: event };
}

/** A printer whose output depends on the whole of what it prints: templates. */
export function wholePrinter(detail: 'body' | 'whole', print: (root: JsonObject) => PrintedText): ObjectPrinter {
  return {
    detail,
    single: (found) => print(shownObject(found, detail)),
    list(found, write) {
      const { text, failure } = print(listOf(Array.from(found, (each) => shownObject(each, detail))));
      write(text);
      return failure;
    },
    document: (_found, object, event) => print(documentOf(object, event)),
  };
}
