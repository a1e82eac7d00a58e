import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { contextFlags } from '../cli/context-flags.ts';
import { contextsRun } from '../cli/contexts-run.ts';
import { placeChoice } from '../cli/listing/place-flags.ts';
import { parseMoment } from '../cli/moment.ts';
import { reportFormat, reportFormats, runReport } from '../cli/report/run-report.ts';

/** The state of clusters on a page. */
export class ReportCommand extends BaseCommand {
  static override summary = 'Write the state of clusters as one page of HTML, Markdown or JSON.';

  static override description =
    'What is not well, why and since when; restarts, image pulls that fail, nodes with what pods ask of them, certificates that end within 30 days, changes and warnings of the last day, or since --since. ' +
    'Of each section the first 50 rows, with how many there are. From the mirror alone: each cluster says how old its data is, and what you may not read is named. ' +
    'The page needs no network and runs no script, fits phone and paper, and is for this user alone (mode 0600). ' +
    'Nothing of Secrets is in it but names that others tell; no environment, no configuration, no logs but the messages of pods and events.';

  static override usage = ['report [-o html|md|json] [--to FILE] [--since TIME]'];

  static override examples = [
    '<%= config.bin %> report --to report.html',
    '<%= config.bin %> report --all-contexts --since 168h --to week.html',
    '<%= config.bin %> report -n shop,web -o md | less',
    '<%= config.bin %> report -o json > report.json',
  ];

  static override flags = {
    ...contextFlags,
    'all-namespaces': Flags.boolean({ char: 'A', description: 'every namespace, which is the default' }),
    namespace: Flags.string({
      char: 'n',
      description: 'only these namespaces, with commas between them; without what is in none',
      helpValue: 'NAMESPACE,…',
    }),
    output: Flags.option({
      char: 'o',
      description: 'html, md or json; html unless the name of the file ends otherwise',
      options: reportFormats,
    })(),
    since: Flags.string({
      description: 'where restarts, changes and warnings begin: a while ago, or a time',
      default: '24h',
      helpValue: 'TIME',
    }),
    to: Flags.string({ description: 'file to write; else to standard output', helpValue: 'FILE' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(ReportCommand);
    const { isAll, names } = placeChoice(flags);
    const nowMs = Date.now();
    const choice = {
      place: isAll || names.length === 0 ? undefined : names,
      sinceMs: parseMoment(flags.since, '--since', nowMs),
      nowMs,
    };
    const run = await contextsRun(
      { ...flags, color: 'never' },
      { write: (text) => this.write(text), notice: (text) => this.notice(text) },
    );
    process.exitCode = await runReport({ ...run, choice, format: reportFormat(flags.output, flags.to), to: flags.to });
  }
}
