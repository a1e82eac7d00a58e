import { type ApiResource, resourceName } from '../core/api-resource.ts';
import { type CustomColumn, customTable } from './columns/custom.ts';
import { defaultTable } from './columns/default.ts';
import { builtInTables } from './columns/registry.ts';
import type { TableDefinition } from './columns/table.ts';

export { type CustomColumn, customColumnsOf } from './columns/custom.ts';
export type { TableDefinition } from './columns/table.ts';

/** What a table depends on besides the type. */
export interface TableContext {
  /** Minor version of the API server, such as 36: cells and columns follow the server, not kubectl. */
  readonly serverMinor: number;
  /** From `customColumnsOf` for a type that a CRD defines; undefined for every other type. */
  readonly customColumns?: readonly CustomColumn[] | undefined;
}

/**
 * The printed columns and cells of a type, as the API server computes them. Types that neither a CRD nor a printer
 * describes (some built-in ones, and those of aggregated APIs) show their name and time of creation.
 */
export function tableDefinition(type: ApiResource, context: TableContext): TableDefinition {
  if (context.customColumns !== undefined) return customTable(context.customColumns);
  const tableOfVersion = builtInTables.get(resourceName(type)) ?? defaultTable;
  return tableOfVersion(context.serverMinor);
}
