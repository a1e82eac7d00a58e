import type { Json } from '../core/json.ts';

/** What a search term is, in the order in which terms are given. */
export const TERM_KINDS = ['label', 'annotation', 'image', 'ip', 'host', 'reason', 'message'] as const;

/**
 * `label` and `annotation` are `key=value`; `host` is a node name or any other host name; `reason` and `message` come
 * from conditions, container states and events.
 */
export type TermKind = (typeof TERM_KINDS)[number];

/** One text to find an object by; never empty, at most 1 KiB of UTF-8. */
export interface SearchTerm {
  readonly kind: TermKind;
  readonly text: string;
}

/** What does not help to find an object costs an index entry all the same: longer texts are mostly documents. */
const MAX_BYTES = 1024;

/** Gathers the distinct terms of one object. */
export class TermCollector {
  readonly #texts: Record<TermKind, Set<string> | undefined> = {
    label: undefined,
    annotation: undefined,
    image: undefined,
    ip: undefined,
    host: undefined,
    reason: undefined,
    message: undefined,
  };

  /**
   * Takes a string that is not empty and ignores any other value. A message over 1 KiB is cut at a code point, any other
   * term of that size is left out.
   */
  add(kind: TermKind, value: Json | undefined): void {
    if (typeof value !== 'string' || value === '') return;
    const text = limited(value);
    if (text !== value && kind !== 'message') return;
    const texts = this.#texts[kind];
    if (texts === undefined) this.#texts[kind] = new Set([text]);
    else texts.add(text);
  }

  /** Every term once, by kind, in a kind in the order added. */
  sorted(): readonly SearchTerm[] {
    const terms: SearchTerm[] = [];
    for (const kind of TERM_KINDS) {
      for (const text of this.#texts[kind] ?? []) terms.push({ kind, text });
    }
    return terms;
  }
}

const encoder = new TextEncoder();
const buffer = new Uint8Array(MAX_BYTES);

/** `text`, or as many of its code points as fit. */
function limited(text: string): string {
  // No UTF-16 unit takes more than three bytes of UTF-8.
  if (text.length * 3 <= MAX_BYTES) return text;
  const { read } = encoder.encodeInto(text, buffer);
  return read === text.length ? text : text.slice(0, read);
}
