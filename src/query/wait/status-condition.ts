import { int64Text } from '../../core/go-number.ts';
import { goTypeName, goValueText } from '../../core/go-value-text.ts';
import { asObject, isJsonObject, type Json, type JsonObject, type RawJson } from '../../core/json.ts';
import { verdict, type Verdict, type WaitCondition } from './wait-condition.ts';

/**
 * `condition=NAME[=VALUE]` (kubectl 1.36): the first of `status.conditions` with that type has the value, both in any case
 * of letters, and was written for the present generation of the object.
 */
export function statusCondition(name: string, value: string): WaitCondition {
  const hasName = equalsFolded(name);
  const hasValue = equalsFolded(value);
  return {
    kind: 'status',
    judge: (object) => (object === undefined ? verdict(false) : judged(object, hasName, hasValue)),
  };
}

type TextTest = (text: string) => boolean;

/** Equal by simple case folding of Unicode, which is what a regular expression without case compares by. */
function equalsFolded(wanted: string): TextTest {
  const escaped = Array.from(wanted, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
  const pattern = new RegExp(`^${escaped.join('')}$`, 'iu');
  return (text) => pattern.test(text);
}

function judged(object: JsonObject, hasName: TextTest, hasValue: TextTest): Verdict {
  const { status } = object;
  if (status === undefined || status === null) return verdict(false);
  if (!isJsonObject(status)) return notOfType('.status.conditions', status, 'map[string]interface{}');
  const { conditions } = status;
  if (conditions === undefined) return verdict(false);
  if (!Array.isArray(conditions)) return notOfType('.status.conditions', conditions, '[]interface{}');
  for (const condition of conditions as readonly Json[]) {
    if (!isJsonObject(condition)) continue;
    const { type, status: value } = condition;
    if (typeof type !== 'string' || typeof value !== 'string' || !hasName(type)) continue;
    return verdict(!isOutdated(object, condition) && hasValue(value));
  }
  return verdict(false);
}

/** The condition, or else the whole status, says that it is of an earlier generation of the object. */
function isOutdated(object: JsonObject, condition: JsonObject): boolean {
  const generation = int64Of(asObject(object['metadata'])['generation']);
  const observed =
    int64Of(condition['observedGeneration']) ?? int64Of(asObject(object['status'])['observedGeneration']);
  return generation !== undefined && observed !== undefined && observed < generation;
}

function int64Of(value: Json | undefined): bigint | undefined {
  if (typeof value !== 'number' && !JSON.isRawJSON(value)) return undefined;
  const text = int64Text(value as number | RawJson);
  return text === undefined ? undefined : BigInt(text);
}

/** What apimachinery says of a field that is something else. */
function notOfType(path: string, value: Json, expected: string): Verdict {
  const type = value === null ? '<nil>' : goTypeName(value);
  const message = `${path} accessor error: ${goValueText(value)} is of the type ${type}, expected ${expected}`;
  return { kind: 'fault', message };
}
