import { terminalJson, terminalText } from '../../core/terminal-text.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { BoundedStdout } from '../../output/bounded-stdout.ts';
import { csvRows } from '../../output/rows/csv-rows.ts';
import { jsonRows } from '../../output/rows/json-rows.ts';
import { planRows } from '../../output/rows/plan-rows.ts';
import type { RowFormat, RowSource } from '../../output/rows/row-format.ts';
import { tableRows } from '../../output/rows/table-rows.ts';
import { refuseStatement } from '../../query/sql/refuse-statement.ts';
import { readStatement, type ReadStatement } from './read-statement.ts';
import type { ContextFault, StatementReport, StatementRequest, ToldError } from './statement-request.ts';

/** What is called on the way through a statement. */
export interface StatementMoments {
  /** SQLite is about to run, for as long as it takes; once, whatever the number of contexts. */
  beforeRows(): void;
  /** Nothing is read any more. */
  whenRead(): void;
}

/**
 * Runs a statement over the mirror of each context and writes its rows to standard output; a context that has no answer does
 * not keep the others from it.
 * @throws NAVI_USAGE, NAVI_STATEMENT_LIMIT, OutputClosed
 */
export async function answerStatement(request: StatementRequest, when: StatementMoments): Promise<StatementReport> {
  const words = refuseStatement(request.statement);
  const [first] = words;
  if (request.isExplain && first?.value.toUpperCase() === 'EXPLAIN') {
    throw new NaviError('NAVI_USAGE', 'the statement is an EXPLAIN already', { hints: ['leave out --explain'] });
  }
  const asked = { text: request.statement, words, isExplain: request.isExplain };
  const stdout = new BoundedStdout();
  const write = (text: string): void => stdout.write(request.isTerminal ? harmless(request, text) : text);
  const format = rowFormat(request);
  const sources: RowSource[] = [];
  const faults: ContextFault[] = [];
  const notices: string[] = [];
  const cut: string[] = [];
  let rowCount = 0;
  const read: ReadStatement = {
    begin(source, columns) {
      if (sources.length === 0) {
        write(format.begin(columns));
        when.beforeRows();
      }
      sources.push(source);
    },
    row(source, values) {
      rowCount += 1;
      write(format.row(source, values));
    },
    cut: (source) => cut.push(source.context),
    notice: (text) => notices.push(text),
  };
  for (const context of request.contexts) {
    const error = await readStatement(request, { asked, ...context }, read);
    if (error !== undefined) faults.push({ context: context.name, error: error === 'unopened' ? null : told(error) });
  }
  if (sources.length > 0) write(format.end(sources, cut.length > 0));
  when.whenRead();
  stdout.flush();
  return { kind: 'done', contextCount: sources.length, rowCount, cut, faults, notices };
}

/** An error as it is told to the parent. */
export function told({ code, message, hints }: NaviError): ToldError {
  return { code, message, hints };
}

function rowFormat(request: StatementRequest): RowFormat {
  const hasContexts = request.contexts.length > 1;
  const format = formatOf(request, hasContexts);
  return request.isExplain ? planRows(format, request.output === 'table') : format;
}

function formatOf(request: StatementRequest, hasContexts: boolean): RowFormat {
  switch (request.output) {
    case 'json':
      return jsonRows(true);
    case 'csv':
      return csvRows(hasContexts);
    case 'table':
      return tableRows(hasContexts, request);
  }
}

/** A table has our colours in it, and its cells are harmless already. */
function harmless({ output }: StatementRequest, text: string): string {
  if (output === 'table') return text;
  return output === 'json' ? terminalJson(text) : terminalText(text);
}
