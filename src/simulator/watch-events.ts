import { apiVersion } from '../core/api-resource.ts';
import type { JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import type { AcceptedForm } from './accepted-form.ts';
import type { WireEvent } from './fault.ts';
import { inWireOrder, partialMetadata, toServed, withResourceVersion } from './object-shape.ts';
import type { ObjectSelection } from './object-selection.ts';
import type { ServedType } from './served-type.ts';
import type { StoredEvent } from './stored-event.ts';
import type { TableForm } from './table-form.ts';

/** Which events of a type a watch wants. */
export interface WatchScope {
  readonly type: ServedType;
  /** Empty for all namespaces, and for types without. */
  readonly namespace: string;
  /** Empty unless one object is watched by its path. */
  readonly name: string;
  readonly selection: ObjectSelection;
}

/** What a watch tells of a write. */
export interface SelectedEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}

/** True for the keys of the watched namespace and name. */
export function inScope(scope: WatchScope, key: string): boolean {
  const { type, namespace, name } = scope;
  if (type.namespaced && namespace !== '' && !key.startsWith(`${namespace}/`)) return false;
  return name === '' || key === name || key.endsWith(`/${name}`);
}

/**
 * The event as a watch with selectors sees it: an object that comes into the selection is ADDED, one that leaves it is
 * DELETED in its last selected state. Undefined for what the watch does not see.
 */
export function selectEvent(scope: WatchScope, event: StoredEvent): SelectedEvent | undefined {
  if (!inScope(scope, event.key)) return undefined;
  const { type, selection } = scope;
  const previous = event.previous === undefined ? undefined : toServed(type, event.previous);
  const object = toServed(type, event.object);
  const was = previous !== undefined && selection.matches(previous);
  if (event.type === 'DELETED') return was ? { type: 'DELETED', object } : undefined;
  const is = selection.matches(object);
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object };
  return was ? { type: 'DELETED', object: withResourceVersion(previous, event.revision) } : undefined;
}

/** Renders events in the form that the client accepts. Keeps what a stream has already been told about its columns. */
export class EventForm {
  readonly #type: ServedType;
  readonly #form: AcceptedForm;
  readonly #table: TableForm | undefined;
  #first = true;

  constructor(type: ServedType, form: AcceptedForm, table: TableForm | undefined) {
    this.#type = type;
    this.#form = form;
    this.#table = table;
  }

  /** Undefined for a form that no event has, at which a real server ends the answer. */
  event(type: string, object: KubeObject): WireEvent | undefined {
    const rendered = this.#render(object);
    return rendered === undefined ? undefined : { type, object: rendered };
  }

  /** A bookmark; the end marker of a WatchList when `initialEventsEnd`. */
  bookmark(revision: number, initialEventsEnd: boolean): WireEvent | undefined {
    const annotations = initialEventsEnd ? { 'k8s.io/initial-events-end': 'true' } : {};
    const metadata = { resourceVersion: String(revision), annotations };
    const { kind, blank, custom } = this.#type;
    const object = { kind, apiVersion: apiVersion(this.#type), metadata, ...blank } as unknown as KubeObject;
    return this.event('BOOKMARK', inWireOrder(custom !== undefined, object));
  }

  #render(object: KubeObject): JsonObject | undefined {
    if (this.#table !== undefined) {
      const { resourceVersion } = object.metadata;
      const table = this.#table.table({ resourceVersion }, [object], this.#first);
      this.#first = false;
      return table;
    }
    if (this.#form.as === 'PartialObjectMetadata') return partialMetadata(object, this.#form.apiVersion);
    return this.#form.as === 'object' ? object : undefined;
  }
}
