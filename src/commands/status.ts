import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { chosenContexts, contextFlags } from '../cli/context-flags.ts';
import { colorModes } from '../output/navi-table.ts';
import { runStatus } from '../cli/status/run-status.ts';

/** Says what is mirrored and how fresh it is. */
export class StatusCommand extends BaseCommand {
  static override summary = 'Show what is mirrored, how fresh it is, and what is wrong.';

  static override description =
    'Per cluster and per type: objects, mode, health with its reason, age of the data, last error. Answers also while the cluster or the daemon is away.';

  static override examples = [
    '<%= config.bin %> status',
    '<%= config.bin %> status --all-contexts',
    '<%= config.bin %> status --watch',
    '<%= config.bin %> status -o json',
    '<%= config.bin %> status -o prometheus',
  ];

  static override flags = {
    ...contextFlags,
    color: Flags.option({
      description: 'when to colour; auto is on a terminal, as NO_COLOR and FORCE_COLOR say',
      options: colorModes,
      default: 'auto' as const,
    })(),
    all: Flags.boolean({ char: 'a', description: 'also types without objects and types that are not mirrored' }),
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
    const { flags } = await this.parse(StatusCommand);
    const { contexts, faults } = chosenContexts(flags);
    process.exitCode = await runStatus({
      contexts,
      faults,
      color: flags.color,
      isAll: flags.all,
      format: flags.output,
      isWatch: flags.watch,
      write: (text) => this.write(text),
      notice: (text) => this.notice(text),
    });
  }
}
