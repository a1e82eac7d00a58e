import * as Flags from '@oclif/core/flags';
import { argument } from '../cli/argument.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { colorFlag } from '../cli/color-flag.ts';
import { chosenContexts } from '../cli/chosen-contexts.ts';
import { contextFlags } from '../cli/context-flags.ts';
import { parseDuration } from '../cli/duration.ts';
import { lookForDaemon } from '../cli/look-for-daemon.ts';
import { noticeAfterMs } from '../cli/notice-after.ts';
import { runSql } from '../cli/sql/run-sql.ts';
import { statementParameters } from '../cli/sql/statement-parameters.ts';
import { startedProcess } from '../cli/sql/statement-process.ts';
import { rowOutputs } from '../cli/sql/statement-request.ts';
import { commentBehindFlags, statementText } from '../cli/sql/statement-text.ts';
import { NaviError } from '../errors/navi-error.ts';

/** Longest time limit (ms): that of a timer. */
const mostTimeoutMs = 2 ** 31 - 1;

/** One SQL statement over views of the mirror. */
export class SqlCommand extends BaseCommand {
  static override summary = 'Ask the mirror in SQL.';

  static override description =
    'One SELECT of SQLite over views of the mirror, which --views lists with their columns: objects, cells, labels, annotations, owners, pods, containers, nodes, events, changes, deleted, types and scopes. ' +
    'The views stay as they are; the tables behind them are out of reach. body and labels are JSON (body ->> "$.spec.replicas"). quantity() makes a number of a quantity.\n\n' +
    'The statement runs in a process of its own that can only read. It is ended after --timeout, and beyond 512 MiB of memory: exit code 2. ' +
    'In JSON each row is an object by column, with its context. In CSV NULL is an empty field, an empty text "".';

  static override usage = ["sql 'STATEMENT' [-o table|json|csv] [--param NAME=VALUE]…", 'sql -f FILE', 'sql --views'];

  static override examples = [
    "<%= config.bin %> sql 'select name, status from pods where restarts > 5'",
    "<%= config.bin %> sql 'select image, count(*) from containers group by 1' -o csv",
    "<%= config.bin %> sql 'select * from labels where key = :k' --param k=app",
    "<%= config.bin %> sql 'select name, roles from nodes' --all-contexts -o json",
    '<%= config.bin %> sql -f report.sql --timeout 1m --limit 0 -o csv',
    '<%= config.bin %> sql --views',
  ];

  static override args = {
    statement: argument({ description: 'the statement; - or nothing reads it from standard input' }),
  };

  static override flags = {
    ...contextFlags,
    color: colorFlag,
    explain: Flags.boolean({ description: 'how SQLite would read the views, in place of the rows' }),
    file: Flags.string({ char: 'f', description: 'read the statement from a file', helpValue: 'FILE' }),
    limit: Flags.integer({
      description: 'most rows per context; 0 for all, which are printed as they are read',
      default: 10_000,
      min: 0,
      helpValue: 'ROWS',
    }),
    output: Flags.option({
      char: 'o',
      description: 'how rows are printed',
      options: rowOutputs,
      default: 'table',
    })(),
    param: Flags.string({
      description: 'text for the parameter :NAME of the statement; repeatable',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'NAME=VALUE',
    }),
    timeout: Flags.string({
      description: 'end the statement after this time',
      default: '10s',
      helpValue: 'TIME',
    }),
    views: Flags.boolean({ description: 'list the views with their columns, in place of a statement' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(SqlCommand, commentBehindFlags(this.argv));
    if (flags.views) {
      const { viewsText } = await import('../cli/sql/views-text.ts');
      this.write(viewsText(flags.output));
      return;
    }
    const timeoutMs = timeLimit(flags.timeout);
    const parameters = statementParameters(flags.param ?? []);
    const statement = await statementText({ argument: args.statement, file: flags.file });
    const { contexts, faults, kubeconfig } = await chosenContexts(flags);
    await lookForDaemon({ contexts, kubeconfig, notice: (text) => this.notice(text) });
    process.exitCode = await runSql({
      statement,
      parameters,
      isExplain: flags.explain,
      limit: flags.limit,
      output: flags.output,
      timeoutMs,
      process: startedProcess(),
      contexts,
      faults,
      color: flags.color,
      noticeAfterMs: await noticeAfterMs(process.env),
      notice: (text) => this.notice(text),
    });
  }
}

/** @throws NAVI_USAGE */
function timeLimit(text: string): number {
  const timeoutMs = parseDuration(text, '--timeout');
  if (timeoutMs > 0) return Math.min(timeoutMs, mostTimeoutMs);
  throw new NaviError('NAVI_USAGE', 'a statement needs some time', { hints: ['for example --timeout 1m'] });
}
