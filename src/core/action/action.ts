import type { Json, JsonObject } from '../json.ts';

/** What can be done to an object, as its command is called. */
export const actionVerbs = [
  'annotate',
  'apply',
  'cordon',
  'delete',
  'label',
  'patch',
  'restart',
  'scale',
  'uncordon',
] as const;

/** One of `actionVerbs`. */
export type ActionVerb = (typeof actionVerbs)[number];

/** The object that is meant: one of this name alone is another one where the uid differs. */
export interface ActionTarget {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** The plural. */
  readonly resource: string;
  readonly kind: string;
  /** Empty for a type without namespaces. */
  readonly namespace: string;
  readonly name: string;
  /** Empty for an object that is to be made: it must not exist. */
  readonly uid: string;
}

/** A field that an action sets, with what was shown of it before. Undefined: it was not there, or is to go. */
export interface TouchedField {
  /** Keys from the object down; places of lists by their number. None: the object but for its status and bookkeeping. */
  readonly path: readonly string[];
  readonly before?: Json | undefined;
  readonly after?: Json | undefined;
  /** The server alone knows what comes of it. */
  readonly isAfterUnknown?: boolean | undefined;
}

/** What is sent. */
export type ActionChange =
  | { readonly kind: 'merge' | 'strategic'; readonly body: JsonObject }
  | { readonly kind: 'json'; readonly operations: readonly Json[] }
  /** Server-side apply. */
  | { readonly kind: 'apply'; readonly body: JsonObject; readonly isForced: boolean }
  /** DeleteOptions without their preconditions. */
  | { readonly kind: 'delete'; readonly options: JsonObject };

/** One change of one object, with what must be as it was shown for it to be made. JSON through and through. */
export interface Action {
  readonly verb: ActionVerb;
  readonly target: ActionTarget;
  /** Where it is read and written: `scale`, `status` …; empty for the object itself. */
  readonly subresource: string;
  /** Who the server notes as the owner of the fields. */
  readonly fieldManager: string;
  readonly change: ActionChange;
  readonly touched: readonly TouchedField[];
}

/** An object as the server has it; undefined where it does not exist. */
export type ObjectNow = JsonObject | undefined;

/** What of an object a request was sent upon. */
export interface SentUpon {
  /** Empty where there was no object. */
  readonly resourceVersion: string;
  /** `metadata.generation`; 0 where the type has none. */
  readonly generation: number;
}

/** The types whose values never reach a disk. */
export function isSecretType({ group, resource }: Pick<ActionTarget, 'group' | 'resource'>): boolean {
  return group === '' && resource === 'secrets';
}

/** `deployments.apps/shop/web`: the object as people read it. */
export function targetText({ group, resource, namespace, name }: ActionTarget): string {
  const type = group === '' ? resource : `${resource}.${group}`;
  return [type, ...(namespace === '' ? [] : [namespace]), name].join('/');
}
