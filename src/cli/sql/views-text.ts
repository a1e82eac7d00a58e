import { csvRows } from '../../output/rows/csv-rows.ts';
import { jsonRows } from '../../output/rows/json-rows.ts';
import { sqlFunctions, views } from '../../query/sql/views.ts';
import type { RowOutput } from './statement-request.ts';

/** What `navi sql --views` prints: every view with its columns and what they mean. */
export function viewsText(output: RowOutput): string {
  if (output === 'table') return [...views.map(viewText), functionsText()].join('\n');
  const format = output === 'json' ? jsonRows(false) : csvRows(false);
  const source = { context: '', ageMs: null, isStale: false };
  const header = format.begin(['view', 'column', 'type', 'meaning']);
  const rows = views.flatMap((view) =>
    view.columns.map(({ name, type, meaning }) => format.row(source, [view.name, name, type, meaning])),
  );
  return [header, ...rows, format.end([], false)].join('');
}

function viewText({ name, meaning, columns }: (typeof views)[number]): string {
  const width = Math.max(...columns.map((column) => column.name.length));
  const lines = columns.map((each) => `  ${each.name.padEnd(width)}   ${each.type.padEnd(7)}   ${each.meaning}\n`);
  return `${name}: ${meaning}\n${lines.join('')}`;
}

function functionsText(): string {
  const lines = sqlFunctions.map(({ call, meaning }) => `  ${call}   ${meaning}\n`);
  return `Functions besides those of SQLite:\n${lines.join('')}`;
}
