import { parseExpression } from '../cel/parse-expression.ts';
import { parseTemplate } from '../cel/template.ts';
import { clusterType, severities, type AlertRule, type Severity } from '../core/alert-rule.ts';
import { didYouMean, nearestWord } from '../core/nearest-word.ts';
import { NaviError } from '../errors/navi-error.ts';
import { alertNamePattern, ruleKeys } from './alert-keys.ts';
import { receiverOf, type Receiver } from './alert-receivers.ts';
import { builtInRules } from './built-in-rules.ts';
import { tableOf, WrongValue, type Path, type Table } from './toml-document.ts';
import { durationOf, textOf, textsOf, unknownKey } from './toml-values.ts';

/** What is watched for, and who is told. */
export interface AlertSettings {
  /** Those in force, in the order of their names. */
  readonly rules: readonly AlertRule[];
  readonly receivers: readonly Receiver[];
}

/** A type as `plural.group`, the plural alone in the core group. */
const typePattern = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/;

/** The settings that the table `alerts` of config.toml holds. Strict. @throws WrongValue */
export function alertSettingsOf(table: Table): AlertSettings {
  const rules = new Map(builtInRules.map((rule) => [rule.name, rule]));
  const receivers: Receiver[] = [];
  for (const [key, value] of Object.entries(table)) {
    const path = ['alerts', key];
    if (key === 'disabled') continue;
    if (key !== 'rules' && key !== 'receivers') throw unknownKey(path, ['disabled', 'rules', 'receivers']);
    for (const [name, each] of Object.entries(tableOf(value, path))) {
      const at = [...path, name];
      if (!alertNamePattern.test(name))
        throw new WrongValue(at, 'cannot be a name here: small letters, digits and - make one, at most 63');
      if (key === 'rules') rules.set(name, ruleOf(tableOf(each, at), { path: at, name, base: rules.get(name) }));
      else receivers.push(receiverOf(tableOf(each, at), { path: at, name }));
    }
  }
  for (const name of disabledOf(table['disabled'], rules)) rules.delete(name);
  refuseUnknownRules(receivers, rules);
  return { rules: [...rules.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1)), receivers };
}

function disabledOf(value: unknown, rules: ReadonlyMap<string, AlertRule>): readonly string[] {
  const path = ['alerts', 'disabled'];
  const names = value === undefined ? [] : textsOf(value, path);
  for (const name of names) if (!rules.has(name)) throw unknownRule(path, name, rules);
  return names;
}

/** A receiver may name a rule that is disabled: that it is told of nothing is meant so. */
function refuseUnknownRules(receivers: readonly Receiver[], rules: ReadonlyMap<string, AlertRule>): void {
  const known = new Map([...builtInRules.map((rule) => [rule.name, rule] as const), ...rules]);
  for (const { name, rules: wanted = [] } of receivers) {
    for (const rule of wanted)
      if (!known.has(rule)) throw unknownRule(['alerts', 'receivers', name, 'rules'], rule, known);
  }
}

function unknownRule(path: Path, name: string, rules: ReadonlyMap<string, AlertRule>): WrongValue {
  const known = [...rules.keys()];
  return new WrongValue(path, `names the rule ${JSON.stringify(name)}, and there is none`, [
    ...didYouMean(nearestWord(name, known)),
    `rules: ${known.join(', ')}`,
  ]);
}

interface NamedRule {
  readonly path: Path;
  readonly name: string;
  /** The built-in rule of this name, which the table may change. */
  readonly base: AlertRule | undefined;
}

function ruleOf(table: Table, { path, name, base }: NamedRule): AlertRule {
  const known = Object.keys(ruleKeys);
  for (const key of Object.keys(table)) if (!known.includes(key)) throw unknownKey([...path, key], known);
  const given = <T>(key: string, read: (value: unknown, at: Path) => T, otherwise: T | undefined): T => {
    if (table[key] !== undefined) return read(table[key], [...path, key]);
    if (otherwise === undefined) throw new WrongValue(path, `has no ${key}`);
    return otherwise;
  };
  return {
    name,
    type: given('type', typeOf, base?.type),
    when: given('when', conditionOf, base?.when),
    forMs: given('for', durationOf, base?.forMs ?? 0),
    resolveAfterMs: given('resolve_after', durationOf, base?.resolveAfterMs ?? 0),
    severity: given('severity', severityOf, base?.severity ?? 'warning'),
    summary: given('summary', summaryOf, base?.summary ?? `rule ${name}`),
    isBuiltIn: base !== undefined,
  };
}

function typeOf(value: unknown, path: Path): string {
  const type = textOf(value, path);
  if (typePattern.test(type)) return type;
  throw new WrongValue(path, `is ${JSON.stringify(type)}, which cannot be a type`, [
    `a type is its plural and its group, as navi types tells: pods, deployments.apps; or ${clusterType}, the mirror itself`,
  ]);
}

function conditionOf(value: unknown, path: Path): string {
  const text = textOf(value, path);
  inPlace(path, () => parseExpression('when', text, 'bool'));
  return text;
}

function summaryOf(value: unknown, path: Path): string {
  const text = textOf(value, path);
  inPlace(path, () => parseTemplate('summary', text));
  return text;
}

/** What is wrong with an expression, as what is wrong with its key. */
function inPlace(path: Path, parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (error instanceof NaviError)
      throw new WrongValue(path, `is wrong: ${error.message.replace(/^(?:when|summary): /, '')}`, error.hints);
    throw error;
  }
}

function severityOf(value: unknown, path: Path): Severity {
  const found = severities.find((severity) => severity === value);
  if (found === undefined) throw new WrongValue(path, `must be one of ${severities.join(', ')}`);
  return found;
}
