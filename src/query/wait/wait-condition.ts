import type { JsonObject } from '../../core/json.ts';

/** What a condition is for a state of an object. */
export type Verdict =
  | { readonly kind: 'met' }
  | { readonly kind: 'unmet' }
  /** It can never be judged; the message is kubectl's, without `error: `. */
  | { readonly kind: 'fault'; readonly message: string };

/** Something that `navi wait --for` waits for. */
export interface WaitCondition {
  readonly kind: 'create' | 'delete' | 'status' | 'jsonpath';
  /** @param object undefined: it does not exist */
  judge(object: JsonObject | undefined): Verdict;
}

/** Met or unmet. */
export function verdict(isMet: boolean): Verdict {
  return { kind: isMet ? 'met' : 'unmet' };
}
