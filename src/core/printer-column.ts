import { asObject, asString, type Json } from './json.ts';

/** A column of a type's table, as the API server's Table format declares it. */
export interface PrinterColumn {
  /** As declared; printed upper-cased. */
  readonly name: string;
  /** OpenAPI type: string, integer, number, boolean, date. */
  readonly type: string;
  /** `name` marks the column that takes the `kind/` prefix. */
  readonly format: string;
  /** 0 prints always, anything else only with `-o wide`. */
  readonly priority: number;
}

/** A column definition of a Table as the server sends it. */
export function printerColumn(definition: Json): PrinterColumn {
  const { name, type, format, priority } = asObject(definition);
  return {
    name: asString(name),
    type: asString(type),
    format: asString(format),
    priority: typeof priority === 'number' ? priority : 0,
  };
}
