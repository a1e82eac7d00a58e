import { parseJson } from '../core/canonical-json.ts';
import type { Cell } from '../core/cell.ts';
import { eventsGroupForm } from '../core/events-group-form.ts';
import { asArray, asObject, type Json, type JsonObject } from '../core/json.ts';
import type { PrinterColumn } from '../core/printer-column.ts';
import { namespaceOfKey } from '../core/key-range.ts';
import { celDuration } from './cel-library.ts';
import { cellValue, columnName } from './cell-value.ts';
import type { ExpressionNeeds } from './expression-needs.ts';
import { fieldName } from './expression-names.ts';
import { convertAt } from './json-value.ts';

/** What an expression reads of a row of the store. */
export interface ReadableRow {
  readonly key: string;
  readonly name: string;
  /** JSON of the labels, and of the cells. */
  readonly labels: string;
  readonly cells: string;
  /** Epoch milliseconds. */
  readonly created_at: number | null;
  /** Epoch milliseconds of the last change that the mirror saw; undefined for what does not come from the store. */
  readonly changed_at?: number;
  /** The body, where it is read. */
  readonly json?: string;
}

/** A row of the store with what is needed to read it. */
export interface JudgedRow {
  readonly row: ReadableRow;
  readonly columns: readonly PrinterColumn[];
  /** A core Event that is asked for as one of events.k8s.io. */
  readonly isAlias: boolean;
  /** Variables beside those of the row, by name. */
  readonly more?: Readonly<Record<string, unknown>> | undefined;
}

/** What is the same for all rows of a command. */
export interface Surroundings {
  /** Name of the context. */
  readonly cluster: string;
  readonly nowMs: number;
}

/** The variables that an expression reads, for one row. A variable without a value is not there. */
export function rowVariables(
  judged: JudgedRow,
  needs: ExpressionNeeds,
  { cluster, nowMs }: Surroundings,
): Readonly<Record<string, unknown>> {
  const variables = Object.create(null) as Record<string, unknown>;
  const { row, columns } = judged;
  if (needs.body) {
    const object = wholeOf(judged);
    for (const field of needs.fields)
      variables[field] = field === 'metadata' ? metadataOf(object) : object[fieldName(field)];
    if (needs.whole) variables['object'] = object;
    Object.assign(variables, judged.more);
    for (const path of needs.paths) convertAt(variables, path);
    if (needs.own.has('owner')) variables['owner'] = ownerOf(object);
  } else if (needs.fields.has('metadata')) variables['metadata'] = rowMetadata(row);
  if (needs.own.has('age') && row.created_at !== null) variables['age'] = celDuration(nowMs - row.created_at);
  if (needs.own.has('changedAt') && row.changed_at !== undefined) variables['changedAt'] = new Date(row.changed_at);
  if (needs.own.has('cluster')) variables['cluster'] = cluster;
  if (needs.own.has('cols')) {
    const cells = JSON.parse(row.cells) as Cell[];
    const values = Object.create(null) as Record<string, unknown>;
    for (const { name, index, printed, isText } of readColumns(needs, columns)) {
      values[name] = cellValue(cells[index] ?? null, printed, { isText, nowMs, span: celDuration });
    }
    variables['cols'] = values;
  }
  return variables;
}

interface ReadColumn {
  /** The expression's name for it. */
  readonly name: string;
  /** Of its cell. */
  readonly index: number;
  readonly printed: PrinterColumn;
  readonly isText: boolean;
}

/** By what is needed, of which columns: they are the same for all rows of a type. */
const knownColumns = new WeakMap<ExpressionNeeds, WeakMap<readonly PrinterColumn[], readonly ReadColumn[]>>();

function readColumns(needs: ExpressionNeeds, columns: readonly PrinterColumn[]): readonly ReadColumn[] {
  const ofNeeds = knownColumns.get(needs) ?? new WeakMap<readonly PrinterColumn[], readonly ReadColumn[]>();
  knownColumns.set(needs, ofNeeds);
  const known = ofNeeds.get(columns);
  if (known !== undefined) return known;
  const names = columns.map(columnName);
  const found = Array.from(needs.columns).flatMap(([name, { column, isText }]): readonly ReadColumn[] => {
    const index = names.indexOf(column);
    const printed = columns[index];
    return printed === undefined ? [] : [{ name, index, printed, isText }];
  });
  ofNeeds.set(columns, found);
  return found;
}

/** The object of a row whose body was read. */
export function wholeOf({ row, isAlias }: JudgedRow): JsonObject {
  const object = asObject(parseJson(row.json ?? '{}'));
  return isAlias ? eventsGroupForm(object) : object;
}

/** Labels and annotations that an object lacks are none, as in Go, so that `!("app" in metadata.labels)` finds it. */
function metadataOf(object: JsonObject): unknown {
  return { labels: {}, annotations: {}, ...asObject(object['metadata']) };
}

function rowMetadata(row: ReadableRow): unknown {
  const namespace = namespaceOfKey(row);
  return {
    name: row.name,
    ...(namespace === '' ? {} : { namespace }),
    labels: JSON.parse(row.labels) as Json,
    ...(row.created_at === null
      ? {}
      : { creationTimestamp: new Date(row.created_at).toISOString().replace('.000Z', 'Z') }),
  };
}

function ownerOf(object: JsonObject): unknown {
  const owners = asArray(asObject(object['metadata'])['ownerReferences']);
  return owners.find((owner) => asObject(owner)['controller'] === true) ?? owners[0];
}
