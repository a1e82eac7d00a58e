import { TopicCommand } from '../../cli/topic-command.ts';

/** The commands around saved filters. */
export class FilterCommand extends TopicCommand {
  static override summary = 'Give arguments of navi get a name, and use them as @NAME.';

  static override description =
    'Filters are this user’s own and of no cluster: navi get @NAME asks the same of each. They lie in user.db in the data directory. For a team they are written as TOML, which export prints, import reads, and navi get @NAME --filters FILE uses as it is.';

  static override usage = ['filter COMMAND'];

  static override examples = [
    "<%= config.bin %> filter save restarting pods -A --where 'cols.RESTARTS > 5'",
    '<%= config.bin %> filter list',
    '<%= config.bin %> filter export',
  ];
}
