import { type ByteText, fromBytes, toBytes } from '../byte-text.ts';
import { TemplateSyntaxError } from './token-stream.ts';
import { TreeParser } from './tree-parser.ts';
import type { GoTemplate, Statement } from './tree.ts';

/** The name that kubectl gives the template itself. */
export const mainTemplateName = 'output';

/**
 * Reads a Go template as `kubectl get -o go-template` does (kubectl 1.36, text/template of Go 1.26).
 *
 * The message of a failure has its place: `template: output:1: unclosed action`.
 */
export function parseGoTemplate(
  source: string,
): { readonly ok: true; readonly template: GoTemplate } | { readonly ok: false; readonly message: string } {
  const bytes = toBytes(source);
  const bodies = new Map<ByteText, readonly Statement[]>();
  try {
    new TreeParser(mainTemplateName, bytes, bodies).parseAll();
  } catch (error) {
    if (error instanceof TemplateSyntaxError) {
      return { ok: false, message: fromBytes(error.message) };
    }
    // Go's stack grows, ours ends at some thousand branches in each other.
    if (error instanceof RangeError) {
      return { ok: false, message: `template: ${mainTemplateName}:1: max expression depth exceeded` };
    }
    throw error;
  }
  return { ok: true, template: { source, bytes, bodies } };
}
