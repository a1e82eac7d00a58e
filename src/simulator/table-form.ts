import type { Cell } from '../core/cell.ts';
import { humanDuration } from '../core/human-duration.ts';
import { asObject, type Json, type JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import { tableDefinition, type TableDefinition } from '../derive/table-definition.ts';
import { ApiRefusal, badRequest } from './api-status.ts';
import { partialMetadata } from './object-shape.ts';
import type { ServedType } from './served-type.ts';

/** What each row carries beside its cells. */
export type IncludedObject = 'Metadata' | 'Object' | 'None';

/** Reads `includeObject`. @throws ApiRefusal 400 */
export function includedObject(query: URLSearchParams): IncludedObject {
  const value = query.get('includeObject') ?? '';
  if (value === '' || value === 'Metadata') return 'Metadata';
  if (value === 'Object' || value === 'None') return value;
  const why = `includeObject: Invalid value: "${value}": must be 'Metadata', 'Object', 'None', or empty`;
  const refusal = badRequest(`Unable to convert to Table as requested: ${why}`);
  throw new ApiRefusal(refusal.status);
}

/**
 * Renders objects of one type as rows of a Table, at the clock's time. Columns have no descriptions here, which is the
 * one difference to a real server's Table.
 */
export class TableForm {
  readonly #definition: TableDefinition;
  readonly #version: string;
  readonly #included: IncludedObject;
  readonly #now: () => number;

  constructor(
    type: ServedType,
    form: { readonly version: string; readonly serverMinor: number; readonly included: IncludedObject },
    now: () => number,
  ) {
    this.#definition = tableDefinition(type, { serverMinor: form.serverMinor, customColumns: type.custom?.columns });
    this.#version = form.version;
    this.#included = form.included;
    this.#now = now;
  }

  /** A Table of the objects; `columns` false leaves the column definitions null, as later events of a watch do. */
  table(metadata: JsonObject, objects: readonly KubeObject[], columns = true): JsonObject {
    const definitions = this.#definition.columns.map(({ name, type, format, priority }): JsonObject => ({
      name,
      type,
      format,
      description: '',
      priority,
    }));
    return {
      kind: 'Table',
      apiVersion: this.#version,
      metadata,
      columnDefinitions: columns ? definitions : null,
      rows: objects.map((object) => this.#row(object)),
    };
  }

  #row(object: KubeObject): JsonObject {
    const cells = this.#definition.cells(countData(object)).map((cell) => cellValue(cell, this.#now()));
    if (this.#included === 'None') return { cells, object: null };
    return { cells, object: this.#included === 'Object' ? object : partialMetadata(object, this.#version) };
  }
}

/** The columns of Secrets are written for objects that have the number of their values instead of the values. */
function countData(object: KubeObject): KubeObject {
  const isSecret = object.kind === 'Secret' && object.apiVersion === 'v1';
  return isSecret ? { ...object, dataCount: Object.keys(asObject(object['data'])).length } : object;
}

function cellValue(cell: Cell | undefined, nowMs: number): Json {
  if (cell === undefined) return '';
  if (typeof cell !== 'object' || cell === null) return cell;
  const age = cell.sinceMs === null ? '<unknown>' : humanDuration(nowMs - cell.sinceMs);
  return `${cell.before ?? ''}${age}${cell.after ?? ''}`;
}
