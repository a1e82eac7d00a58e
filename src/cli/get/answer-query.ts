import type { MirrorReader } from '../../store/open-reader.ts';
import { explainQuery } from './explain-query.ts';
import type { RowSource } from './get-rows.ts';
import type { Asked, Printed } from './get-tables.ts';
import { printCounts } from './print-counts.ts';
import type { RowQuery } from './row-query.ts';

export { rowQueryOf } from './row-query.ts';

/** What is asked, and what answers it. */
export interface QueryAsked extends Asked {
  readonly query: RowQuery;
  readonly source: RowSource;
  readonly reader: MirrorReader;
}

/** Prints what is asked for in place of the objects; undefined where those are. */
export function answerQuery(
  { query, source, reader, ...asked }: QueryAsked,
  write: (text: string) => void,
): Printed | undefined {
  const { isCount, isExplain, groupBy } = query.flags;
  if (isExplain) {
    write(explainQuery(reader, asked.plan, query));
    return { isEmpty: false, failures: [] };
  }
  return isCount || groupBy !== '' ? printCounts(source, asked, query, write) : undefined;
}
