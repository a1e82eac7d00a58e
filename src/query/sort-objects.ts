/**
 * `--sort-by` as kubectl 1.36 does it, quirks included: where it finds no field, which ties come first, and where it
 * dies. Works on keys, so that the objects themselves need not be kept.
 */
import { goQuote } from '../core/go-quote.ts';
import { goSyntaxText } from '../core/go-value-text.ts';
import type { Json } from '../core/json.ts';
import { type JsonPathEvaluation, createJsonPathRun } from '../core/jsonpath/evaluate.ts';
import { parseJsonPath } from '../core/jsonpath/parse.ts';
import { relaxedJsonPath } from '../core/jsonpath/relaxed-path.ts';
import type { JsonPathTemplate } from '../core/jsonpath/template.ts';
import { pdqSort } from '../core/pdq-sort.ts';
import { IncomparableError, type SortValue, isLess, kindName, sortValueOf } from './sort-value.ts';

/** What one object is sorted by; made by an `ObjectSort`, for that one alone. */
export type SortKey =
  | { readonly kind: 'missing' }
  | { readonly kind: 'value'; readonly value: SortValue }
  | { readonly kind: 'failed'; readonly message: string };

/** One sort of one list of objects. */
export interface ObjectSort {
  /** To be called once for every object, in the order of the list. Never throws. */
  keyOf(object: Json): SortKey;
  /** The order of all objects, given their keys in the order of the list. */
  order(keys: readonly SortKey[]): SortOrder;
}

/** How a sort went. */
export type SortOrder =
  /** `positions[i]` is the index in the list of the object that is printed as the i-th. */
  | { readonly kind: 'sorted'; readonly positions: readonly number[] }
  /** kubectl's message behind `error: `; nothing is printed. */
  | { readonly kind: 'failed'; readonly message: string }
  /** kubectl ends at a comparison; nothing is printed. */
  | { readonly kind: 'died'; readonly death: SortDeath };

/** How kubectl ends when it cannot compare two values. */
export interface SortDeath {
  /** 1 for values without an order, 2 for a crash, 255 for a path that fails while it sorts. */
  readonly exitCode: 1 | 2 | 255;
  /** `file:line` in kubectl; undefined for a crash. */
  readonly source: string | undefined;
  /** All of it, or what comes before the object. */
  readonly message: string;
  /** The object that a failing path was tried on, by index in the list, and what comes behind it in the message. */
  readonly object?: { readonly index: number; readonly rest: string } | undefined;
}

/**
 * Sorts the rows of one human-readable table (plain and `-o wide`) by their full objects. A failure shows nowhere but
 * in the missing table: kubectl goes on to `No resources found`, with exit code 0. Up to one row nothing can fail.
 */
export function sortTableRows(sortBy: string): ObjectSort {
  const relaxed = relaxedJsonPath(sortBy);
  const field = relaxed.ok ? relaxed.template : sortBy;
  const parsed = parseJsonPath(field);
  const find = parsed.ok ? createJsonPathRun(parsed.template, true) : undefined;
  return {
    keyOf: (object) => (find === undefined ? { kind: 'missing' } : keyOf(find(object))),
    order: (keys) => {
      if (keys.length <= 1) {
        return { kind: 'sorted', positions: keys.map((_, index) => index) };
      }
      if (!parsed.ok) {
        return { kind: 'failed', message: `sorting error: ${parsed.message}` };
      }
      return failureOf(keys, field) ?? sortKeys(keys, { field, container: '[][][]reflect.Value', line: tableLine });
    },
  };
}

/**
 * Sorts the items of the List that every machine-readable output prints; a single object that was asked for by name is
 * not sorted. A failure is printed with exit code 1. Several tables in one request are sorted so too, each by the
 * path's value in the Table object itself.
 */
export function sortListItems(sortBy: string): ObjectSort {
  const parsed = parseListPath(sortBy);
  if (!parsed.ok) {
    const failed: SortOrder = { kind: 'failed', message: parsed.message };
    return {
      keyOf: () => ({ kind: 'missing' }),
      order: (keys) => (keys.length === 0 ? { kind: 'sorted', positions: [] } : failed),
    };
  }
  const field = parsed.template.source;
  const findFirst = createJsonPathRun(parsed.template, true);
  let found = false;
  return {
    keyOf: (object) => {
      const key = keyOf(found ? createJsonPathRun(parsed.template, true)(object) : findFirst(object));
      found ||= key.kind === 'value';
      return key;
    },
    order: (keys) => {
      if (keys.length === 0) {
        return { kind: 'sorted', positions: [] };
      }
      const first = keys.findIndex(({ kind }) => kind === 'value');
      const searched = first < 0 ? keys : keys.slice(0, first + 1);
      const lines = { field, container: '*unstructured.Unstructured', line: listLine };
      return failureOf(searched, field) ?? sortKeys(keys, lines);
    },
  };
}

/**
 * What kubectl writes to its error output when it dies of a sort, with the newline: a line of its log in local time, or
 * the first line of a crash, without the stacks of goroutines behind it. `object` is the one that the death names by
 * index, if it names one; kubectl shows it whole.
 */
export function sortDeathText(death: SortDeath, nowMs: number, processId: number, object?: Json): string {
  if (death.source === undefined) {
    return `panic: ${death.message}\n`;
  }
  const shown = object === undefined ? '' : `&unstructured.Unstructured{Object:${goSyntaxText(object)}}`;
  const message = death.object === undefined ? death.message : `${death.message}${shown}${death.object.rest}`;
  return `${logPrefix(new Date(nowMs), processId)} ${death.source}] ${message}\n`;
}

/** As klog begins the line of a fatal error: month, day, time with microseconds, process id. */
function logPrefix(now: Date, processId: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(':');
  const micros = `${String(now.getMilliseconds()).padStart(3, '0')}000`;
  return `F${date} ${time}.${micros} ${String(processId).padStart(7)}`;
}

/** Where kubectl 1.36.3 gives up on a comparison, by line of sorter.go. */
const tableLine = 375;
const listLine = 329;
const firstPathLine = 310;
const secondPathLine = 315;

function parseListPath(
  sortBy: string,
): { readonly ok: true; readonly template: JsonPathTemplate } | { readonly ok: false; readonly message: string } {
  const relaxed = relaxedJsonPath(sortBy);
  return relaxed.ok ? parseJsonPath(relaxed.template) : relaxed;
}

function keyOf(evaluation: JsonPathEvaluation): SortKey {
  if (!evaluation.ok) {
    return { kind: 'failed', message: evaluation.message };
  }
  const value = sortValueOf(evaluation.results[0]);
  return value === undefined ? { kind: 'missing' } : { kind: 'value', value };
}

function failureOf(keys: readonly SortKey[], field: string): SortOrder | undefined {
  const failed = keys.find((key) => key.kind === 'failed');
  if (failed !== undefined) {
    return { kind: 'failed', message: failed.message };
  }
  return keys.some(({ kind }) => kind === 'value')
    ? undefined
    : { kind: 'failed', message: `couldn't find any field with path ${goQuote(field)} in the list of objects` };
}

/** What kubectl names when it dies: the template, the Go type of what it sorts, the line it dies at. */
interface DeathPlace {
  readonly field: string;
  readonly container: string;
  readonly line: number;
}

/** Thrown out of the sort, which knows no failing comparison. */
class ComparisonDeath extends Error {
  readonly death: SortDeath;

  constructor(death: SortDeath) {
    super(death.message);
    this.death = death;
  }
}

function sortKeys(keys: readonly SortKey[], place: DeathPlace): SortOrder {
  const positions = keys.map((_, index) => index);
  const at = (position: number): IndexedKey => {
    const index = positions[position] ?? 0;
    return { index, key: keys[index] ?? { kind: 'missing' } };
  };
  try {
    pdqSort({
      length: keys.length,
      less: (first, second) => comesBefore(at(first), at(second), place),
      swap: (first, second) => {
        const moved = at(first).index;
        positions[first] = at(second).index;
        positions[second] = moved;
      },
    });
  } catch (error) {
    if (error instanceof ComparisonDeath) {
      return { kind: 'died', death: error.death };
    }
    throw error;
  }
  return { kind: 'sorted', positions };
}

/** A key and the index of its object. */
interface IndexedKey {
  readonly index: number;
  readonly key: SortKey;
}

/** An object without the value comes before every other, even before another one without. */
function comesBefore(first: IndexedKey, second: IndexedKey, place: DeathPlace): boolean {
  if (first.key.kind === 'failed') {
    const { message } = first.key;
    throw pathDeath('i', first.index, ` using ${place.field} (&errors.errorString{s:${goQuote(message)}})`);
  }
  if (second.key.kind === 'failed') {
    throw pathDeath('j', second.index, ` using ${place.field} (${second.key.message})`);
  }
  if (first.key.kind === 'missing' || second.key.kind === 'missing') {
    return first.key.kind === 'missing';
  }
  try {
    return isLess(first.key.value, second.key.value);
  } catch (error) {
    throw error instanceof IncomparableError ? valueDeath(error, first.key.value, place) : error;
  }
}

function pathDeath(side: 'i' | 'j', index: number, rest: string): ComparisonDeath {
  const message = `Failed to get ${side} values for `;
  const source = `sorter.go:${side === 'i' ? firstPathLine : secondPathLine}`;
  return new ComparisonDeath({ exitCode: 255, source, message, object: { index, rest } });
}

function valueDeath(error: IncomparableError, first: SortValue, place: DeathPlace): ComparisonDeath {
  if (error.crash) {
    return new ComparisonDeath({ exitCode: 2, source: undefined, message: error.message });
  }
  const what = `Field ${place.field} in ${place.container}`;
  const message = `${what} is an unsortable type: ${kindName(first)}, err: ${error.message}`;
  return new ComparisonDeath({ exitCode: 1, source: `sorter.go:${place.line}`, message });
}
