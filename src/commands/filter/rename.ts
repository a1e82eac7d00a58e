import { requiredArgument } from '../../cli/argument.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { changeFilters, freeName, requiredFilter, usableName } from '../../cli/filter/user-filters.ts';

/** Another name for a filter. */
export class FilterRenameCommand extends BaseCommand {
  static override summary = 'Give a saved filter another name.';

  static override description = 'The new name must be free, and is made as navi filter save wants names.';

  static override examples = [
    '<%= config.bin %> filter rename restarting crashing',
    '<%= config.bin %> filter rename nr not-ready',
    '<%= config.bin %> filter rename größe volumes',
  ];

  static override args = {
    old: requiredArgument({ description: 'name of a saved filter' }),
    new: requiredArgument({ description: 'its name from now on' }),
  };

  override async run(): Promise<void> {
    const { args } = await this.parse(FilterRenameCommand);
    const name = usableName(args.new);
    await changeFilters((filters) => {
      const filter = requiredFilter(filters, args.old);
      freeName(filters, name, `navi filter delete ${name} makes it free`);
      filters.rename(filter.name, name, Date.now());
    });
    this.notice(`renamed: navi get @${name}`);
  }
}
