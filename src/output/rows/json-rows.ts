import { NaviError } from '../../errors/navi-error.ts';
import { valueText, type RowFormat, type RowValue } from './row-format.ts';

/**
 * Rows as one JSON object, a line per row: `columns` has their order, each of `rows` is an object by column, with its
 * context if `hasContexts`. What is known in the end (`isCut`, `mirrors`) stands behind the rows, so that none of them waits for it.
 */
export function jsonRows(hasContexts: boolean): RowFormat {
  let names: readonly string[] = [];
  let isFirst = true;
  return {
    begin(columns) {
      refuseAmbiguous(hasContexts ? ['context', ...columns] : columns);
      names = columns.map((name) => JSON.stringify(name));
      return `{\n  "columns": [${names.join(', ')}],\n  "rows": [`;
    },
    row({ context }, values) {
      const members = values.map((value, index) => `${names[index] ?? ''}: ${jsonText(value)}`);
      const line = `${isFirst ? '' : ','}\n    { ${[...(hasContexts ? [`"context": ${JSON.stringify(context)}`] : []), ...members].join(', ')} }`;
      isFirst = false;
      return line;
    },
    end(sources, isCut) {
      const mirrors = sources.map(
        ({ context, ageMs, isStale }) => `\n    ${JSON.stringify({ context, ageMs, isStale })}`,
      );
      return `${isFirst ? '' : '\n  '}],\n  "isCut": ${isCut},\n  "mirrors": [${mirrors.join(',')}\n  ]\n}\n`;
    },
  };
}

/** Of two members with one name a reader would see one. @throws NAVI_USAGE */
function refuseAmbiguous(columns: readonly string[]): void {
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice === undefined) return;
  const what =
    twice === 'context'
      ? 'a column is called "context", which each row of the JSON has already'
      : `two columns are called "${twice}"`;
  throw new NaviError('NAVI_USAGE', what, { hints: ['AS names a column: select p.name as pod, n.name as node …'] });
}

/** All digits of an integer are there, beyond 2^53 too. An infinity, which JSON has no number for, is its text. */
function jsonText(value: RowValue): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') return String(value);
  const text = valueText(value);
  return typeof value === 'number' && Number.isFinite(value) ? text : JSON.stringify(text);
}
