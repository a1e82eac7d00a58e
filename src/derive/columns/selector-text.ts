import { asArray, asObject, asString, type Json, type JsonObject } from '../../core/json.ts';
import { compareUtf8 } from '../../core/utf8-order.ts';
import { stringsOf } from './field.ts';

/** Label selectors as text: `app=web,tier in (a,b),!old`. */

interface Requirement {
  readonly key: string;
  readonly text: string;
}

const nameLengthMax = 63;
const prefixLengthMax = 253;
const namePattern = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const prefixPattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function isLabelName(name: string): boolean {
  return name.length <= nameLengthMax && namePattern.test(name);
}

function isLabelKey(key: string): boolean {
  const slash = key.indexOf('/');
  if (slash < 0) return isLabelName(key);
  const prefix = key.slice(0, slash);
  return prefix.length <= prefixLengthMax && prefixPattern.test(prefix) && isLabelName(key.slice(slash + 1));
}

function isLabelValue(value: string): boolean {
  return value === '' || isLabelName(value);
}

function expressionText(key: string, operator: string, values: readonly string[]): string | undefined {
  const list = values.length === 0 ? undefined : `(${values.toSorted(compareUtf8).join(',')})`;
  switch (operator) {
    case 'In':
      return list && `${key} in ${list}`;
    case 'NotIn':
      return list && `${key} notin ${list}`;
    case 'Exists':
      return list === undefined ? key : undefined;
    case 'DoesNotExist':
      return list === undefined ? `!${key}` : undefined;
    default:
      return undefined;
  }
}

function expressionRequirement(expression: JsonObject): Requirement | undefined {
  const key = asString(expression['key']);
  const values = stringsOf(expression['values']);
  if (!isLabelKey(key) || !values.every(isLabelValue)) return undefined;
  const text = expressionText(key, asString(expression['operator']), values);
  return text === undefined ? undefined : { key, text };
}

function matchRequirement(key: string, value: string): Requirement | undefined {
  return isLabelKey(key) && isLabelValue(value) ? { key, text: `${key}=${value}` } : undefined;
}

/**
 * The requirements of a metav1.LabelSelector in UTF-8 order of their keys, joined with commas; empty for an empty or
 * absent selector, undefined for one that the API would refuse (operator, key, value, or the number of values).
 */
export function selectorRequirements(selector: Json | undefined): string | undefined {
  const { matchLabels, matchExpressions } = asObject(selector);
  const requirements: Requirement[] = [];
  for (const [key, value] of Object.entries(asObject(matchLabels))) {
    const requirement = matchRequirement(key, asString(value));
    if (requirement === undefined) return undefined;
    requirements.push(requirement);
  }
  for (const expression of asArray(matchExpressions)) {
    const requirement = expressionRequirement(asObject(expression));
    if (requirement === undefined) return undefined;
    requirements.push(requirement);
  }
  requirements.sort((left, right) => compareUtf8(left.key, right.key));
  return requirements.map(({ text }) => text).join(',');
}

/** The selector as most types print it: `<none>` where it selects by nothing, `<error>` where it is invalid. */
export function selectorText(selector: Json | undefined): string {
  const requirements = selectorRequirements(selector);
  return requirements === undefined ? '<error>' : requirements || '<none>';
}

function debugExpression(expression: JsonObject): string {
  const values = stringsOf(expression['values']).join(' ');
  const operator = asString(expression['operator']);
  return `LabelSelectorRequirement{Key:${asString(expression['key'])},Operator:${operator},Values:[${values}],},`;
}

/** The selector in the debug form that admission policy bindings print, keys of matchLabels in UTF-8 order. */
export function selectorDebugText(selector: JsonObject): string {
  const labels = Object.entries(asObject(selector['matchLabels']))
    .toSorted(([left], [right]) => compareUtf8(left, right))
    .map(([key, value]) => `${key}: ${asString(value)},`);
  const expressions = asArray(selector['matchExpressions']).map((expression) => debugExpression(asObject(expression)));
  return (
    `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},` +
    `MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`
  );
}
