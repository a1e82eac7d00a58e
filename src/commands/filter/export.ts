import { argument } from '../../cli/argument.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { readFilters, requiredFilter } from '../../cli/filter/user-filters.ts';
import { filtersText } from '../../config/filter-file.ts';

/** Filters as a file. */
export class FilterExportCommand extends BaseCommand {
  static override summary = 'Print saved filters as TOML, for a file that others can use.';

  static override description =
    'All of them, or those that are named. navi filter import reads such a file, and navi get @NAME --filters FILE uses it as it is.';

  static override usage = ['filter export [NAME…]'];

  static override examples = [
    '<%= config.bin %> filter export',
    '<%= config.bin %> filter export restarting',
    '<%= config.bin %> filter export restarting newest',
  ];

  static override strict = false;

  static override args = { name: argument({ description: 'names of saved filters; without them all' }) };

  override async run(): Promise<void> {
    const { argv } = await this.parse(FilterExportCommand);
    const names = new Set(argv.map(String));
    const chosen = readFilters((filters) =>
      names.size === 0 ? filters.all() : Array.from(names, (name) => requiredFilter(filters, name)),
    );
    this.write(filtersText(chosen));
    if (chosen.length === 0) this.notice('no filter is saved');
  }
}
