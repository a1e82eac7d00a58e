import { tests } from '@bufbuild/cel-spec/testdata/conformance.js';
import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator';
import { NaviError } from '../../src/errors/navi-error.ts';
import { celFault, parseCel } from '../../src/cel/cel-library.ts';
import { durationText } from '../../src/cel/functions/duration-text.ts';
import { nameOfType } from '../../src/cel/functions/value-texts.ts';
import { parseExpression } from '../../src/cel/parse-expression.ts';

/** A value as protobuf's JSON has it: `{ int64Value: '1' }`. */
type CaseValue = Readonly<Record<string, unknown>>;

/** One case of the specification's simple tests. */
export interface CelCase {
  /** `suite/section/name`. */
  readonly id: string;
  readonly suite: string;
  readonly expression: string;
  readonly bindings: Readonly<Record<string, { readonly value?: CaseValue }>>;
  /** What it must give; undefined where it must fail, or where only types are asked for. */
  readonly value: CaseValue | undefined;
  /** The errors of which it must cause one; undefined where it must not fail. */
  readonly errors: readonly string[] | undefined;
  /** Only the type that a checker finds is asked for. */
  readonly isTypeAlone: boolean;
}

interface Written {
  readonly name?: string;
  readonly expr: string;
  readonly bindings?: CelCase['bindings'];
  readonly value?: CaseValue;
  readonly typedResult?: { readonly result?: CaseValue };
  readonly evalError?: { readonly errors?: readonly { readonly message?: string }[] };
  readonly anyEvalErrors?: unknown;
  readonly checkOnly?: boolean;
}

/** All cases, in order. */
export function celCases(): readonly CelCase[] {
  return (tests.suites ?? []).flatMap(({ name: suite, suites = [] }) =>
    suites.flatMap((section) =>
      (section.tests ?? []).map(({ original }) => {
        const written = original as unknown as Written;
        const fails = written.evalError !== undefined || written.anyEvalErrors !== undefined;
        const isTypeAlone = written.checkOnly === true;
        return {
          id: `${suite}/${section.name}/${written.name ?? ''}`,
          suite,
          expression: written.expr,
          bindings: written.bindings ?? {},
          value:
            fails || isTypeAlone ? undefined : (written.value ?? written.typedResult?.result ?? { boolValue: true }),
          errors: fails ? (written.evalError?.errors ?? []).map(({ message = '' }) => message) : undefined,
          isTypeAlone,
        };
      }),
    ),
  );
}

/** Runs a case as `navi get --where` would. @returns what is wrong with the outcome; undefined where it is right */
export function faultOf(given: CelCase): string | undefined {
  if (given.isTypeAlone) return 'navi shows no types';
  try {
    const variables = Object.fromEntries(
      Object.entries(given.bindings).map(([name, { value }]) => [name, nativeValue(value ?? {})]),
    );
    const value: unknown = parseExpression('--where', given.expression, 'any').program(variables);
    if (given.value !== undefined && isSame(value, given.value)) return undefined;
    return `gave ${typeof value} ${String(value)} and not ${JSON.stringify(given.value ?? 'an error')}`;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return given.errors !== undefined && isRefusal(error, given.errors) ? undefined : text;
  }
}

/** An error that the case is about, and not one about something that navi lacks. */
function isRefusal(error: unknown, expected: readonly string[]): boolean {
  if (!(error instanceof NaviError)) return celFault(error) !== undefined;
  if (error.message.includes('there is no function')) return expected.includes('unbound function');
  return !/unexpected (?:character|token)|: expected /.test(error.message);
}

function nativeValue(value: CaseValue): unknown {
  const [[kind, given] = ['', undefined]] = Object.entries(value);
  switch (kind) {
    case 'int64Value':
      return BigInt(given as string);
    case 'uint64Value':
      return new UnsignedInt(BigInt(given as string));
    case 'doubleValue':
      return Number(given);
    case 'bytesValue':
      return new Uint8Array(Buffer.from(given as string, 'base64'));
    case 'stringValue':
    case 'boolValue':
      return given;
    case 'nullValue':
      return null;
    case 'listValue':
      return listOf(given).map(nativeValue);
    case 'mapValue':
      return mapOf(entriesOf(given).map(({ key, value: member }) => [nativeValue(key), nativeValue(member)]));
    default:
      return nativeMessage(given);
  }
}

function nativeMessage(given: unknown): unknown {
  const { '@type': type, value } = given as { readonly '@type'?: string; readonly value?: unknown };
  if (type?.endsWith('google.protobuf.Timestamp') === true) return new Date(String(value));
  if (type?.endsWith('google.protobuf.Duration') === true) return parseCel('duration(text)')({ text: value });
  throw new Error(`navi has no values of type ${type ?? 'unknown'}`);
}

const listOf = (value: unknown): readonly CaseValue[] =>
  (value as { readonly values?: readonly CaseValue[] }).values ?? [];

const entriesOf = (value: unknown): readonly { readonly key: CaseValue; readonly value: CaseValue }[] =>
  (value as { readonly entries?: readonly { readonly key: CaseValue; readonly value: CaseValue }[] }).entries ?? [];

function mapOf(entries: readonly (readonly [unknown, unknown])[]): unknown {
  return entries.every(([key]) => typeof key === 'string') ? Object.fromEntries(entries) : new Map(entries);
}

/** Whether a value is the expected one, of its very type. */
function isSame(value: unknown, expected: CaseValue): boolean {
  const [[kind, wanted] = ['', undefined]] = Object.entries(expected);
  switch (kind) {
    case 'uint64Value':
      return value instanceof UnsignedInt && value.value === BigInt(wanted as string);
    case 'doubleValue':
      return Object.is(value, Number(wanted)) || (value === 0 && wanted === 0);
    case 'bytesValue':
      return value instanceof Uint8Array && Buffer.from(value).toString('base64') === wanted;
    case 'typeValue':
      return nameOfType(value) === wanted;
    case 'listValue':
      return (
        Array.isArray(value) &&
        value.length === listOf(wanted).length &&
        listOf(wanted).every((each, index) => isSame(value[index], each))
      );
    case 'mapValue':
      return isSameMap(value, wanted);
    case 'objectValue':
      return isSameMessage(value, wanted as { readonly '@type': string; readonly value?: unknown });
    default:
      return value === nativeValue(expected);
  }
}

function isSameMap(value: unknown, wanted: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const members: readonly (readonly [unknown, unknown])[] = value instanceof Map ? [...value] : Object.entries(value);
  const entries = entriesOf(wanted);
  return (
    members.length === entries.length &&
    entries.every((entry) => members.some(([key, member]) => isSame(key, entry.key) && isSame(member, entry.value)))
  );
}

function isSameMessage(value: unknown, wanted: { readonly '@type': string; readonly value?: unknown }): boolean {
  if (value instanceof Date)
    return wanted['@type'].endsWith('Timestamp') && +value === Date.parse(String(wanted.value));
  return value instanceof Duration && wanted['@type'].endsWith('Duration') && durationText(value) === wanted.value;
}
