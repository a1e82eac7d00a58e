import type { MirrorReader } from '../../store/open-reader.ts';
import type { AnswerSink } from './answer-sink.ts';
import { explainQuery } from './explain-query.ts';
import type { RowSource } from './get-rows.ts';
import type { Asked, Printed } from './get-tables.ts';
import { printCounts } from './print-counts.ts';
import type { RowQuery } from './row-query.ts';

/** What is asked, and what answers it. */
export interface QueryAsked extends Asked {
  readonly query: RowQuery;
  readonly source: RowSource;
  readonly reader: MirrorReader;
}

/** Prints what is asked for in place of the objects. */
export function answerQuery({ query, source, reader, ...asked }: QueryAsked, sink: AnswerSink): Printed {
  if (query.flags.isExplain) {
    sink.write(explainQuery(reader, asked.plan, query));
    return { isEmpty: false, failures: [] };
  }
  return printCounts(source, asked, { query, sink });
}
