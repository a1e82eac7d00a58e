/** The language of `--field-selector`, with the grammar and the messages of apimachinery 0.36. */
import { compareUtf8 } from '../utf8-order.ts';

/** One comparison of a field selector; all of them must hold. */
export interface FieldTerm {
  /** As written; `canonicalField` gives the name under which values are kept. */
  readonly field: string;
  readonly operator: 'equals' | 'notEquals';
  /** Without the escapes of the selector's text. */
  readonly value: string;
}

/**
 * The terms in the byte order of their text, which is the order in which the server looks for the first unsupported
 * field; or the server's message without what a client wraps around it.
 */
export type ParsedFieldSelector =
  | { readonly ok: true; readonly terms: readonly FieldTerm[] }
  | { readonly ok: false; readonly message: string };

/** Parses a whole field selector; empty terms, and those with neither field nor value, select everything. */
export function parseFieldSelector(text: string): ParsedFieldSelector {
  const terms: FieldTerm[] = [];
  for (const part of splitTerms(text).toSorted(compareUtf8)) {
    const operator = /!=|==?/.exec(part);
    if (operator === null) return refused(`invalid selector: '${text}'; can't understand '${part}'`);
    const value = unescapeValue(part.slice(operator.index + operator[0].length));
    if (!value.ok) return refused(`invalid field selector: ${value.message}`);
    const field = part.slice(0, operator.index);
    if (field === '' && value.text === '') continue;
    terms.push({ field, operator: operator[0] === '!=' ? 'notEquals' : 'equals', value: value.text });
  }
  return { ok: true, terms };
}

/**
 * Whether every term holds for `fields`, keyed by the names used in the terms; a field without an entry compares as
 * the empty text.
 */
export function matchesFields(terms: readonly FieldTerm[], fields: ReadonlyMap<string, string>): boolean {
  return terms.every((term) => ((fields.get(term.field) ?? '') === term.value) === (term.operator === 'equals'));
}

function refused(message: string): ParsedFieldSelector {
  return { ok: false, message };
}

/** The texts between commas that no backslash precedes, their escapes kept, empty ones left out. */
function splitTerms(text: string): readonly string[] {
  return (text.match(/(?:\\[^]?|[^\\,])+/g) ?? []) as readonly string[];
}

type Unescaped = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

function unescapeValue(escaped: string): Unescaped {
  let text = '';
  for (const [piece] of escaped.matchAll(/\\[^]?|[^\\]/gu)) {
    if (piece === '=' || piece === ',') {
      return { ok: false, message: `unescaped character in value: ${piece.charCodeAt(0)}` };
    }
    if (piece.startsWith('\\')) {
      if (!/^\\[\\,=]$/.test(piece)) return { ok: false, message: `invalid escape sequence: ${piece}` };
      text += piece.slice(1);
    } else {
      text += piece;
    }
  }
  return { ok: true, text };
}
