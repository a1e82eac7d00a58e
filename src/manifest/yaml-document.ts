import {
  boolYaml11Tag,
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  FAILSAFE_SCHEMA,
  loadAll,
  mapTag,
  mergeTag,
  NOT_RESOLVED,
  nullYaml11Tag,
  seqTag,
  YAMLException,
} from 'js-yaml';
import { goNumber } from '../core/go-number.ts';
import { type Json, type RawJson, isJsonObject } from '../core/json.ts';
import { withDeepenedLines } from '../core/yaml-indent.ts';
import { yamlFloat, yamlInteger } from '../core/yaml-number.ts';

/** A document, null for an empty one; or the error text behind kubectl's `error converting YAML to JSON: `. */
export type YamlDocument =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly message: string };

/** The first document of `text` as the JSON that kubectl 1.36 makes of it; what is no YAML is told in other words. */
export function yamlDocument(text: string): YamlDocument {
  try {
    const value = (load(text) ?? null) as Json;
    const fault = faultOfValue(value, text.length + mostAliasedValues);
    return fault === undefined ? { ok: true, value } : { ok: false, message: fault };
  } catch (error) {
    const { reason, mark } = error instanceof YAMLException ? error : { reason: String(error), mark: undefined };
    return { ok: false, message: `yaml: ${mark === undefined ? '' : `line ${mark.line + 1}: `}${reason}` };
  }
}

const deepestNesting = 1_000;

function load(source: string): unknown {
  const options = { schema, json: true, maxDepth: deepestNesting };
  return withDeepenedLines(source, (lines) => loadAll(lines, options)[0], shallowLineOf);
}

/** The line within brackets or quotes that js-yaml takes to end them. */
function shallowLineOf(error: unknown): number | undefined {
  return error instanceof YAMLException && error.reason === 'deficient indentation' ? error.mark?.line : undefined;
}

const numberStarts = Array.from('+-.0123456789');
const floatWords = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

function integer(text: string): number | RawJson | typeof NOT_RESOLVED {
  const value = yamlInteger(text);
  if (value === undefined) return NOT_RESOLVED;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : JSON.rawJSON(String(value));
}

function float(text: string): number | RawJson | typeof NOT_RESOLVED {
  if (floatWords.test(text)) return Number(text.toLowerCase().replace('.inf', 'Infinity').replace('.nan', 'NaN'));
  const value = yamlFloat(text) ?? NOT_RESOLVED;
  return Object.is(value, -0) ? JSON.rawJSON('-0') : value;
}

const identify = (): boolean => false;

/** YAML 1.1 as go-yaml v2 reads it: times stay texts, so does what has an unknown tag, and every key is a text. */
const schema = FAILSAFE_SCHEMA.withTags(
  nullYaml11Tag,
  boolYaml11Tag,
  defineScalarTag('tag:yaml.org,2002:int', {
    implicit: true,
    implicitFirstChars: numberStarts,
    resolve: integer,
    identify,
  }),
  defineScalarTag('tag:yaml.org,2002:float', {
    implicit: true,
    implicitFirstChars: numberStarts,
    resolve: float,
    identify,
  }),
  mergeTag,
  { ...mapTag, addPair },
  defineScalarTag('', { matchByTagPrefix: true, resolve: (text) => text, identify }),
  defineSequenceTag('', { ...seqTag, matchByTagPrefix: true, identify }),
  defineMappingTag('', { ...mapTag, addPair, matchByTagPrefix: true, identify }),
);

function addPair(members: Record<string, unknown>, key: unknown, value: unknown): string {
  if (key === null || isJsonObject(key) || Array.isArray(key)) return 'invalid map key';
  const isNumber = typeof key === 'number' || JSON.isRawJSON(key);
  return mapTag.addPair(members, isNumber ? goNumber(key as number | RawJson) : key, value);
}

/** Aliases can make any number of values of a short text, or one without an end: so many more than it has characters. */
const mostAliasedValues = 1_000_000;

/** Why a value cannot become JSON; undefined where it can. */
function faultOfValue(root: Json, mostValues: number): string | undefined {
  const waiting: Json[] = [root];
  for (let count = 0; waiting.length > 0; count += 1) {
    if (count + waiting.length > mostValues) return 'yaml: document contains excessive aliasing';
    const value = waiting.pop() ?? null;
    if (typeof value === 'number' && !Number.isFinite(value)) {
      return `json: unsupported value: ${String(value).replace('Infinity', 'Inf').replace(/^I/, '+I')}`;
    }
    if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) continue;
    for (const member of Object.values(value) as Json[]) waiting.push(member);
  }
  return undefined;
}
