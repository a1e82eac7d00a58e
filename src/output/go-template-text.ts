import { fromBytes, toBytes } from '../core/byte-text.ts';
import { executeTemplate } from '../core/go-template/execute.ts';
import { quoteBytes } from '../core/go-template/quote.ts';
import type { GoTemplate } from '../core/go-template/tree.ts';
import { goValueOf } from '../core/go-template/value.ts';
import { goValueText } from '../core/go-value-text.ts';
import type { Json } from '../core/json.ts';
import { printJsonPathValue } from '../core/jsonpath/print-value.ts';

/** How `-o go-template` and its relatives run a template. */
export interface GoTemplateTextOptions {
  /** False makes a missing key an error. */
  readonly allowMissingKeys: boolean;
}

/**
 * What `kubectl get -o go-template=…` prints for `root`, an object (kubectl 1.36), no newline added. Of a template that
 * fails, `stdout` is all that kubectl writes there, what was printed before the failure and a dump of the object, and
 * `message` is what stands behind `error: `. Bytes that are not UTF-8 come as U+FFFD; `bytes` then has them as they are.
 */
export type GoTemplateText =
  | { readonly ok: true; readonly text: string; readonly bytes?: Uint8Array }
  | { readonly ok: false; readonly stdout: string; readonly message: string };

/** Runs a template on an object or list. */
export function goTemplateText(template: GoTemplate, root: Json, options: GoTemplateTextOptions): GoTemplateText {
  const data = goValueOf(root) ?? { kind: 'map', members: {} };
  const output = executeTemplate(template, data, options.allowMissingKeys);
  const text = fromBytes(output.bytes);
  if (output.failure !== undefined) {
    const reason = fromBytes(output.failure);
    const quoted = fromBytes(quoteBytes(template.bytes));
    return {
      ok: false,
      stdout: text + debuggingText(template.source, reason, root),
      message: `error executing template ${quoted}: ${reason}`,
    };
  }
  const isText = toBytes(text) === output.bytes;
  return isText ? { ok: true, text } : { ok: true, text, bytes: Buffer.from(output.bytes, 'latin1') };
}

/** kubectl's message, behind `error: `, for a template that cannot be read; `reason` is that of `parseGoTemplate`. */
export function goTemplateParseError(source: string, reason: string): string {
  return `error parsing template ${source}, ${reason}`;
}

function debuggingText(source: string, reason: string, root: Json): string {
  return [
    `Error executing template: ${reason}. Printing more information for debugging the template:`,
    '\ttemplate was:',
    `\t\t${source}`,
    '\traw data was:',
    `\t\t${printJsonPathValue(root)}`,
    '\tobject given to template engine was:',
    `\t\t${goValueText(root)}`,
    '\n',
  ].join('\n');
}
