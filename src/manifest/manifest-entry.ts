import type { JsonObject } from '../core/json.ts';

/** An object that a manifest names. */
export interface ManifestObject {
  readonly form: 'object';
  /** The file as kubectl names it, `STDIN`, or the folder of `-k`. */
  readonly source: string;
  readonly apiVersion: string;
  /** As written; it may be all lower case or end in `List`. */
  readonly kind: string;
  /** Empty where the manifest gives none. */
  readonly namespace: string;
  /** Empty where the manifest gives none: kubectl prints such an object as the manifest has it. */
  readonly name: string;
  /** The whole object as the manifest has it. */
  readonly body: JsonObject;
}

/** Something that could not be read, with kubectl's text and without its `error: `. */
export interface ManifestFault {
  readonly form: 'fault';
  readonly message: string;
}

/** A list that a manifest holds; its errors are told together, apart from all others. */
export interface ManifestList {
  readonly form: 'list';
  /** The list itself, without its items: its kind must be known as well. */
  readonly head: ManifestObject;
  /** A fault where the items cannot be told apart; it does not count as one of theirs. */
  readonly items: readonly (ManifestObject | ManifestFault)[] | ManifestFault;
}

/** One document of a manifest. */
export type ManifestEntry = ManifestObject | ManifestFault | ManifestList;

/** A fault with `message`. */
export function manifestFault(message: string): ManifestFault {
  return { form: 'fault', message };
}
