import { argument } from '../cli/argument.ts';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { colorFlag } from '../cli/color-flag.ts';
import { chosenContexts } from '../cli/chosen-contexts.ts';
import { contextFlags } from '../cli/context-flags.ts';
import { runStatus } from '../cli/status/run-status.ts';

/** Says what is mirrored and how fresh it is. */
export class StatusCommand extends BaseCommand {
  static override summary = 'Show what is mirrored, how fresh it is, and what is wrong.';

  static override description =
    'Per cluster and per type: objects, mode, health with its reason, age of the data, last error. Types that are in trouble for the same reason share a row, unless they are asked for by name or with --all. Answers also while the cluster or the daemon is away.';

  static override usage = ['status [TYPE…] [--context NAME | --all-contexts] [--all] [-w | -o FORMAT]'];

  static override examples = [
    '<%= config.bin %> status',
    '<%= config.bin %> status pods deployments',
    '<%= config.bin %> status --all-contexts',
    '<%= config.bin %> status --watch',
    '<%= config.bin %> status -o json',
    '<%= config.bin %> status -o prometheus',
  ];

  static override strict = false;

  static override args = { type: argument({ description: 'types to tell of, named as for get; all unless given' }) };

  static override flags = {
    ...contextFlags,
    color: colorFlag,
    all: Flags.boolean({
      char: 'a',
      description: 'each type on a row of its own, also those without objects or not mirrored',
    }),
    watch: Flags.boolean({
      char: 'w',
      description: 'show it live until interrupted; in a pipe a line for each change',
      exclusive: ['output'],
    }),
    output: Flags.option({
      char: 'o',
      description: 'json, or what the daemon measures as text for Prometheus',
      options: ['json', 'prometheus'] as const,
    })(),
  };

  override async run(): Promise<void> {
    const { flags, argv } = await this.parse(StatusCommand);
    const { knownNames, contexts, faults } = await chosenContexts(flags, { withSources: true });
    process.exitCode = await runStatus({
      contexts,
      faults,
      knownContexts: knownNames,
      types: argv.flatMap((argument) => String(argument).split(',')).filter((type) => type !== ''),
      color: flags.color,
      isAll: flags.all,
      format: flags.output,
      isWatch: flags.watch,
      write: (text) => this.write(text),
      notice: (text) => this.notice(text),
    });
  }
}
