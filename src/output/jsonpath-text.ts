import { goQuote } from '../core/go-quote.ts';
import { goSyntaxText } from '../core/go-value-text.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import type { Json } from '../core/json.ts';
import { type JsonPathResult, evaluateJsonPath } from '../core/jsonpath/evaluate.ts';
import { printJsonPathValue } from '../core/jsonpath/print-value.ts';
import type { JsonPathTemplate } from '../core/jsonpath/template.ts';
import { indentJson } from './indent-json.ts';

/** How `-o jsonpath` and its relatives run a template. */
export interface JsonPathTextOptions {
  /** False makes a missing field an error. */
  readonly allowMissingKeys: boolean;
  /** `-o jsonpath-as-json`: every action and every piece of literal text prints a JSON array of its results. */
  readonly asJson: boolean;
}

/**
 * What `kubectl get -o jsonpath=…` prints for `root` (kubectl 1.36), no newline added; or the whole message behind
 * `error: `, which shows the template and the object and ends in three newlines.
 */
export function jsonPathText(
  template: JsonPathTemplate,
  root: Json,
  options: JsonPathTextOptions,
): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string } {
  const evaluated = evaluateJsonPath(template, root, options.allowMissingKeys);
  if (!evaluated.ok) {
    return { ok: false, message: executionError(template.source, evaluated.message, root) };
  }
  const print = options.asJson ? resultAsJson : resultText;
  return { ok: true, text: evaluated.results.map(print).join('') };
}

/** kubectl's message, behind `error: `, for a template that cannot be read; `reason` is that of `parseJsonPath`. */
export function jsonPathParseError(source: string, reason: string): string {
  return `error parsing jsonpath ${source}, ${reason}`;
}

function resultText(result: JsonPathResult): string {
  return result.kind === 'text' ? result.text : result.values.map(printJsonPathValue).join(' ');
}

function resultAsJson(result: JsonPathResult): string {
  const values = result.kind === 'text' ? [result.text] : result.values;
  return `${indentJson(canonicalJson(values), 0)}\n`;
}

function executionError(source: string, reason: string, root: Json): string {
  const details = [
    `Error executing template: ${reason}. Printing more information for debugging the template:`,
    '\ttemplate was:',
    `\t\t${source}`,
    '\tobject given to jsonpath engine was:',
    `\t\t${goSyntaxText(root)}`,
  ];
  return `error executing jsonpath ${goQuote(source)}: ${details.join('\n')}\n\n\n`;
}
