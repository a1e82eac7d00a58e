import { Optional, type Environment } from '@marcbachmann/cel-js';
import { isRequestUrl } from '../../core/go-url.ts';
import { labelKeyFaults, labelValueFaults } from '../../core/selector/label-syntax.ts';
import { namespacedFunction } from './define.ts';

/** What texts of a kind look like, within an expression. */
class NameFormat {
  readonly name: string;
  /** What is wrong with a text; empty for one that is right. */
  readonly faults: (text: string) => readonly string[];

  constructor(name: string, faults: (text: string) => readonly string[]) {
    this.name = name;
    this.faults = faults;
  }

  equals(other: unknown): boolean {
    return other === this;
  }
}

const label = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const label1035 = '[a-z](?:[-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(?:\\.${label})*`;

/** Longest names (bytes): RFC 1123. */
const labelMax = 63;
const subdomainMax = 253;

interface NameRule {
  readonly pattern: string;
  readonly max: number;
  readonly says: string;
}

const rules = {
  dns1123Label: {
    pattern: label,
    max: labelMax,
    says: "a label has lower case letters, digits and '-', and a letter or digit at both ends",
  },
  dns1123Subdomain: {
    pattern: subdomain,
    max: subdomainMax,
    says: "a subdomain has lower case letters, digits, '-' and '.', and a letter or digit at both ends of each part",
  },
  dns1035Label: {
    pattern: label1035,
    max: labelMax,
    says: "a label has lower case letters, digits and '-', a letter in front and a letter or digit at the end",
  },
} as const satisfies Record<string, NameRule>;

/** Faults of a name. What only begins one may end with `-`, for something follows: apimachinery then judges no more than what is before the last two characters. */
function nameFaults({ pattern, max, says }: NameRule, isPrefix: boolean) {
  const whole = new RegExp(`^${pattern}$`);
  return (text: string): readonly string[] => {
    const judged = isPrefix && text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text;
    const isLong = Buffer.byteLength(text) > max;
    return [...(whole.test(judged) ? [] : [says]), ...(isLong ? [`must be no more than ${max} bytes`] : [])];
  };
}

const faultUnless = (says: string, isRight: (text: string) => boolean) => (text: string) =>
  isRight(text) ? [] : [says];

/** A day that is in the calendar. */
function isDate(text: string): boolean {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  return at !== undefined && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** RFC 3339, without leap seconds (strfmt of kube-openapi). */
function isDateTime(text: string): boolean {
  const [, day = ''] =
    /^(.{10})[tT](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:.\d+)?(?:[zZ]|[+-]\d\d:\d\d)$/s.exec(text) ?? [];
  return isDate(day);
}

const uuid = /^[\da-f]{8}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{12}$/i;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;

const formats: ReadonlyMap<string, NameFormat> = new Map(
  Object.entries({
    ...Object.fromEntries(
      Object.entries(rules).flatMap(([name, rule]) => [
        [name, nameFaults(rule, false)],
        [`${name}Prefix`, nameFaults(rule, true)],
      ]),
    ),
    qualifiedName: labelKeyFaults,
    labelValue: labelValueFaults,
    uri: faultUnless('no URI', isRequestUrl),
    uuid: faultUnless('no UUID', (text) => uuid.test(text)),
    byte: faultUnless('no base64', (text) => base64.test(text)),
    date: faultUnless('no date', isDate),
    datetime: faultUnless('no time of RFC 3339', isDateTime),
  }).map(([name, faults]) => [name, new NameFormat(name, faults)]),
);

/** Kubernetes' named formats (apiserver 1.36). What is wrong with a text is told in navi's own words. */
export function registerNameFormats(environment: Environment): void {
  const type = 'kubernetes.NamedFormat';
  environment
    .registerType(type, { ctor: NameFormat, fields: {} })
    .registerOperator(`${type} == ${type}`, (a: NameFormat, b: NameFormat) => a.equals(b))
    .registerFunction(`${type}.validate(string): optional<list<string>>`, (format: NameFormat, text: string) => {
      const faults = format.faults(text);
      return faults.length === 0 ? Optional.none() : Optional.of(faults);
    });
  namespacedFunction(environment, `format.named(string): optional<${type}>`, (name: string) =>
    Optional.of(formats.get(name)),
  );
  for (const [name, format] of formats) namespacedFunction(environment, `format.${name}(): ${type}`, () => format);
}
