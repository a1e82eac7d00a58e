import { oneLine } from '../../core/terminal-text.ts';
import { naviTable, tableStyle } from '../../output/navi-table.ts';
import type { AnswerSink } from './answer-sink.ts';
import type { RowSource } from './get-rows.ts';
import type { Asked, Printed } from './get-tables.ts';
import { readPlan } from './read-plan.ts';
import type { RowQuery } from './row-query.ts';
import { stdoutTerminal } from '../../output/terminal-stream.ts';

/** Says how many rows there are, or how many of each value, in place of them. */
export function printCounts(
  source: RowSource,
  asked: Asked,
  { query, sink }: { readonly query: RowQuery; readonly sink: AnswerSink },
): Printed {
  const { found, failures } = readPlan(source, asked, 'row');
  const counts = query.counts(found);
  source.end();
  const { groupBy, limit, offset } = query.flags;
  const count = counts.reduce((sum, each) => sum + each.count, 0);
  const shown = counts.slice(offset, limit === undefined ? undefined : offset + limit);
  if (asked.request.output.format === 'json') {
    const groups = groupBy === '' ? {} : { groupBy, groups: shown };
    sink.write(`${JSON.stringify({ count, ...groups }, null, 2)}\n`);
  } else {
    const rows = shown.map((each) => [String(each.count), oneLine(each.value)]);
    sink.counts({
      headers: groupBy === '' ? ['COUNT'] : ['COUNT', 'VALUE'],
      rows: groupBy === '' ? [[String(count)]] : rows,
      print: (headers, lines) => naviTable(headers, lines, tableStyle(stdoutTerminal(), process.env)),
    });
  }
  // A count of none is an answer.
  return { isEmpty: false, failures };
}
