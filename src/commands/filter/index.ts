import { argument } from '../../cli/argument.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { didYouMean, nearestWord } from '../../core/nearest-word.ts';
import { NaviError } from '../../errors/navi-error.ts';

/** The commands around saved filters; alone it prints its help. */
export class FilterCommand extends BaseCommand {
  static override summary = 'Give arguments of navi get a name, and use them as @NAME.';

  static override description =
    'Filters are this user’s own and of no cluster: navi get @NAME asks the same of each. They lie in user.db in the data directory. For a team they are written as TOML, which export prints, import reads, and navi get @NAME --filters FILE uses as it is.';

  static override usage = ['filter COMMAND'];

  static override examples = [
    "<%= config.bin %> filter save restarting pods -A --where 'cols.RESTARTS > 5'",
    '<%= config.bin %> filter list',
    '<%= config.bin %> filter export',
  ];

  static override args = { command: argument({ description: 'one of the commands below' }) };

  override async run(): Promise<void> {
    this.parsed = true;
    const [typed] = this.argv;
    if (typed === undefined) {
      const { Help } = await import('@oclif/core/help');
      return await new Help(this.config).showHelp(['filter']);
    }
    const commands = this.config.commandIDs.flatMap((id) => (id.startsWith('filter:') ? [id.slice(7)] : []));
    const meant = nearestWord(typed, commands);
    throw new NaviError('NAVI_USAGE', `"${typed}" is no command of navi filter`, {
      hints: [...didYouMean(meant && `navi filter ${meant}`), `commands: ${commands.toSorted().join(', ')}`],
    });
  }
}
