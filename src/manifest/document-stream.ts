/**
 * The documents of a manifest: a stream of JSON values, YAML documents between `---` lines, or JSON that goes over into
 * YAML. Which of them a text is, and whose error is told, follows kubectl 1.36 (apimachinery's YAMLOrJSONDecoder).
 */
import { canonicalJson } from '../core/canonical-json.ts';
import { scanJson } from './json-scan.ts';
import { yamlDocument } from './yaml-document.ts';

/** A document as JSON text, as written where it was JSON; or the error that ends the text. */
export type StreamDocument =
  | { readonly ok: true; readonly json: string }
  | { readonly ok: false; readonly message: string };

/** Every document that is not empty and not null, in order; after an error nothing follows. */
export function* readDocuments(text: string): Generator<StreamDocument, void, void> {
  if (!/^\s*\{/.test(text.slice(0, peekedLength))) {
    yield* yamlDocuments(text, undefined);
    return;
  }
  const rest = yield* jsonDocuments(text);
  if (rest !== undefined) yield* yamlDocuments(rest.text, rest.message);
}

/** kubectl looks this far for the brace that makes a text JSON. */
const peekedLength = 4096;

/** The values up to the first error; where the text may be YAML from there on, that error and the rest. */
function* jsonDocuments(
  text: string,
): Generator<StreamDocument, { readonly text: string; readonly message: string } | undefined, void> {
  let consumed = 0;
  for (let count = 0; ; count += 1) {
    const scan = scanJson(text, consumed);
    if (scan.form === 'end') return undefined;
    if (scan.form === 'error') {
      if (count < 2) return { text: text.slice(consumed).replace(/^[^\S\n]*\n?/, ''), message: placed(scan, text) };
      yield { ok: false, message: scan.message };
      return undefined;
    }
    consumed = scan.end;
    const json = text.slice(scan.start, scan.end);
    if (json !== 'null') yield { ok: true, json };
  }
}

/** The error with how many bytes Go has read when it complains. */
function placed({ message, at }: { readonly message: string; readonly at: number | undefined }, text: string): string {
  return at === undefined ? message : `json: offset ${Buffer.byteLength(text.slice(0, at)) + 1}: ${message}`;
}

/** @param jsonError told in place of an error of the first document: kubectl took the text for JSON before. */
function* yamlDocuments(text: string, jsonError: string | undefined): Generator<StreamDocument, void, void> {
  let earlierError = jsonError;
  for (const chunk of yamlChunks(text)) {
    const document = chunk.ok ? yamlDocument(chunk.text) : chunk;
    if (!document.ok) {
      const message = chunk.ok ? `error converting YAML to JSON: ${document.message}` : document.message;
      yield { ok: false, message: earlierError ?? message };
      return;
    }
    earlierError = undefined;
    if (document.value !== null) yield { ok: true, json: htmlEscaped(canonicalJson(document.value)) };
  }
}

type YamlChunk = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

/** The text between separators: lines that begin with `---`, wherever they stand. */
function* yamlChunks(text: string): Generator<YamlChunk, void, void> {
  let chunk = '';
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('---')) {
      const rest = line.slice(3).trim();
      if (rest !== '' && !rest.startsWith('#')) {
        yield { ok: false, message: `invalid Yaml document separator: ${rest}` };
        return;
      }
      if (chunk !== '') {
        yield { ok: true, text: chunk };
        chunk = '';
        continue;
      }
    }
    chunk += `${line}\n`;
  }
  yield { ok: true, text: chunk };
}

const htmlCharacters = /[<>&\u2028\u2029]/g;

/** As Go's JSON encoder writes it: YAML shows in error texts as the JSON it became. */
function htmlEscaped(json: string): string {
  return json.replace(htmlCharacters, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
