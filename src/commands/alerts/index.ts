import * as Flags from '@oclif/core/flags';
import { argument } from '../../cli/argument.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { colorFlag } from '../../cli/color-flag.ts';
import { contextFlags } from '../../cli/context-flags.ts';
import { contextsRun } from '../../cli/contexts-run.ts';
import { runAlerts, type AlertsRun } from '../../cli/alerts/run-alerts.ts';
import { didYouMean, nearestWord } from '../../core/nearest-word.ts';
import { NaviError } from '../../errors/navi-error.ts';

/** What is wrong in a cluster, as the daemon noticed. */
export class AlertsCommand extends BaseCommand {
  static override summary = 'List what is wrong: alerts that the daemon raised.';

  static override description =
    'The daemon judges what it mirrors by rules, of which some come with navi and others stand in config.toml; navi alerts rules lists them. An alert keeps its id from its beginning to its end. Receivers in config.toml are told when one fires and when it is over.';

  static override usage = ['alerts [-w] [--all] [--context NAME]', 'alerts COMMAND'];

  static override examples = [
    '<%= config.bin %> alerts',
    '<%= config.bin %> alerts --watch --all-contexts',
    '<%= config.bin %> alerts --all -o json',
    '<%= config.bin %> alerts ack k3v9m2xq',
  ];

  static override args = { command: argument({ description: 'one of the commands below' }) };

  static override flags = {
    ...contextFlags,
    color: colorFlag,
    all: Flags.boolean({ description: 'also those that are pending, or were over in the last 30 days' }),
    output: Flags.option({
      char: 'o',
      description: 'json, or name for an id on each line',
      options: ['json', 'name'] as const,
    })(),
    watch: Flags.boolean({ char: 'w', description: 'follow: the table, or in a pipe each change as a line' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(AlertsCommand);
    if (args.command !== undefined) throw this.#unknownCommand(args.command);
    const asked = await contextsRun(flags, {
      write: (text) => this.write(text),
      notice: (text) => this.notice(text),
    });
    const run: AlertsRun = { ...asked, isAll: flags.all, output: flags.output };
    if (!flags.watch) {
      process.exitCode = await runAlerts(run);
      return;
    }
    const { watchAlerts } = await import('../../cli/alerts/watch-alerts.ts');
    process.exitCode = await watchAlerts(run);
  }

  #unknownCommand(typed: string): NaviError {
    const commands = this.config.commandIDs.flatMap((id) => (id.startsWith('alerts:') ? [id.slice(7)] : []));
    const meant = nearestWord(typed, commands);
    return new NaviError('NAVI_USAGE', `"${typed}" is no command of navi alerts`, {
      hints: [...didYouMean(meant && `navi alerts ${meant}`), `commands: ${commands.toSorted().join(', ')}`],
    });
  }
}
