import { goFloat, goJsonNumber } from '../core/go-number.ts';
import { type Json, type JsonObject, type RawJson, isJsonObject } from '../core/json.ts';
import { compareYamlKeys } from './yaml-key-order.ts';
import { isSimpleKey } from './yaml-scalar-style.ts';
import { writeScalar } from './yaml-scalar.ts';
import { StringsThroughYaml, UnfitForYamlError } from './strings-through-yaml.ts';
import { YamlWriter } from './yaml-writer.ts';

/** A document's text with its final newline, or why there is none. */
export type YamlResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string };

/**
 * A value as `kubectl get -o yaml` prints it (kubectl 1.36, that is go-yaml v2 on the object's JSON): keys in go-yaml's
 * natural order, lists of a map not indented, strings folded past column 80. What YAML cannot hold fails the whole
 * text with kubectl's message.
 */
export function yamlText(value: Json): YamlResult {
  return write((writer) => writeNode(writer, value, outermost));
}

/** One item of a list that is a member of the outermost map: lines that begin with `- ` at column 0. */
export function yamlListItem(item: Json): YamlResult {
  return write((writer) => writeSequence(writer, [item], { indent: 0, inMapping: true, indentless: true }));
}

interface Place {
  /** Column of the enclosing collection, -1 outside of any. */
  readonly indent: number;
  readonly inMapping: boolean;
  /** A list that stands at its key's own column. */
  readonly indentless?: boolean;
}

const outermost: Place = { indent: -1, inMapping: false };
const step = 2;

/** Where an object goes whose strings YAML has read once already. */
class ObjectWriter extends YamlWriter {
  readonly strings = new StringsThroughYaml();
}

function write(writeInto: (writer: ObjectWriter) => void): YamlResult {
  const writer = new ObjectWriter();
  try {
    writeInto(writer);
  } catch (error) {
    if (error instanceof UnfitForYamlError) {
      return { ok: false, message: error.message };
    }
    throw error;
  }
  writer.startLine(0);
  return { ok: true, text: writer.text };
}

function writeNode(writer: ObjectWriter, value: Json, place: Place): void {
  if (typeof value === 'string') {
    writeScalar(writer, writer.strings.value(value), { indent: deeper(place.indent, step), isSimpleKey: false });
  } else if (Array.isArray(value)) {
    writeList(writer, value as readonly Json[], place);
  } else if (isJsonObject(value)) {
    writeMapping(writer, value, place.indent);
  } else {
    writer.word(value === null || typeof value === 'boolean' ? String(value) : numberText(value as number | RawJson));
  }
}

function deeper(indent: number, outermostIndent: number): number {
  return indent < 0 ? outermostIndent : indent + step;
}

function writeList(writer: ObjectWriter, items: readonly Json[], place: Place): void {
  if (items.length === 0) {
    writer.word('[]');
  } else {
    writeSequence(writer, items, { ...place, indentless: place.inMapping && !writer.onlyIndented });
  }
}

function writeSequence(writer: ObjectWriter, items: readonly Json[], place: Place): void {
  const indent = place.indentless === true ? place.indent : deeper(place.indent, 0);
  for (const item of items) {
    writer.startLine(indent);
    writer.opener('-');
    writeNode(writer, item, { indent, inMapping: false });
  }
}

function writeMapping(writer: ObjectWriter, map: JsonObject, outerIndent: number): void {
  const keys = Object.keys(map).sort(compareYamlKeys);
  if (keys.length === 0) {
    writer.word('{}');
  }
  const indent = deeper(outerIndent, 0);
  const startLine = writer.strings.lineBreakCount;
  for (const key of keys) {
    writer.startLine(indent);
    writeKey(writer, writer.strings.key(key, startLine), indent);
    writeNode(writer, map[key] ?? null, { indent, inMapping: true });
  }
}

function writeKey(writer: ObjectWriter, key: string, indent: number): void {
  if (isSimpleKey(key)) {
    writeScalar(writer, key, { indent: indent + step, isSimpleKey: true });
    writer.suffix(':');
  } else {
    writer.opener('?');
    writeScalar(writer, key, { indent: indent + step, isSimpleKey: false });
    writer.startLine(indent);
    writer.opener(':');
  }
}

const unsignedLimit = 1n << 64n;

function numberText(value: number | RawJson): string {
  const json = typeof value === 'number' ? String(value) : goJsonNumber(value.rawJSON);
  if (/^-?\d+$/.test(json)) {
    const integer = BigInt(json);
    if (integer < unsignedLimit && (integer >= 0n || BigInt.asIntN(64, integer) === integer)) {
      return String(integer);
    }
  }
  return goFloat(Number(json));
}
