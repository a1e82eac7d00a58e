import { oneLine } from '../../core/terminal-text.ts';
import { naviTable, tableStyle } from '../../output/navi-table.ts';
import type { RowSource } from './get-rows.ts';
import type { Asked, Printed } from './get-tables.ts';
import { readPlan } from './read-plan.ts';
import type { RowQuery } from './row-query.ts';

/** Prints how many rows there are, or how many of each value, in place of them. */
export function printCounts(source: RowSource, asked: Asked, query: RowQuery, write: (text: string) => void): Printed {
  const { found, failures } = readPlan(source, asked, 'row');
  const counts = query.counts(found);
  source.end();
  const { groupBy, limit, offset } = query.flags;
  const count = counts.reduce((sum, each) => sum + each.count, 0);
  const shown = counts.slice(offset, limit === undefined ? undefined : offset + limit);
  if (asked.request.output.format === 'json') {
    const groups = groupBy === '' ? {} : { groupBy, groups: shown };
    write(`${JSON.stringify({ count, ...groups }, null, 2)}\n`);
  } else if (groupBy === '') write(`${count}\n`);
  else if (shown.length > 0) {
    const rows = shown.map((each) => [String(each.count), oneLine(each.value)]);
    write(naviTable(['COUNT', 'VALUE'], rows, tableStyle(process.stdout, process.env)));
  }
  // A count of none is an answer.
  return { isEmpty: false, failures };
}
