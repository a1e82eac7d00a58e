import type { Cell } from '../../core/cell.ts';
import { asArray, asObject, asString, type Json } from '../../core/json.ts';
import { evaluateJsonPath } from '../../core/jsonpath/evaluate.ts';
import { parseJsonPath } from '../../core/jsonpath/parse.ts';
import { printJsonPathValue } from '../../core/jsonpath/print-value.ts';
import type { JsonPathTemplate } from '../../core/jsonpath/template.ts';
import { fitsInt64 } from '../../core/go-number.ts';
import type { KubeObject } from '../../core/kube-object.ts';
import type { PrinterColumn } from '../../core/printer-column.ts';
import { nameColumn } from './column.ts';
import { integerOf, rawDigits, specOf } from './field.ts';
import { parseRfc3339, zeroTimeMs } from './rfc3339.ts';
import type { TableDefinition } from './table.ts';

/** One entry of a CRD version's additionalPrinterColumns. */
export interface CustomColumn extends PrinterColumn {
  /** Without the braces of a template: `.spec.replicas`. */
  readonly jsonPath: string;
}

const automaticAge: CustomColumn = {
  name: 'Age',
  type: 'date',
  format: '',
  priority: 0,
  jsonPath: '.metadata.creationTimestamp',
};

/**
 * The columns that a CustomResourceDefinition declares for one of its versions, in order and without NAME. A version
 * that declares none, or that does not exist, has AGE alone; one that declares any gets no AGE of its own.
 */
export function customColumnsOf(definition: KubeObject, version: string): readonly CustomColumn[] {
  const declared = asArray(specOf(definition)['versions'])
    .map(asObject)
    .find(({ name }) => name === version);
  const columns = asArray(declared?.['additionalPrinterColumns']).map((item): CustomColumn => {
    const { name, type, format, priority, jsonPath } = asObject(item);
    return {
      name: asString(name),
      type: asString(type),
      format: asString(format),
      priority: integerOf(priority),
      jsonPath: asString(jsonPath),
    };
  });
  return columns.length === 0 ? [automaticAge] : columns;
}

/** The first value at a path; undefined where there is none or where the path cannot be followed. */
function firstValue(template: JsonPathTemplate, object: KubeObject): Json | undefined {
  const evaluated = evaluateJsonPath(template, object, true);
  if (!evaluated.ok) return undefined;
  const [first] = evaluated.results;
  if (first === undefined) return undefined;
  return first.kind === 'text' ? first.text : first.values[0];
}

/** From here on no int64 holds the number. */
const int64Limit = 2 ** 63;

/** What Go makes of a float that no int64 holds, on amd64. */
const overflownInteger = '-9223372036854775808';

/** A whole number as a cell, as text where a double would not print all digits. */
function wholeCell(value: number): Cell {
  return Number.isSafeInteger(value) ? value : String(BigInt(value));
}

/** Cut towards zero. */
function integerCell(value: Json): Cell {
  const digits = rawDigits(value);
  if (digits !== undefined) return fitsInt64(digits) ? digits : overflownInteger;
  if (typeof value !== 'number') return '';
  return Math.abs(value) < int64Limit ? wholeCell(Math.trunc(value)) : overflownInteger;
}

/** A double, as the server makes of every number; whole ones that kubectl reads back as int64 print in full. */
function numberCell(value: Json): Cell {
  const number = typeof value === 'number' ? value : Number(rawDigits(value) ?? Number.NaN);
  if (Number.isNaN(number)) return '';
  return Number.isSafeInteger(number) || Math.abs(number) >= int64Limit || !Number.isInteger(number)
    ? number
    : String(number);
}

/** A time that cannot be read prints `<invalid>`, a missing one nothing, and an empty one `<unknown>`. */
function dateCell(value: Json): Cell {
  if (typeof value !== 'string') return '';
  if (value === '' || value === 'null') return { sinceMs: null };
  const instantMs = parseRfc3339(value);
  if (instantMs === undefined) return '<invalid>';
  return { sinceMs: instantMs === zeroTimeMs ? null : instantMs };
}

function customCell(type: string, value: Json | undefined): Cell {
  if (value === undefined) return '';
  switch (type) {
    case 'string':
      return value === null ? '<no value>' : printJsonPathValue(value);
    case 'integer':
      return integerCell(value);
    case 'number':
      return numberCell(value);
    case 'boolean':
      return typeof value === 'boolean' ? value : '';
    case 'date':
      return dateCell(value);
    default:
      return '';
  }
}

/**
 * The table of a custom resource: NAME, then its declared columns. The first column whose path is invalid ends the
 * table, as kube-apiserver 1.36 does it.
 */
export function customTable(customColumns: readonly CustomColumn[]): TableDefinition {
  const columns: PrinterColumn[] = [nameColumn];
  const paths: { readonly type: string; readonly template: JsonPathTemplate }[] = [];
  for (const { name, type, format, priority, jsonPath } of customColumns) {
    const parsed = parseJsonPath(`{${jsonPath}}`);
    if (!parsed.ok) break;
    columns.push({ name, type, format, priority });
    paths.push({ type, template: parsed.template });
  }
  return {
    columns,
    cells: (object) => [
      object.metadata.name,
      ...paths.map(({ type, template }) => customCell(type, firstValue(template, object))),
    ],
  };
}
