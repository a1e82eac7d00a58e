import { decodeBase64 } from './base64.ts';
import type { ByteText } from '../byte-text.ts';
import { isEqual, isLess, isLessOrEqual } from './compare.ts';
import { escapeHtml, escapeJavaScript, escapeQuery } from './escape.ts';
import { FunctionError } from './function-error.ts';
import { existsAt, indexValue, sliceValue } from './indexing.ts';
import { formatPrint, formatPrintf, formatPrintln } from './printf.ts';
import { type GoValue, type Value, goBool, goInt, goString, isTrue, nothing, typeName, unpacked } from './value.ts';

/** What a function takes: `string` a Go string only, `any` anything out of its interface, `value` anything as it is. */
export type ParameterType = 'string' | 'any' | 'value';

/** A function of templates, given the arguments that its parameters ask for. */
export interface TemplateFunction {
  readonly fixed: readonly ParameterType[];
  /** The type of any number of further arguments. */
  readonly rest: ParameterType | undefined;
  /** Set for `and` and `or`: the truth of an argument that is the result, those behind it not even evaluated. */
  readonly stopsAt?: boolean;
  /** @throws FunctionError */
  readonly run: (values: readonly Value[]) => Value;
}

const one: readonly ParameterType[] = ['value'];
const two: readonly ParameterType[] = ['value', 'value'];

const functions: Readonly<Record<string, TemplateFunction>> = {
  and: { fixed: one, rest: 'value', stopsAt: false, run: (values) => values.at(-1) ?? nothing },
  base64decode: { fixed: ['string'], rest: undefined, run: ([text]) => goString(decodeBase64(stringOf(text))) },
  eq: { fixed: one, rest: 'value', run: ([first, ...others]) => goBool(isEqual(first ?? nothing, others)) },
  exists: { fixed: ['any'], rest: 'any', run: ([first, ...indexes]) => goBool(existsAt(first ?? nothing, indexes)) },
  ge: comparison((left, right) => !isLess(left, right)),
  gt: comparison((left, right) => !isLessOrEqual(left, right)),
  html: { fixed: [], rest: 'any', run: (values) => goString(escapeHtml(joined(values))) },
  index: { fixed: one, rest: 'value', run: ([first, ...indexes]) => indexValue(first ?? nothing, indexes) },
  js: { fixed: [], rest: 'any', run: (values) => goString(escapeJavaScript(joined(values))) },
  le: comparison(isLessOrEqual),
  len: { fixed: one, rest: undefined, run: ([value]) => goInt(lengthOf(value ?? nothing)) },
  lt: comparison(isLess),
  ne: comparison((left, right) => !isEqual(left, [right])),
  not: { fixed: one, rest: undefined, run: ([value]) => goBool(!isTrue(value ?? nothing)) },
  or: { fixed: one, rest: 'value', stopsAt: true, run: (values) => values.at(-1) ?? nothing },
  print: { fixed: [], rest: 'any', run: (values) => goString(formatPrint(values.map(argument))) },
  printf: {
    fixed: ['string'],
    rest: 'any',
    run: ([format, ...values]) => goString(formatPrintf(stringOf(format), values.map(argument))),
  },
  println: { fixed: [], rest: 'any', run: (values) => goString(formatPrintln(values.map(argument))) },
  slice: { fixed: one, rest: 'value', run: ([first, ...indexes]) => sliceValue(first ?? nothing, indexes) },
  urlquery: { fixed: [], rest: 'any', run: (values) => goString(escapeQuery(joined(values))) },
};

/**
 * The functions of text/template in Go 1.26, without `call`, which finds no function in any data, and the two of kubectl
 * 1.36; undefined for any other name.
 */
export function templateFunction(name: string): TemplateFunction | undefined {
  return Object.hasOwn(functions, name) ? functions[name] : undefined;
}

/** True for a name that a template may use as a function. */
export function isTemplateFunction(name: string): boolean {
  return Object.hasOwn(functions, name);
}

function comparison(isTrueFor: (left: Value, right: Value) => boolean): TemplateFunction {
  return {
    fixed: two,
    rest: undefined,
    run: ([left = nothing, right = nothing]) => goBool(isTrueFor(left, right)),
  };
}

function stringOf(value: Value | undefined): ByteText {
  return value?.kind === 'string' ? value.value : '';
}

/** Go's nil is undefined for the formatting functions. */
function argument(value: Value): GoValue | undefined {
  const go = unpacked(value);
  return go.kind === 'nothing' ? undefined : go;
}

/** The arguments as one text for the escaping functions, for which nil prints `<no value>`. */
function joined(values: readonly Value[]): ByteText {
  return formatPrint(values.map((value) => argument(value) ?? goString('<no value>')));
}

function lengthOf(packed: Value): number {
  const value = unpacked(packed);
  if (value.kind === 'nothing') {
    const isNull = packed.kind === 'member';
    throw new FunctionError(isNull ? 'len of nil pointer' : 'reflect: call of reflect.Value.Type on zero Value');
  }
  if (value.kind === 'string') {
    return value.value.length;
  }
  if (value.kind === 'slice') {
    return value.items.length;
  }
  if (value.kind === 'map') {
    return Object.values(value.members).filter((member) => member !== undefined).length;
  }
  throw new FunctionError(`len of type ${typeName(value)}`);
}
