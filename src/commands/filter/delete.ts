import { requiredArgument } from '../../cli/argument.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { changeFilters, filterCount, unknownFilter } from '../../cli/filter/user-filters.ts';
import { filterName } from '../../core/saved-filter.ts';

/** Takes filters away. */
export class FilterDeleteCommand extends BaseCommand {
  static override summary = 'Delete saved filters.';

  static override description =
    'All that are named, or none: where one does not exist nothing is deleted. navi filter export NAME… keeps them in a file before.';

  static override usage = ['filter delete NAME…'];

  static override examples = [
    '<%= config.bin %> filter delete restarting',
    '<%= config.bin %> filter delete newest web',
    '<%= config.bin %> filter delete größe',
  ];

  static override strict = false;

  static override args = { name: requiredArgument({ description: 'names of saved filters' }) };

  override async run(): Promise<void> {
    const { argv } = await this.parse(FilterDeleteCommand);
    const names = [...new Set(argv.map(String))];
    await changeFilters((filters) => {
      const known = filters.names();
      for (const typed of names) if (!filters.delete(filterName(typed))) throw unknownFilter(typed, known);
    });
    this.notice(`deleted ${filterCount(names.length)}`);
  }
}
