import { goJsonNumber } from '../core/go-number.ts';
import { type Json, type JsonObject, type RawJson, isJsonObject } from '../core/json.ts';
import { compareUtf8 } from '../core/utf8-order.ts';
import { kyamlKey, kyamlString } from './kyaml-string.ts';
import { StringsThroughYaml, UnfitForYamlError } from './strings-through-yaml.ts';

/** A text, or why there is none. */
export type KyamlResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string };

/**
 * A value as `kubectl get -o kyaml` prints it (kubectl 1.36), the line `---` and the final newline included: flow
 * style over several lines, keys in UTF-8 order, every string in double quotes. What YAML cannot hold fails the whole
 * text with kubectl's message.
 */
export function kyamlText(value: Json): KyamlResult {
  return write((writer) => `---\n${writer.node(value, 0)}\n`);
}

/**
 * One item of a list of maps that is a member of the outermost map, without the brackets of the list and the comma and
 * space between two items.
 */
export function kyamlListItem(item: Json): KyamlResult {
  return write((writer) => writer.node(item, 1));
}

function write(text: (writer: Writer) => string): KyamlResult {
  try {
    return { ok: true, text: text(new Writer()) };
  } catch (error) {
    if (!(error instanceof UnfitForYamlError)) throw error;
    return { ok: false, message: `error decoding: ${error.message}` };
  }
}

class Writer {
  readonly #strings = new StringsThroughYaml();

  node(value: Json, depth: number): string {
    if (typeof value === 'string') return kyamlString(this.#strings.value(value), margin(depth + 1));
    if (Array.isArray(value)) return this.#list(value as readonly Json[], depth);
    if (isJsonObject(value)) return this.#map(value, depth);
    if (value === null || typeof value === 'boolean') return String(value);
    return typeof value === 'number' ? String(value) : goJsonNumber((value as RawJson).rawJSON);
  }

  #list(items: readonly Json[], depth: number): string {
    if (items.length === 0) return '[]';
    if (items.every((item) => Array.isArray(item) || isJsonObject(item))) {
      return `[${items.map((item) => this.node(item, depth)).join(', ')}]`;
    }
    const lines = items.map((item) => `${margin(depth + 1)}${this.node(item, depth + 1)},\n`);
    return `[\n${lines.join('')}${margin(depth)}]`;
  }

  #map(map: JsonObject, depth: number): string {
    const keys = Object.keys(map).sort(compareUtf8);
    if (keys.length === 0) return '{}';
    const startLine = this.#strings.lineBreakCount;
    const lines = keys.map(
      (key) =>
        `${margin(depth + 1)}${kyamlKey(this.#strings.key(key, startLine))}: ${this.node(map[key] ?? null, depth + 1)},\n`,
    );
    return `{\n${lines.join('')}${margin(depth)}}`;
  }
}

function margin(depth: number): string {
  return '  '.repeat(depth);
}
