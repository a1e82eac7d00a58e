import type { RowFormat } from './row-format.ts';

/**
 * What `explain query plan` tells (id, parent, an unused number, detail). As a table one line per step, below the step that it
 * is a part of; else its columns without the unused one.
 */
export function planRows(format: RowFormat, isTable: boolean): RowFormat {
  const depths = new Map<unknown, number>();
  return {
    begin: () => format.begin(isTable ? ['QUERY PLAN'] : ['id', 'parent', 'detail']),
    row(source, [id = null, parent = null, _unused, detail = null]) {
      if (!isTable) return format.row(source, [id, parent, detail]);
      const depth = (depths.get(parent) ?? -1) + 1;
      depths.set(id, depth);
      return format.row(source, [`${'  '.repeat(depth)}${String(detail)}`]);
    },
    end: (sources, isCut) => format.end(sources, isCut),
  };
}
