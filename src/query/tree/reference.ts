import type { LabelRequirement } from '../../core/selector/label-requirement.ts';

/** What an object is called, whether it exists or not. */
export interface ObjectName {
  readonly group: string;
  readonly kind: string;
  /** Empty for a cluster-scoped object. */
  readonly namespace: string;
  readonly name: string;
}

/** An object that another one names. */
export interface ObjectReference extends ObjectName {
  /** What the one does with the other: `uses`, `scales`, … */
  readonly verb: string;
  /** It need not exist. */
  readonly isOptional: boolean;
}

/** Objects of a kind that another one chooses by their labels. */
export interface SelectorReference {
  readonly verb: string;
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly labels: readonly LabelRequirement[];
}

/** What an object refers to, in the order in which it does. */
export interface References {
  readonly objects: readonly ObjectReference[];
  readonly selectors: readonly SelectorReference[];
}
